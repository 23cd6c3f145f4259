"""Aligned pairs as lists show them: which are asked for, each with its ends, its word that counts and the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from learnwork.competencies import aligned_texts, aligning, editions, ends
from learnwork.competencies.aligning import UnknownAlignmentError, counted, saying
from learnwork.competencies.editions import Led
from learnwork.competencies.models.alignments import Alignment
from learnwork.competencies.standing import RELATIONS, STATES, Standing, standing
from learnwork.registry.models import Resource


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pairs. source, target: frameworks (CTID) or schemes. least, below: of the confidence. "" and None: any."""

    source: str = ""
    target: str = ""
    relation: str = ""
    state: str = ""
    least: float | None = None
    below: float | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Self:
        """What cannot be understood is as if it were not there."""
        relation, state = params.get("relation", ""), params.get("state", "")
        return cls(
            params.get("source", "")[:40],
            params.get("target", "")[:40],
            relation if relation in RELATIONS else "",
            state if state in STATES else "",
            _share(params.get("least", "")),
            _share(params.get("below", "")),
        )

    @property
    def query(self) -> str:
        """As the query of an address; "" where everything is asked for."""
        named = {
            name: getattr(self, name) for name in ("source", "target", "relation", "state", "least", "below")
        }
        return urlencode({name: value for name, value in named.items() if value not in ("", None)})

    def with_(self, **other: str | float | None) -> Self:
        return replace(self, **other)  # type: ignore[arg-type]  # names of fields with their values


def _share(text: str) -> float | None:
    try:
        value = float(text[:12])
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


@dataclass(frozen=True, slots=True)
class Shown:
    """One end. ctid: of the resource it means, "" while open. above: what it stands under. about: what it says.

    since: the code of a retired edition that was said, where that led here. wider: it took in others as well.
    """

    key: str
    name: str
    ctid: str
    within: str
    within_name: str
    above: str = ""
    about: str = ""
    since: str = ""
    wider: bool = False

    @property
    def here(self) -> bool:
        return bool(self.ctid)


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair with the word that counts (`row`) and what all words come to."""

    row: Alignment
    source: Shown
    target: Shown
    standing: Standing

    @property
    def reasons(self) -> list[tuple[str, float]]:
        return [(str(key), float(weight)) for key, weight in self.row.reasons]


def asked_for(asked: Asked) -> QuerySet[Alignment]:
    """Of every pair that is asked for, the word that counts."""
    rows = counted()
    fields = {
        "source_in": asked.source,
        "target_in": asked.target,
        "relation": asked.relation,
        "state": asked.state,
    }
    rows = rows.filter(**{field: value for field, value in fields.items() if value})
    if asked.least is not None:
        rows = rows.filter(confidence__gte=asked.least)
    if asked.below is not None:
        rows = rows.filter(confidence__lt=asked.below)
    return rows


def listed(asked: Asked, after: int = 0, limit: int = 50) -> list[Pair]:
    """In the order in which they were said."""
    rows = asked_for(asked).filter(id__gt=after).select_related("origin").order_by("id")[:limit]
    return shown(list(rows))


def shown(rows: Sequence[Alignment]) -> list[Pair]:
    """Rows with their ends and standing. A handful of queries, however many."""
    both = [aligning.ends_of(row) for row in rows]
    met = ends.meaning(end for pair in both for end in pair)
    called = aligned_texts.named(sorted({end.collection for pair in both for end in pair}))
    standings = _standings(rows)
    return [
        Pair(
            row, _shown(pair[0], met, called), _shown(pair[1], met, called), standings[row.source, row.target]
        )
        for row, pair in zip(rows, both, strict=True)
    ]


def _shown(end: ends.End, met: Mapping[str, ends.Met], called: Mapping[str, str]) -> Shown:
    there = met.get(end.ctid)
    name = (there.name if there else "") or end.name or end.key
    within = end.collection
    since = there.since if there else None
    return Shown(
        end.key,
        name,
        there.ctid if there else "",
        within,
        called.get(within, within),
        since=since.key if since else "",
        wider=bool(since and since.wider),
    )


def _standings(rows: Sequence[Alignment]) -> dict[tuple[str, str], Standing]:
    words: dict[tuple[str, str], list[Alignment]] = defaultdict(list)
    for row in aligning.in_force().filter(source__in={row.source for row in rows}):
        words[row.source, row.target].append(row)
    return {
        pair: found for pair, all_ in words.items() if (found := standing(map(saying, all_))) is not None
    } | {
        (row.source, row.target): Standing(row.relation, row.state, row.confidence, (row.rater_name,))
        for row in rows
        if all(one.state == "withdrawn" for one in words[row.source, row.target])
    }


def pair(number: int) -> tuple[Pair, list[Alignment]]:
    """A pair by the number of any word on it, with every word there ever was, the latest first.

    Raises `UnknownAlignmentError`.
    """
    row = Alignment.objects.filter(pk=number).select_related("origin").first()
    if row is None:
        raise UnknownAlignmentError(
            _("There is no alignment %(n)s.") % {"n": number}, hint=_("They are listed at /alignments.")
        )
    rows = Alignment.objects.filter(source=row.source, target=row.target).select_related(
        "origin", "supersedes"
    )
    every = list(rows.order_by("-id"))
    counts = counted().filter(source=row.source, target=row.target).select_related("origin").first() or row
    return with_context(shown([counts]))[0], every


def with_context(pairs: Sequence[Pair]) -> list[Pair]:
    """The same pairs with what each end says and what it stands under, for who has to judge them."""
    wanted = {one.ctid for each in pairs for one in (each.source, each.target) if one.ctid}
    told = ends.told(wanted)
    became = editions.led((end.scheme, end.key) for each in pairs for end in aligning.ends_of(each.row))
    return [
        replace(
            each,
            source=_told(each.source, told, became.get((each.row.source_scheme, each.source.key))),
            target=_told(each.target, told, became.get((each.row.target_scheme, each.target.key))),
        )
        for each in pairs
    ]


def _told(one: Shown, told: Mapping[str, ends.Told], became: Led | None) -> Shown:
    if not one.here and became is not None and len(became.keys) > 1:
        about = _("A later edition has %(codes)s instead; nobody said which of them is meant.")
        return replace(one, about=about % {"codes": ", ".join(became.keys)})
    found = told.get(one.ctid)
    return (
        replace(one, above=found.above, about=found.about if found.about != one.name else "")
        if found
        else one
    )


@dataclass(frozen=True, slots=True)
class Between:
    """How many pairs two frameworks (or schemes) have, by state."""

    source: str
    target: str
    source_name: str
    target_name: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def overview() -> list[Between]:
    """Every two frameworks that have pairs, those with most first. Two queries."""
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    rows = counted().values_list("source_in", "target_in", "state").annotate(n=Count("id")).order_by()
    for source, target, state, number in rows:
        counts[source, target][state] = number
    called = aligned_texts.named(sorted({key for both in counts for key in both}))
    made = [Between(*both, called[both[0]], called[both[1]], numbers) for both, numbers in counts.items()]
    return sorted(made, key=lambda one: (-one.total, one.source_name, one.target_name))


def beside(within: str) -> list[tuple[str, str, str]]:
    """(source, target, name of the other one) of every two frameworks that have pairs, one of them `within`."""
    rows = aligning.in_force().exclude(state="withdrawn").values_list("source_in", "target_in").order_by()
    both = {*rows.filter(source_in=within).distinct(), *rows.filter(target_in=within).distinct()}
    others = {pair: pair[1] if pair[0] == within else pair[0] for pair in both}
    called = aligned_texts.named(sorted({*others.values()}))
    return sorted(((*pair, called[other]) for pair, other in others.items()), key=lambda one: (one[2], one))


def of_resource(ctid: str, states: Iterable[str] = aligning.SHOWN) -> list[Pair]:
    """The pairs of one resource, whatever end it is; the resource stands as the target where it was said to be one."""
    names = list(ends.names_of([ctid]))
    rows = counted().filter(Q(source__in=names) | Q(target__in=names), state__in=list(states))
    return shown(list(rows.select_related("origin").order_by("-rank", "-confidence", "id")[:200]))


def current(found: Sequence[Pair]) -> list[Pair]:
    """Those whose both ends may be shown: what was retired or withdrawn is left out."""
    both = {end.ctid for one in found for end in (one.source, one.target) if end.ctid}
    gone = set(
        Resource.objects.filter(ctid__in=both, status__in=("retired", "withdrawn")).values_list(
            "ctid", flat=True
        )
    )
    return [one for one in found if not {one.source.ctid, one.target.ctid} & gone]
