"""Matches with their reasons: what ranks where for a question, what it covers and lacks, and who says so.

answer(question)                 # programs by field, credentials that state competencies themselves, occupations
why(question, ctid)              # one program, credential, field or occupation in full
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import Literal
from urllib.parse import urlencode

import numpy as np
from django.utils.translation import gettext as _

from learnwork.competencies import aligning, following, knowing, matching, profiling
from learnwork.competencies.expected import Known, Table, Thing
from learnwork.competencies.following import Changed, Followed
from learnwork.competencies.following import How as Became
from learnwork.competencies.matching import Asked, Covered, How, Question, Scores
from learnwork.competencies.questions import UnknownAskedError
from learnwork.competencies.rating import Pattern
from learnwork.competencies.standing import Standing
from learnwork.registry import queries
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Resource
from learnwork.vocabulary.documents import Document

Kind = Literal["field", "occupation", "credential"]
EXAMPLES = 3
MOST_MATCHES = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One competency that is covered. of: occupations behind. level: least, median, greatest over these (0 to 7);
    asked_level: the level that the occupation of the question asks. via: what stands for it, with its alignment.
    profile: what raters of the credential came out on, by column."""

    competency: Thing
    how: How
    asking: int
    of: int
    strength: float
    level: tuple[float, float, float] | None
    asked_level: float | None
    via: Thing | None
    standing: Standing | None
    profile: Mapping[str, int | float | None] | None = None

    @property
    def derived(self) -> bool:
        return self.how != How.STATED


@dataclass(frozen=True, slots=True)
class Example:
    ctid: str
    name: str
    provider: str


@dataclass(frozen=True, slots=True)
class Match:
    """One place in the ranking. thing: what is meant; kind: a field, an occupation, or a credential (or program).

    share: of what is asked, weighed. leads: None where no work was asked for; leads_to: work of the question that it
    leads to. through, behind, silent: occupations of the crosswalk, those behind that say what they ask, those that
    do not. programs: how many start there. as_of, changed: of a match that was asked for alone, as of an `Answer`.
    """

    thing: Thing
    kind: Kind
    score: float
    share: float
    leads: float | None
    leads_to: tuple[Thing, ...]
    covered: tuple[Line, ...]
    lacking: tuple[Thing, ...]
    through: int
    behind: int
    silent: int
    programs: int = 0
    examples: tuple[Example, ...] = ()
    search: str = ""
    pattern: Pattern | None = None
    as_of: datetime | None = None
    changed: tuple[Changed, ...] = ()

    @property
    def rated(self) -> bool:
        """Whether this is one occupation itself: what it asks is a source's word on it, derived from nothing."""
        return self.kind == "occupation" and self.behind == 1

    @property
    def derived(self) -> bool:
        """Whether anything of it is derived from occupations."""
        return not self.rated and any(line.derived for line in self.covered)

    def _count(self, how: How) -> int:
        return sum(line.how == how for line in self.covered)

    @property
    def stated(self) -> int:
        return self._count(How.STATED)

    @property
    def expected(self) -> int:
        return self._count(How.EXPECTED)

    @property
    def seldom(self) -> int:
        return self._count(How.SELDOM)

    @property
    def asked(self) -> int:
        """How many competencies it was held against."""
        return len(self.covered) + len(self.lacking)


@dataclass(frozen=True, slots=True)
class Answer:
    """unmatched: competencies of the question that nothing here has. compared: how many programs, how many
    occupations were looked at. as_of: where something was published since and is being taken in, when what this
    answer stands on was published; None where it is of now. changed: what of the question is not as it was; the answer
    is for what it means today."""

    question: Question
    asked: tuple[Thing, ...]
    work: tuple[Thing, ...]
    unmatched: tuple[Thing, ...]
    programs: tuple[Match, ...]
    occupations: tuple[Match, ...]
    compared: tuple[int, int]
    as_of: datetime | None = None
    changed: tuple[Changed, ...] = ()


@dataclass(frozen=True)
class _Asking:
    """A question made ready: what it means today and is called, and the scores of all rows."""

    question: Question
    changed: tuple[Changed, ...]
    here: Known
    asks: tuple[Asked, ...]
    scores: Scores
    names: Mapping[str, Thing]
    levels: Mapping[int, float]

    @property
    def table(self) -> Table:
        return self.here.table


def _asking(named: Question) -> _Asking:
    here = knowing.known()
    table = here.table
    asked, found = _followed(named, table)
    names = {one.ctid: one for one in table.competencies}
    names |= {
        ctid: Thing(ctid, found.names.get(ctid, ctid)) for ctid in asked.competencies if ctid not in names
    }
    aligned = _aligned([one for one in asked.competencies if one not in table.columns], table)
    asks = matching.asked(asked, table, aligned)
    behind = matching.numbers_of(asked.occupations, table)
    levels: dict[int, list[float]] = {}
    for number, column in table.levels if behind else ():
        if number in behind:
            levels.setdefault(column, []).append(table.levels[number, column])
    scores = matching.scores(asked, asks, table)
    medians = {column: float(median(some)) for column, some in levels.items()}
    return _Asking(asked, found.changed, here, asks, scores, names, medians)


def _followed(named: Question, table: Table) -> tuple[Question, Followed]:
    """What a question means today. Raises `UnknownAskedError` where nothing that it names was ever here."""
    by_words = {one.ctid for one in table.competencies if not one.here}
    found = following.followed([*(set(named.competencies) - by_words), *named.occupations])
    some = [found.means.get(one, one) for one in named.competencies if one in found.means or one in by_words]
    work = [found.means[one] for one in named.occupations if one in found.means]
    others = [one for one in work if one not in table.keys]
    told = {one.ctid for one in found.changed} | {one.now.ctid for one in found.changed if one.now}
    strange = tuple(
        Changed(one, found.names.get(one, one), Became.UNKNOWN) for one in others if one not in told
    )
    found = replace(found, changed=(*strange, *found.changed))
    unknown = [one.ctid for one in found.changed if one.how == Became.UNKNOWN]
    if unknown and len(set(unknown)) == len({*named.competencies, *named.occupations}):
        raise UnknownAskedError(
            _("Nothing here has the identifier %(ctid)s.") % {"ctid": unknown[0]},
            hint=_("Name competencies, occupations and fields that are listed here."),
        )
    work = [one for one in work if one in table.keys]
    return Question(tuple(dict.fromkeys(some)), tuple(dict.fromkeys(work)), named.held), found


def _aligned(ctids: Sequence[str], table: Table) -> dict[tuple[str, str], Standing]:
    """What alignments say of competencies that the table does not have itself."""
    if not ctids:
        return {}
    others = [other for _own, other, _row in aligning.words_on(ctids)]
    return aligning.between(ctids, [one for one in dict.fromkeys(others) if one in table.columns])


def answer(asked: Question, *, limit: int = 10) -> Answer:
    """The best of every program and of every occupation. Raises `UnknownAskedError`."""
    ready = _asking(asked)
    table, limit = ready.table, max(1, min(limit, MOST_MATCHES))
    programs = matching.ranked(ready.scores.total, ready.here.used, limit)
    meant = set() if asked.competencies else set(ready.question.occupations)
    occupations = [table.row_of[(key,)] for key in table.occupations if table.things[key].ctid not in meant]
    best = matching.ranked(ready.scores.total, np.array(occupations, dtype=np.int64), limit)
    return Answer(
        asked,
        tuple(ready.names[one] for one in ready.question.competencies),
        tuple(table.things[table.keys[one]] for one in ready.question.occupations),
        tuple(ready.names[one.ctid] for one in ready.asks if not one.vias),
        tuple(_with_programs(ready, programs)),
        tuple(_match(ready, row, _start(table, row), "occupation") for row in best),
        (len(ready.here.programs), len(table.occupations)),
        _as_of(ready.here),
        ready.changed,
    )


def why(asked: Question, ctid: str) -> Match:
    """One match in full, of what the thing was replaced by where it was. Raises `UnknownAskedError`,
    `UnknownResourceError`."""
    ready = _asking(asked)
    traced = following.followed([ctid])
    found = queries.find(traced.means.get(ctid, ctid))
    row = ready.here.row_of(found.pk)
    became = tuple(one for one in traced.changed if one.how != Became.REWORDED)
    if row is None:
        if any(one.how == Became.REMOVED for one in became):
            raise UnknownAskedError(
                _("“%(name)s” is gone: its source does not list it any more.") % {"name": found.name[:80]},
                hint=_("Its page says since when; all matches of the question are at /match."),
            )
        raise UnknownAskedError(
            _("Nothing is known of what %(name)s teaches or asks.") % {"name": found.name[:80]},
            hint=_("It states no competency, and no occupation is known that it leads to."),
        )
    profile = profiling.of(found.ctid)
    agreed = {line.competency.key: line.agreed for line in profile.lines if line.agreed}
    kind = _kind(ready.table, row) if found.pk in ready.table.things else "credential"
    made = _match(ready, row, Thing(found.ctid, found.name), kind, agreed)
    return replace(made, pattern=profile.pattern, as_of=_as_of(ready.here), changed=(*became, *ready.changed))


def state() -> str:
    """Changes whenever an answer may have: of what is published and aligned, and of the table that answers."""
    return f"{aligning.state()}:{knowing.known().state}"


def _as_of(here: Known) -> datetime | None:
    return here.at if knowing.outdated(here) else None


def _start(table: Table, row: int) -> Thing:
    return table.things[table.rows[row].starts[0]]


def _kind(table: Table, row: int) -> Kind:
    """Of a row that starts from one place; an occupation leads to itself."""
    return "occupation" if table.rows[row].through == table.rows[row].starts else "field"


def _with_programs(ready: _Asking, rows: Sequence[int]) -> list[Match]:
    """Matches of programs: those that start from the same place are one, with the first of them."""
    here, table = ready.here, ready.table
    members = {row: here.programs_of(row) for row in rows}
    shown = [int(key) for keys in members.values() for key in keys[: 4 * EXAMPLES]]
    named = Resource.objects.filter(status=Resource.Status.CURRENT).in_bulk(shown)
    providers = queries.providers_of([one.ctid for one in named.values()])
    alone = {row for row in rows if table.rows[row].own or len(table.rows[row].starts) != 1}
    codes = documents_of([table.rows[row].starts[0] for row in rows if row not in alone])
    found = []
    for row in rows:
        examples = _apart(
            Example(named[key].ctid, named[key].name, providers.get(named[key].ctid, ""))
            for key in members[row][: 4 * EXAMPLES].tolist()
            if key in named
        )
        if row in alone and not examples:  # withdrawn since the table was made
            continue
        if row in alone:
            made = _match(ready, row, Thing(examples[0].ctid, examples[0].name), "credential")
        else:
            made = _match(ready, row, _start(table, row), _kind(table, row))
        search = "" if row in alone else _search(table, row, codes)
        found.append(replace(made, programs=len(members[row]), examples=examples, search=search))
    return found


def _apart(examples: Iterable[Example]) -> tuple[Example, ...]:
    """The first few of different providers."""
    found: dict[str, Example] = {}
    for one in examples:
        found.setdefault(one.provider, one)
    return tuple(found.values())[:EXAMPLES]


def _search(table: Table, row: int, documents: Mapping[int, Document]) -> str:
    """The search for the programs of a row."""
    code = documents.get(table.rows[row].starts[0], {}).get("ceterms:codedNotation")
    return f"/search?{urlencode([(_kind(table, row), code)])}" if isinstance(code, str) else ""


def _match(
    ready: _Asking,
    row: int,
    thing: Thing,
    kind: Kind,
    profile: Mapping[str, Mapping[str, int | float | None]] | None = None,
) -> Match:
    table, of = ready.table, ready.table.rows[row]
    found = matching.lines(ready.question, ready.asks, table, row)
    work = {
        ctid: matching.numbers_of([ctid], table)
        for ctid in ready.question.occupations
        if ready.scores.leads is not None
    }
    return Match(
        thing=thing,
        kind=kind,
        score=round(float(ready.scores.total[row]), 3),
        share=round(float(ready.scores.share[row]), 3),
        leads=None if ready.scores.leads is None else round(float(ready.scores.leads[row]), 3),
        leads_to=tuple(
            table.things[table.keys[ctid]] for ctid, some in work.items() if set(some) & set(of.behind)
        ),
        covered=tuple(_line(ready, row, one, profile or {}) for one in found.covered),
        lacking=tuple(ready.names[ctid] for ctid in found.lacking),
        through=len(of.through),
        behind=len(of.behind),
        silent=of.silent,
    )


def _line(
    ready: _Asking, row: int, one: Covered, profile: Mapping[str, Mapping[str, int | float | None]]
) -> Line:
    table = ready.table
    other = table.competencies[one.via.column]
    own = ready.names[one.ctid]
    return Line(
        competency=own,
        how=one.how,
        asking=one.asking,
        of=len(table.rows[row].behind),
        strength=one.strength,
        level=table.level(row, one.via.column),
        asked_level=ready.levels.get(one.via.column),
        via=None if one.via.standing is None else other,
        standing=one.via.standing,
        profile=profile.get(other.ctid) or profile.get(own.ctid),
    )
