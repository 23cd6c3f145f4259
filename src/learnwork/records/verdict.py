"""The verdict on a record: one model for every generation of badges, transcripts and credentials.

A verdict begins with a sentence. Under it stand the checks: each *passed*, *failed* or *unchecked* (it could not be
made), with a code, a plain sentence, what to do, and the place. It never says more than was checked: where a check
that matters could not be made the outcome is "incomplete", never "accepted".

What a verdict rested on (the record's own bytes, key documents, status lists) is named with digests in `materials`;
`learnwork.records.keeping` keeps a verdict together with that material and checks it later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from learnwork.records.check_codes import CHECKS
from learnwork.vocabulary.errors import LearnworkError

State = Literal["passed", "failed", "unchecked"]
Outcome = Literal["accepted", "rejected", "incomplete"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check. place: JSON pointer into the record, or "". decisive: False where it informs and decides nothing."""

    code: str
    state: State
    sentence: str
    mend: str = ""
    place: str = ""
    decisive: bool = True


@dataclass(frozen=True, slots=True)
class Material:
    """Something that a verdict rested on. what: record, key, status list, …; digest: SHA-256 in hexadecimal."""

    what: str
    url: str
    digest: str


@dataclass(frozen=True, slots=True)
class Party:
    """An issuer, holder, recipient or endorser as the record itself names it: nothing here is proven."""

    id: str = ""
    name: str = ""
    url: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A line to show of an achievement: an alignment, a result, a piece of evidence. Text is data, unsanitised."""

    kind: str
    name: str = ""
    text: str = ""
    url: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a record says about itself, for showing. Dates as written; texts may hold markdown or HTML."""

    title: str = ""
    description: str = ""
    criteria: str = ""
    achievement: str = ""
    achievement_type: str = ""
    image: str = ""
    issuer: Party = Party()
    recipient: Party = Party()
    valid_from: str = ""
    valid_until: str = ""
    alignments: tuple[Item, ...] = ()
    results: tuple[Item, ...] = ()
    evidence: tuple[Item, ...] = ()
    achievement_id: str = ""


@dataclass(frozen=True, slots=True)
class Association:
    """A tie between two achievements or members of a comprehensive record, by their ids."""

    kind: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found.

    kind: "Open Badges 3.0", "Comprehensive Learner Record 2.0", …; at: the time that it judges by; made: the time
    at which it was made; members: of a comprehensive record or a presentation; endorsements: each with its own
    verdict, which decides nothing about the record.
    """

    sentence: str
    outcome: Outcome
    kind: str
    at: datetime
    made: datetime
    checks: tuple[Check, ...]
    name: str = ""
    id: str = ""
    summary: Summary = field(default_factory=Summary)
    members: tuple[Verdict, ...] = ()
    associations: tuple[Association, ...] = ()
    endorsements: tuple[Verdict, ...] = ()
    materials: tuple[Material, ...] = ()

    @property
    def accepted(self) -> bool:
        return self.outcome == "accepted"

    def failed(self) -> list[Check]:
        return [check for check in self.checks if check.state == "failed"]

    def unchecked(self) -> list[Check]:
        return [check for check in self.checks if check.state == "unchecked"]

    def codes(self, state: State | None = None) -> set[str]:
        """Codes of its own checks, those of members left out."""
        return {check.code for check in self.checks if state is None or check.state == state}

    def to_json(self) -> dict[str, Any]:
        """The verdict as plain JSON; `from_json` reads it back to an equal verdict."""
        return {
            **{each.name: getattr(self, each.name) for each in fields(self) if each.name in _PLAIN},
            "at": self.at.isoformat(),
            "made": self.made.isoformat(),
            "checks": [asdict(check) for check in self.checks],
            "summary": asdict(self.summary),
            "associations": [asdict(each) for each in self.associations],
            "materials": [asdict(each) for each in self.materials],
            "members": [each.to_json() for each in self.members],
            "endorsements": [each.to_json() for each in self.endorsements],
        }


_PLAIN = {"sentence", "outcome", "kind", "name", "id"}


def from_json(data: dict[str, Any]) -> Verdict:
    """A verdict from what `to_json` made. Raises KeyError, TypeError or ValueError for anything else."""
    return Verdict(
        **{name: data[name] for name in _PLAIN},
        at=datetime.fromisoformat(data["at"]),
        made=datetime.fromisoformat(data["made"]),
        checks=tuple(Check(**each) for each in data["checks"]),
        summary=_summary(data["summary"]),
        associations=tuple(Association(**each) for each in data["associations"]),
        materials=tuple(Material(**each) for each in data["materials"]),
        members=tuple(from_json(each) for each in data["members"]),
        endorsements=tuple(from_json(each) for each in data["endorsements"]),
    )


def _summary(data: dict[str, Any]) -> Summary:
    lists = {
        name: tuple(Item(**each) for each in data[name]) for name in ("alignments", "results", "evidence")
    }
    parties = {name: Party(**data[name]) for name in ("issuer", "recipient")}
    return Summary(**(data | lists | parties))


def passed(code: str, sentence: str, place: str = "", *, decisive: bool = True) -> Check:
    return Check(code, "passed", sentence, "", place, decisive)


def failed(code: str, sentence: str, place: str = "", *, mend: str = "", decisive: bool = True) -> Check:
    """A failed check; the mend is that of the table unless one is given."""
    return Check(code, "failed", sentence, mend or CHECKS[code].mend, place, decisive)


def unchecked(code: str, sentence: str, place: str = "", *, mend: str = "", decisive: bool = True) -> Check:
    """A check that could not be made; the mend is that of the table unless one is given."""
    return Check(code, "unchecked", sentence, mend or CHECKS[code].mend, place, decisive)


def from_error(
    error: LearnworkError, place: str = "", *, state: State = "failed", decisive: bool = True
) -> Check:
    """The check that an error of a lower layer amounts to: its code, sentence and mend."""
    return Check(error.code, state, error.message, error.hint, place, decisive)


def outcome_of(checks: Iterable[Check]) -> Outcome:
    """accepted: every decisive check passed; rejected: one failed; incomplete: none failed, one could not be made."""
    found: Outcome = "accepted"
    empty = True
    for check in checks:
        empty = False
        if check.decisive and check.state == "failed":
            return "rejected"
        if check.decisive and check.state == "unchecked":
            found = "incomplete"
    return "incomplete" if empty else found


def walk(verdict: Verdict) -> Iterator[Verdict]:
    """The verdict, then those of its members and their members."""
    yield verdict
    for member in verdict.members:
        yield from walk(member)
