"""A verdict made ready for a page: questions answered, texts cleaned, ties drawn, what our registry knows linked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from learnwork.records.fetching import url_parts
from learnwork.records.trust import Here
from learnwork.records.verdict import Item, Verdict, walk
from learnwork.registry.queries import captions
from learnwork.wallet.knowledge import knows
from learnwork.wallet.prose import safe_html
from learnwork.wallet.questions import Question, questions_of, short
from learnwork.wallet.ties import Drawing, drawn
from learnwork.wallet.wording import said, told

_CTID = re.compile(r"ce-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PREFIX = "Do not rely on this record. "
_MOST_LEVELS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """An alignment, a result or evidence. here: the address in our registry; there: a web address, or ""."""

    item: Item
    text: SafeString
    here: str = ""
    here_name: str = ""
    there: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the template of a verdict shows, with those of its members and endorsements."""

    verdict: Verdict
    heading: str
    sentence: str
    questions: tuple[Question, ...]
    description: SafeString
    criteria: SafeString
    alignments: tuple[Line, ...]
    results: tuple[Line, ...]
    evidence: tuple[Line, ...]
    members: tuple[Shown, ...]
    endorsements: tuple[Shown, ...]
    drawing: Drawing | None
    issuer_here: Here | None = None

    @property
    def state(self) -> str:
        return {"accepted": "passed", "rejected": "failed"}.get(self.verdict.outcome, "unchecked")

    @property
    def title(self) -> str:
        summary = self.verdict.summary
        return summary.title or summary.achievement or self.kind

    @property
    def kind(self) -> str:
        return said(self.verdict.kind)


def headings() -> dict[str, str]:
    return {
        "accepted": _("This record verifies"),
        "rejected": _("Do not rely on this record"),
        "incomplete": _("Not everything could be checked"),
    }


def shown(verdict: Verdict, document: dict[str, Any] | None = None) -> Shown:
    """A verdict for a page. document: the record itself where it is JSON, to ask our registry about its issuer."""
    names = captions(sorted(set(_ctids(verdict))))
    here = knows(verdict.summary.issuer.id, document) if document else None
    return _shown(told(verdict), names, here)


def _shown(verdict: Verdict, names: dict[str, tuple[str, str]], here: Here | None, level: int = 0) -> Shown:
    summary = verdict.summary

    def lines(items: Iterable[Item]) -> tuple[Line, ...]:
        return tuple(_line(item, names) for item in items)

    deeper = level < _MOST_LEVELS
    return Shown(
        verdict,
        headings()[verdict.outcome],
        short(said(verdict.sentence.removeprefix(_PREFIX))),
        questions_of(verdict),
        safe_html(summary.description),
        safe_html(summary.criteria),
        lines(summary.alignments),
        lines(summary.results),
        lines(summary.evidence),
        tuple(_shown(each, names, None, level + 1) for each in verdict.members) if deeper else (),
        tuple(_shown(each, names, None, level + 1) for each in verdict.endorsements) if deeper else (),
        drawn(verdict),
        here,
    )


def _line(item: Item, names: dict[str, tuple[str, str]]) -> Line:
    found = _CTID.search(item.url)
    ctid = found.group().lower() if found else ""
    here = f"/resources/{ctid}" if ctid in names else ""
    there = item.url if web_address(item.url) else ""
    return Line(item, safe_html(item.text), here, names.get(ctid, ("", ""))[0], there)


def web_address(url: str) -> bool:
    """Whether an address may become a link: the web, and nothing that a browser would run."""
    parts = url_parts(url)
    return parts.scheme in ("https", "http") and bool(parts.hostname)


def _ctids(verdict: Verdict) -> Iterable[str]:
    for each in walk(verdict):
        for item in each.summary.alignments:
            if found := _CTID.search(item.url):
                yield found.group().lower()
