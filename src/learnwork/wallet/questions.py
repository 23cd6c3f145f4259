"""A verdict sorted by what a human resources officer asks: is it real, who issued it, is it still valid, whose is it?

Nothing is added to the verdict and nothing left out: every check belongs to exactly one question. A question whose
checks were not made says why, and counts as one that could not be answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from learnwork.records.verdict import Check, State, Verdict

_WHO = re.compile(
    r"issuer-|offered-|accredited-|holder-|badge-issuer|hosted-scope|proof-key-|key-|controller|method-|presentation-unsigned"
)
_WHEN = re.compile(r"valid-|status|revoked|suspended|proof-expired|token-expired|token-early")
_WHOM = re.compile(r"recipient|badge-recipient|subject-|clr-foreign|key-binding")
_WITHIN = re.compile(r"clr-|presentation-member|presentation-empty|presented-")
_LONG_DID = re.compile(r"(did:(?:key|jwk):\S{12})\S{20,}?(\w{6})(?=[\s,.;”)]|$)")


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answer in a sentence, and the checks that it rests on."""

    key: str
    words: str
    state: State
    answer: str
    checks: tuple[Check, ...] = field(default=())
    mend: str = ""


def question_of(code: str) -> str:
    """The question that a check belongs to: real, who, when, whom or within."""
    for key, pattern in (("whom", _WHOM), ("within", _WITHIN), ("who", _WHO), ("when", _WHEN)):
        if pattern.match(code):
            return key
    return "real"


def state_of(checks: tuple[Check, ...]) -> State:
    """failed before unchecked before passed, of the decisive checks; of the others where no check decides."""
    deciding = [check for check in checks if check.decisive] or list(checks)
    states = {check.state for check in deciding}
    return "failed" if "failed" in states else "passed" if states == {"passed"} else "unchecked"


def short(text: str) -> str:
    """The text with long keys cut in their middle; the whole of them stands in the details."""
    return _LONG_DID.sub(r"\1…\2", text)


def questions_of(verdict: Verdict) -> tuple[Question, ...]:
    """The questions with their answers, in the order in which people ask."""
    sorted_: dict[str, list[Check]] = {key: [] for key in _words()}
    for check in verdict.checks:
        sorted_[question_of(check.code)].append(check)
    found = []
    for key, words in _words().items():
        checks = tuple(sorted_[key])
        if checks:
            found.append(_answered(key, words, checks))
        elif key in _UNASKED:
            found.append(Question(key, words, "unchecked", _UNASKED[key](verdict)))
    return tuple(found)


def _words() -> Mapping[str, str]:
    return {
        "real": _("Is it real and unchanged?"),
        "who": _("Who issued it?"),
        "when": _("Is it still valid?"),
        "whom": _("Is it about this person?"),
        "within": _("What about the records inside?"),
    }


def _answered(key: str, words: str, checks: tuple[Check, ...]) -> Question:
    state = state_of(checks)
    telling = [check for check in checks if check.state == state]
    first = next((check for check in telling if check.decisive), telling[0])
    if state == "passed":
        said = dict.fromkeys(check.sentence for check in telling if check.code in _TELLING) or [
            first.sentence
        ]
        return Question(key, words, state, short(" ".join(said)), checks)
    return Question(key, words, state, short(first.sentence), checks, first.mend)


# What a person is told where all is well; the rest stands in the details.
_TELLING = {
    "proof", "hosted", "issuer-bound", "issuer-known", "issuer-here", "offered-here", "valid-from",
    "valid-until", "status", "recipient-match", "clr-member", "presentation-member",
}  # fmt: skip


def _no_recipient(verdict: Verdict) -> str:
    whom = verdict.summary.recipient
    named = whom.name or whom.id
    if not named:
        return _("The record does not say in plain words who received it.")
    asked = _("The record names %(named)s; whether that is the person before you was not asked.")
    return short(asked % {"named": named[:200]})


_UNASKED: Mapping[str, Callable[[Verdict], str]] = {
    "real": lambda _verdict: _("Nothing could be said: see the details."),
    "who": lambda _verdict: _("It could not be found out who issued it."),
    "when": lambda _verdict: _("The record names neither an end nor a list of revoked records."),
    "whom": _no_recipient,
}
