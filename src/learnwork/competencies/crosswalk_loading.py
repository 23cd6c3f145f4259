"""Crosswalk files into the registry: the pairs that somebody published, as accepted by their publisher."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from learnwork.accounts.models import User
from learnwork.competencies import aligning, ends
from learnwork.competencies.aligning import AlignmentRefusedError, Kept, Rater, Said
from learnwork.competencies.circles import circles
from learnwork.competencies.ends import End
from learnwork.formats.crosswalks import Pair, declared_by, read_crosswalk
from learnwork.formats.declarations import declaration
from learnwork.formats.model import SourceDeclaration
from learnwork.intake.loading import declare
from learnwork.vocabulary.errors import Issue

MOST_CIRCLES = 20
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a crosswalk came to. open: pairs with an end that is not loaded; they close when it arrives."""

    source: str
    licence: str
    kept: Kept
    open: int
    dry_run: bool

    @property
    def pairs(self) -> int:
        return self.kept.new + self.kept.changed + self.kept.same


def load(
    path: Path,
    *,
    source: SourceDeclaration | None = None,
    rater: User | None = None,
    on: date | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Keep every pair of a file in one transaction; what this source said before and says no more is withdrawn.

    source: who publishes it, where its columns do not tell. rater: the person whose own pairs these are; then nothing
    is withdrawn. on: when it was published. Raises `AlignmentRefusedError` where nobody says the pairs.
    """
    declared = source or (declaration(key) if (key := declared_by(path)) else None)
    if declared is None and rater is None:
        raise AlignmentRefusedError(
            _("%(file)s does not tell who says these pairs.") % {"file": path.name},
            hint=_("Name its source by a declaration (--source FILE.yaml), or the curator (--as USER)."),
        )
    issues: list[Issue] = []
    with transaction.atomic():
        who = _rater(declared, rater)
        own = rater is not None or source is not None
        said = [_said(pair, own, on) for pair in _counted(read_crosswalk([path], issues.append), progress)]
        said = framed(said)
        whole = () if rater else tuple({(one.source.collection, one.target.collection) for one in said})
        kept = aligning.keep(said, who, whole=whole)
        met = ends.meaning(end for one in said for end in (one.source, one.target))
        issues += [*kept.issues, *circle_issues()]
        transaction.set_rollback(dry_run)
    return Report(
        declared.name if declared and not rater else who.name,
        declared.licence if declared and not rater else "",
        replace(kept, issues=tuple(issues)),
        sum(one.source.ctid not in met or one.target.ctid not in met for one in said),
        dry_run,
    )


def _rater(declared: SourceDeclaration | None, person: User | None) -> Rater:
    if person is not None:
        return Rater(person.get_username(), aligning.BY_HAND, person)
    assert declared is not None  # noqa: S101 - load refuses where neither is there
    origin, _made = declare(declared)
    return Rater(origin.name, aligning.PUBLISHED, origin=origin)


def _counted(pairs: Iterator[Pair], progress: Progress | None) -> Iterator[Pair]:
    for number, pair in enumerate(pairs, 1):
        if progress and number % 500 == 0:
            progress(number)
        yield pair


def _said(pair: Pair, own: bool, on: date | None) -> Said:
    """own: a table of ours, whose confidence is 0 to 1; a publisher's own scale is kept as words."""
    confidence = _probability(pair.confidence) if own else None
    rationale = pair.note
    if pair.confidence and confidence is None:
        told = f"confidence of the source: {pair.confidence}"
        rationale = f"{rationale}; {told}" if rationale else told
    return Said(
        End(pair.source_scheme, pair.source, pair.source_name),
        End(pair.target_scheme, pair.target, pair.target_name),
        pair.relation,
        (own and pair.state) or "accepted",
        confidence,
        rationale,
        on=on,
        place=pair.place,
    )


def _probability(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def framed(said: Sequence[Said]) -> list[Said]:
    """The same words, with each end counted under its framework where it is part of one."""
    ctids = {end.ctid for one in said for end in (one.source, one.target)}
    frames = ends.frames_of(ctids)
    return [
        replace(
            one,
            source=replace(one.source, within=one.source.within or frames.get(one.source.ctid, "")),
            target=replace(one.target, within=one.target.within or frames.get(one.target.ctid, "")),
        )
        for one in said
    ]


def circle_issues() -> list[Issue]:
    """Circles among accepted pairs: this is broader than that, which is broader than this."""
    rows = aligning.in_force().filter(state="accepted", relation__in=("broad", "narrow"))
    pairs = rows.values_list("source", "relation", "target", "source_key", "target_key")
    names: dict[str, str] = {}
    wider: list[tuple[str, str]] = []
    for source, relation, target, source_key, target_key in pairs:
        names |= {source: source_key, target: target_key}
        wider.append((source, target) if relation == "broad" else (target, source))
    return [
        Issue(
            "alignment-circle",
            _("These are said to be broader than each other: %(all)s.")
            % {"all": ", ".join(names[key] for key in sorted(circle)[:10])},
            hint=_("All were kept; decide which of the pairs is wrong."),
            severity="warning",
        )
        for circle in circles(wider)[:MOST_CIRCLES]
    ]
