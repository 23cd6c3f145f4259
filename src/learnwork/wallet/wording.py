"""Verdicts and errors of the records library in the reader's language; in English they are what the library says."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import get_language, gettext

from learnwork.records.sentences import apart, one_by_one
from learnwork.records.verdict import Check, Verdict

_DEEP = 4  # sentences within sentences


def said(text: str, *, level: int = 0) -> str:
    """A text of the library; what is not of it (names, addresses, what an issuer wrote) stays as it is."""
    if not text or level > _DEEP or (get_language() or "en").startswith("en"):
        return text
    return " ".join(_sentence(one, level) for one in one_by_one(text))


def _sentence(text: str, level: int) -> str:
    parts = apart(text)
    if parts is None:
        return text
    words = gettext(parts.template)
    if words == parts.template:
        return text  # not translated: then not in half either
    return words % {name: said(value, level=level + 1) for name, value in parts.values.items()}


def told(verdict: Verdict) -> Verdict:
    """The verdict with its checks in the reader's language, those of members and endorsements too."""
    if (get_language() or "en").startswith("en"):
        return verdict
    return replace(
        verdict,
        checks=tuple(_check(check) for check in verdict.checks),
        members=tuple(told(each) for each in verdict.members),
        endorsements=tuple(told(each) for each in verdict.endorsements),
    )


def _check(check: Check) -> Check:
    return replace(check, sentence=said(check.sentence), mend=said(check.mend))
