"""Codes of a retired edition followed to those of today, by the published crosswalk of the two editions.

    led(ends)        # {CTID of an end that is not here: where it leads}
    former(named)    # {CTID of a retired code: where it leads}, of the resources that are here

What somebody said of a code of 2010 stays as it was said. It is read as said of the code of today where the publisher
of the editions names exactly one. Where several went into that one, it is the broader one. Where one became several,
nobody said which of them is meant, and the end stays open.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from learnwork.competencies.models.alignments import Alignment
from learnwork.competencies.standing import Rank
from learnwork.registry.store import chunked
from learnwork.vocabulary.ctid import derived_ctid

# Scheme of today → that of the edition before. A code does not show which of the two it is of.
BEFORE = {"onet": "onet2010", "soc2018": "soc2010"}
_MANY = 500


@dataclass(frozen=True, slots=True)
class Led:
    """Where a retired code leads. keys: codes of today; wider: other retired codes lead to the same."""

    key: str
    scheme: str
    keys: tuple[str, ...]
    wider: bool = False

    @property
    def ctid(self) -> str:
        """Of the one that it is today; "" where it became several."""
        return derived_ctid(self.scheme, self.keys[0]) if len(self.keys) == 1 else ""


def led(ends: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Led]:
    """(scheme, code) of ends that are not here → where each leads, of those that the crosswalk of editions knows.

    Two queries for every 500, none where no end is of a scheme with editions.
    """
    asked = _ctids({(BEFORE[scheme], key): (scheme, key) for scheme, key in ends if scheme in BEFORE})
    after: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source, _key, _target, code in _pairs("source", asked):
        after[asked[source]].append(code)
    single = _ctids({(one[0], codes[0]): one for one, codes in after.items() if len(codes) == 1})
    sharing = Counter(target for _source, _key, target, _code in _pairs("target", single))
    return {
        (scheme, key): Led(
            key, scheme, tuple(codes), len(codes) == 1 and sharing[derived_ctid(scheme, codes[0])] > 1
        )
        for (scheme, key), codes in after.items()
    }


def former(codes: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Led]]:
    """(scheme, code) of what is here → the retired codes that lead to it and to nothing else."""
    asked = _ctids({one: one for one in codes if one[0] in BEFORE})
    before = {(asked[target][0], key) for _, key, target, code in _pairs("target", asked) if key != code}
    found: dict[tuple[str, str], list[Led]] = defaultdict(list)
    for one in led(before).values():
        if one.ctid in asked:
            found[asked[one.ctid]].append(one)
    return dict(found)


def _ctids(named: Mapping[tuple[str, str], tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return {derived_ctid(*name): one for name, one in named.items()}


def _pairs(field: str, ctids: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """CTID and code of the former, of the later, of every accepted pair of two editions, each once."""
    rows = Alignment.objects.filter(
        superseded_at=None,
        state=Alignment.State.ACCEPTED,
        rank__gte=Rank.PUBLISHED,
        source_scheme__in=BEFORE.values(),
        target_scheme__in=BEFORE,
    )
    for some in chunked(ctids, _MANY):
        found = rows.filter(**{f"{field}__in": some})
        yield from (
            found.values_list("source", "source_key", "target", "target_key")
            .distinct()
            .order_by("target_key")
        )
