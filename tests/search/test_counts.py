"""Totals and counts of facets against a plain walk over the records, on random small corpora of several segments."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.search.corpus import BOSTON, CAMDEN, build, record

from learnwork.search import index, own
from learnwork.search.engine import search
from learnwork.search.facets import BANDS, depth
from learnwork.search.query import Limit, Query
from learnwork.search.record import NOWHERE, Record

_WORDS = ["welding", "nursing", "business", "art"]
_CHOICES: dict[str, Callable[[Record], set[str]]] = {
    "type": lambda r: {r.type},
    "level": lambda r: {r.level},
    "field": lambda r: set(r.fields),
    "state": lambda r: {r.place.state},
    "delivery": lambda r: set(r.delivery),
    "source": lambda r: set(r.sources),
    "origin": lambda r: {"derived" if r.derived else "asserted"},
    "awarded": lambda r: {{True: "yes", False: "no", None: ""}[r.awarded]},
}
_MORE = [("ceterms:audienceLevelType", "audLevel:BeginnerLevel"), ("lw:spokenLanguages", "Welsh = Cymraeg")]
_MORE += [("lw:spokenLanguages", "Thai"), ("lw:spokenLanguages", "3"), ("lw:eveningCourses", "true")]
_CHOICES |= {
    f"is:{term}": lambda r, term=term: {value for name, value in r.more if name == term}  # type: ignore[misc]
    for term, _ in _MORE
}
_FIELDS = [("48", "48.05", "48.0508"), ("48", "48.05", "48.0503"), ("51", "51.38", "51.3801")]
_numbers = (
    st.none() | st.integers(0, 120_000).map(lambda cents: cents / 100) | st.integers(0, 90_000).map(float)
)

records = st.builds(
    record,
    st.just(0),
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join),
    type=st.sampled_from(["credential", "learning_opportunity"]),
    level=st.sampled_from(["", "3", "5"]),
    fields=st.lists(st.sampled_from(_FIELDS), max_size=2).map(
        lambda sets: tuple(dict.fromkeys(c for s in sets for c in s))
    ),
    place=st.sampled_from([CAMDEN, BOSTON, NOWHERE]),
    delivery=st.sets(st.sampled_from(["deliver:OnlineOnly", "deliver:InPerson"])).map(tuple),
    sources=st.sets(st.sampled_from(["ipeds", "list", "sheet"])).map(tuple),
    derived=st.booleans(),
    awarded=st.none() | st.booleans(),
    more=st.sets(st.sampled_from(_MORE)).map(tuple),
    cost=_numbers,
    earnings=_numbers,
    awards=st.none() | st.integers(0, 100),
)
corpora = st.lists(records, min_size=1, max_size=25)
questions = st.builds(
    Query,
    words=st.lists(st.sampled_from(_WORDS), max_size=2).map(" ".join),
    filters=st.dictionaries(
        st.sampled_from(sorted(_CHOICES)),
        st.sampled_from(
            ["credential", "3", "5", "48", "48.05", "51.3801", "NJ", "MA", "deliver:OnlineOnly", "ipeds", "derived",
             "learning_opportunity", "audLevel:BeginnerLevel", "Thai", "Welsh = Cymraeg", "true"]
        ).map(lambda value: (value,)),
        max_size=3,
    ).map(lambda filters: tuple(sorted(filters.items()))),
    limits=st.dictionaries(st.sampled_from(["cost", "earnings", "awards"]), st.floats(0, 90_000), max_size=1).map(
        lambda limits: tuple(Limit(key, round(low, 2), None) for key, low in limits.items())
    ),
    counted=st.just((*(key for key in _CHOICES if not own.is_own(key)), "cost", "earnings", "awards")),
    size=st.just(100),
)  # fmt: skip


def _matches(record: Record, query: Query, without: str = "") -> bool:
    if not all(word in record.name.split() for word in query.words.split()):
        return False
    for key, values in query.filters:
        if key != without and not any(
            value in _CHOICES[key](record) for value in values if depth(key, value) is not None
        ):
            return False
    for limit in query.limits:
        number = getattr(record, limit.key)
        if limit.key != without and (number is None or round(number, 2) < (limit.low or 0)):
            return False
    return True


@settings(max_examples=60)
@given(corpora, corpora, questions)
def test_counts_are_those_of_a_plain_walk(first: list[Record], second: list[Record], query: Query) -> None:
    every = [_numbered(number, one) for number, one in enumerate([*first, *second], 1)]
    # The index may still be clearing away old segments in a thread of its own when the folder goes.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = build(Path(folder), every[: len(first)])
        with index.writing(root):
            at_hand = index.state(root).folder
            assert at_hand is not None
            writer = index.Writer(at_hand, heap=20_000_000)
            writer.put([*every[len(first) :], every[0]])  # the first once more: it must not count twice
            writer.commit(2)
            writer.close()
        results = search(query, root, remember=False)
    matching = [one for one in every if _matches(one, query)]
    assert results.total == len(matching)
    assert {hit.id for hit in results.hits} == {one.id for one in matching}
    for facet in results.facets:
        shown = {value.value: value.count for value in facet.values if value.count}
        counted = [one for one in every if _matches(one, query, without=facet.key)]
        if facet.key not in BANDS:
            expected = Counter(v for one in counted for v in _CHOICES[facet.key](one) if v)
            assert shown == {value: n for value, n in expected.items() if value in shown}
            top = {value for value in expected if (depth(facet.key, value) or 0) == 0}
            assert top <= shown.keys()
        else:
            assert shown == _bands(facet.key, counted)
    types = query.values("type")
    for term in own.properties(types[0]) if types else ():
        key = own.PREFIX + term
        said = any(
            _CHOICES[key](one) for one in every if key in _CHOICES and _matches(one, query, without=key)
        )
        assert not said or key in {facet.key for facet in results.facets}, "a type's own facets come with it"


def _numbered(number: int, one: Record) -> Record:
    from dataclasses import replace

    return replace(one, id=number)


def _bands(key: str, counted: list[Record]) -> dict[str, int]:
    from learnwork.search.labels import band_value

    found: Counter[str] = Counter()
    for one in counted:
        number = getattr(one, key)
        for low, high in BANDS[key].bands():
            if number is not None and low <= round(number, 2) and (high is None or round(number, 2) <= high):
                found[band_value(low, high)] += 1
    return dict(found)
