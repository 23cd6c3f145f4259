"""What is known to correspond to what: kept word by word, read as pairs with degree and state.

between(some, others)              # {(a, b): Standing}, whoever said it and from whichever end
keep(sayings, rater)               # somebody's words: what is new, changed, withdrawn; the rest stays as it is
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from learnwork.accounts.models import User
from learnwork.competencies import ends
from learnwork.competencies.ends import End
from learnwork.competencies.models.alignments import Alignment
from learnwork.competencies.standing import (
    RELATIONS,
    STATES,
    Rank,
    Saying,
    Standing,
    loosened,
    seen_from_target,
    standing,
)
from learnwork.registry import listing
from learnwork.registry.models import Source
from learnwork.registry.store import chunked
from learnwork.vocabulary.errors import Issue, LearnworkError

BY_HAND = "by hand"
PUBLISHED = "published"
OURS = "Learnwork"
LONGEST_RATIONALE = 10_000
SHOWN = ("accepted", "proposed")
_MANY = 500


class AlignmentRefusedError(LearnworkError):
    """A word on a pair that cannot be kept: of a thing with itself, of no known relation, with nobody who says it."""

    code = "alignment-refused"


class UnknownAlignmentError(LearnworkError):
    """There is no alignment of that number."""

    code = "alignment-unknown"


@dataclass(frozen=True, slots=True)
class Said:
    """One word to keep. on: when it was said; None: today, or of a publisher not known. The same word again
    says nothing new, unless it says another day."""

    source: End
    target: End
    relation: str
    state: str
    confidence: float | None = None
    rationale: str = ""
    reasons: tuple[tuple[str, float], ...] = ()
    on: date | None = None
    place: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        return self.source.ctid, self.target.ctid


@dataclass(frozen=True, slots=True)
class Rater:
    """Who speaks: a person with an account, a source that published, or (neither) a method of ours."""

    name: str
    method: str
    account: User | None = None
    origin: Source | None = None

    @property
    def rank(self) -> Rank:
        return Rank.PERSON if self.account else Rank.PUBLISHED if self.origin else Rank.METHOD


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody's words came to. act: names what was kept at once, to undo it; "" where nothing was."""

    new: int = 0
    changed: int = 0
    same: int = 0
    withdrawn: int = 0
    issues: tuple[Issue, ...] = ()
    act: str = ""


def in_force() -> QuerySet[Alignment]:
    return Alignment.objects.filter(superseded_at=None)


def counted() -> QuerySet[Alignment]:
    """Of every pair the one word that counts (`standing`): the latest of those of the highest rank."""
    same = in_force().filter(source=OuterRef("source"), target=OuterRef("target"))
    higher = same.exclude(state="withdrawn").filter(
        Q(rank__gt=OuterRef("rank")) | Q(rank=OuterRef("rank"), id__gt=OuterRef("id"))
    )
    return in_force().exclude(state="withdrawn").filter(~Exists(higher))


@transaction.atomic
def keep(sayings: Iterable[Said], rater: Rater, *, whole: Sequence[tuple[str, str]] = ()) -> Kept:
    """Keep what a rater says: one word a pair, a former one superseded where the new one differs.

    whole: pairs of frameworks (or schemes) of which this is all the rater says now; former words on them are withdrawn.
    Words that cannot be kept are issues and keep nothing else back.
    """
    if not rater.name.strip():
        raise AlignmentRefusedError(_("An alignment needs its rater."), hint=_("Say who says it."))
    wanted, issues = _checked(sayings)
    former = _former(rater, wanted, whole)
    made: list[Alignment] = []
    now, act, same = timezone.now(), uuid4().hex, 0
    for pair, said in wanted.items():
        before = former.pop(pair, None)
        if before is not None and _equal(before, said):
            same += 1
            continue
        made.append(_row(said, rater, before))
    changed = sum(row.supersedes_id is not None for row in made)
    gone = [
        row for row in former.values() if row.state != "withdrawn" and (row.source_in, row.target_in) in whole
    ]
    made += [_row(said_by(row, state="withdrawn"), rater, row) for row in gone]
    _write(made, act, now)
    return Kept(len(made) - changed - len(gone), changed, same, len(gone), tuple(issues), act if made else "")


def _write(made: Sequence[Alignment], act: str, now: object) -> None:
    for some in chunked((row.supersedes_id for row in made if row.supersedes_id is not None), _MANY):
        Alignment.objects.filter(pk__in=some).update(superseded_at=now)
    for row in made:
        row.act, row.made_at = act, now  # type: ignore[assignment]  # a datetime
    Alignment.objects.bulk_create(made, batch_size=_MANY)


def _checked(sayings: Iterable[Said]) -> tuple[dict[tuple[str, str], Said], list[Issue]]:
    """By pair; a pair twice, and what says nothing that can be kept, as issues."""
    wanted: dict[tuple[str, str], Said] = {}
    issues: list[Issue] = []
    for said in sayings:
        try:
            check(said)
        except AlignmentRefusedError as error:
            issues.append(Issue(error.code, error.message, said.place, error.hint))
            continue
        first = wanted.setdefault(said.pair, said)
        if first is not said:
            hint = _("One rater has one word on a pair; the first one was kept.")
            issues.append(Issue("pair-twice", _("The same pair again."), said.place, hint, "warning"))
    met = ends.meaning(end for said in wanted.values() for end in (said.source, said.target))
    for pair, said in list(wanted.items()):
        here = [met[ctid].ctid for ctid in pair if ctid in met]
        if len(here) == 2 and here[0] == here[1]:
            del wanted[pair]
            issues.append(Issue("alignment-refused", _itself(said), said.place, _two_things()))
    return wanted, issues


def _itself(said: Said) -> str:
    return _("%(key)s is aligned with itself.") % {"key": said.source.key[:100]}


def _two_things() -> str:
    return _("An alignment is of two different things.")


def check(said: Said) -> None:
    """Raises `AlignmentRefusedError` where a word cannot be kept."""
    if said.source.ctid == said.target.ctid:
        raise AlignmentRefusedError(_itself(said), hint=_two_things())
    if said.relation not in RELATIONS:
        raise AlignmentRefusedError(
            _("“%(relation)s” is no relation.") % {"relation": said.relation[:60]},
            hint=_("It is one of %(all)s.") % {"all": ", ".join(RELATIONS)},
        )
    if said.state not in STATES:
        raise AlignmentRefusedError(
            _("“%(state)s” is no state.") % {"state": said.state[:60]},
            hint=_("It is one of %(all)s.") % {"all": ", ".join(STATES)},
        )
    if said.confidence is not None and not 0 <= said.confidence <= 1:
        raise AlignmentRefusedError(
            _("A confidence of %(n)s cannot be.") % {"n": said.confidence}, hint=_("It is 0 to 1, or empty.")
        )
    for end in (said.source, said.target):
        if not end.key.strip() or len(end.key) > ends.LONGEST_KEY or len(end.scheme) > 40:
            raise AlignmentRefusedError(
                _("“%(key)s” names nothing.") % {"key": end.key[:60]}, hint=_("Give a CTID, a URI or a code.")
            )


def _former(
    rater: Rater, wanted: Mapping[tuple[str, str], Said], whole: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Alignment]:
    """The rater's words in force on these pairs, and on all of `whole`; of a method, of its former versions too."""
    own = in_force().select_for_update()
    if rater.account is not None:
        own = own.filter(rater=rater.account)
    elif rater.origin is not None:
        own = own.filter(origin=rater.origin)
    else:
        own = own.filter(rater=None, origin=None, rater_name=rater.name)
    rows: list[Alignment] = []
    for some in chunked(dict.fromkeys(source for source, _target in wanted), _MANY):
        rows += own.filter(source__in=some)
    for source_in, target_in in whole:
        rows += own.filter(source_in=source_in, target_in=target_in)
    return {(row.source, row.target): row for row in rows}


def _equal(row: Alignment, said: Said) -> bool:
    return (
        row.relation == said.relation
        and row.state == said.state
        and row.confidence == said.confidence
        and said.on in (None, row.said_on)
        and row.rationale == said.rationale.strip()[:LONGEST_RATIONALE]
        and [tuple(one) for one in row.reasons] == list(said.reasons)
    )


def _row(said: Said, rater: Rater, before: Alignment | None) -> Alignment:
    return Alignment(
        **_end_fields("source", said.source),
        **_end_fields("target", said.target),
        relation=said.relation,
        state=said.state,
        rater=rater.account,
        rater_name=rater.name,
        origin=rater.origin,
        rank=rater.rank,
        said_on=said.on or (None if rater.origin else timezone.localdate()),
        method=rater.method,
        confidence=said.confidence,
        rationale=said.rationale.strip()[:LONGEST_RATIONALE],
        reasons=[list(one) for one in said.reasons],
        supersedes=before,
    )


def _end_fields(prefix: str, end: End) -> dict[str, str]:
    return {
        prefix: end.ctid,
        f"{prefix}_scheme": end.scheme,
        f"{prefix}_key": end.key,
        f"{prefix}_name": end.name[:500],
        f"{prefix}_in": end.collection[:40],
    }


def ends_of(row: Alignment) -> tuple[End, End]:
    return (
        End(row.source_scheme, row.source_key, row.source_name, row.source_in),
        End(row.target_scheme, row.target_key, row.target_name, row.target_in),
    )


def said_by(row: Alignment, *, relation: str = "", state: str = "", rationale: str | None = None) -> Said:
    """What a row says, with other words for some of it."""
    return Said(
        *ends_of(row),
        relation=relation or row.relation,
        state=state or row.state,
        confidence=row.confidence,
        rationale=row.rationale if rationale is None else rationale,
        reasons=tuple((str(key), float(weight)) for key, weight in row.reasons),
    )


def saying(row: Alignment) -> Saying:
    return Saying(
        row.relation,
        row.state,
        Rank(row.rank),
        row.rater_name,
        row.made_at,
        row.method,
        row.confidence,
        row.rationale,
    )


def words_on(ctids: Sequence[str]) -> list[tuple[str, str, Alignment]]:
    """Every word in force on these resources: (the CTID asked for, the CTID of the other end, the row)."""
    return _words_on(ends.names_of(ctids))


def _words_on(names: Mapping[str, str]) -> list[tuple[str, str, Alignment]]:
    found: list[tuple[str, str, Alignment]] = []
    for some in chunked(names, _MANY):
        rows = (
            in_force().filter(Q(source__in=some) | Q(target__in=some)).select_related("origin").order_by("id")
        )
        for row in rows:
            found += [(names[row.source], row.target, row)] if row.source in some else []
            found += [(names[row.target], row.source, row)] if row.target in some else []
    return found


def between(
    some: Sequence[str], others: Sequence[str], states: Sequence[str] = SHOWN
) -> dict[tuple[str, str], Standing]:
    """(a, b) → what their alignment comes to, for a of `some` and b of `others`, read from a to b.

    Whoever said it, from whichever end, under whichever name of the resource. Pairs that were rejected or withdrawn
    are left out, unless `states` asks for them. About three queries for every 500 competencies.
    """
    own_names, names = ends.names_of(some), ends.names_of(others)
    wider = own_names.wider | names.wider
    sayings: dict[tuple[str, str], list[Saying]] = defaultdict(list)
    for own, other, row in _words_on(own_names):
        there = names.get(other)
        if there is not None and there != own:
            relation = loosened(row.relation, row.source in wider, row.target in wider)
            said = replace(saying(row), relation=relation)
            sayings[own, there].append(said if row.target == other else seen_from_target(said))
    counted = {pair: standing(all_) for pair, all_ in sayings.items()}
    return {pair: found for pair, found in counted.items() if found is not None and found.state in states}


def state() -> str:
    """Changes whenever an answer about alignments may have. One query beside the registry's."""
    last = Alignment.objects.aggregate(id=Max("id"), ended=Max("superseded_at"))
    return f"{listing.state()}:{last['id']}:{last['ended']}"
