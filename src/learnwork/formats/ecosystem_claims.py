"""Conflicting claims: what other pages say of the same thing, each page a source of its own.

A claim that maps onto one property says that property, so that a page shows the values side by side; any other
is kept in words, with its label, as `lw:claim`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from learnwork.formats.ecosystem_documents import INITIATIVE, ctid, slug
from learnwork.formats.model import Document, SourceDeclaration

_YEARS = re.compile(r"(\d{4})(?:-\d{4})?")
_STARTS = frozenset({"start_year", "start"})
SUBJECT = "lw:Subject"


@dataclass(frozen=True, slots=True)
class Claim:
    """One page's statement: about whom (the file's key), what (the file's field), the value, and the page."""

    subject: str
    field: str
    value: str
    page: str
    note: str = ""

    @property
    def source(self) -> str:
        """Key of the source: the host of the page, else the words by which the file names it."""
        return f"cited:{_host(self.page) or slug(self.page)[:80]}"


def claims(items: list[Any]) -> list[Claim]:
    """The claims of the file's items, those without subject, field or value left out."""
    return [
        Claim(
            str(item["subject"]),
            str(item["field"]),
            str(said["value"]),
            str(said["source"]),
            str(item.get("note") or ""),
        )
        for item in items
        if isinstance(item, Mapping) and item.get("subject") and item.get("field")
        for said in item.get("claims") or []
        if isinstance(said, Mapping) and said.get("value") is not None and said.get("source")
    ]


def declaration_of(claim: Claim) -> SourceDeclaration:
    """A cited page's host as a source. Only facts are taken, so no licence is needed or claimed."""
    host = _host(claim.page)
    return SourceDeclaration(
        key=claim.source,
        name=host or claim.page[:1].upper() + claim.page[1:],
        publisher=host or "not stated",
        url=f"{urlsplit(claim.page).scheme}://{host}/" if host else "",
        licence="facts cited",
        short_name=host[:60],
        trust=40,
        note="A page that is cited for single facts.",
    )


def document(claims_: list[Claim], initiatives: frozenset[str]) -> Document:
    """What one source says of one subject. initiatives: keys of known initiatives; none known means all are."""
    subject = claims_[0].subject
    known = not initiatives or subject in initiatives
    made: Document = {
        "@type": "lw:Initiative" if known else SUBJECT,
        "ceterms:ctid": subject_ctid(subject, initiatives),
    }
    if not known:
        made["ceterms:name"] = {"en": subject.replace("-", " ").capitalize()}
        made["lw:proposed"] = ["ceterms:name"]
    for claim in claims_:
        year = _mapped(claim)
        if year and made.setdefault("ceterms:startDate", year) != year:
            year = ""  # the same source has said another year already: this one is kept in words
        if year != claim.value:
            made.setdefault("lw:claim", []).append(f"{claim.field.replace('_', ' ')}: {claim.value}")
        if not _host(claim.page) and "inferred" in claim.page:
            made.setdefault("lw:proposed", []).append("lw:claim")
    if pages := list(dict.fromkeys(claim.page for claim in claims_ if _host(claim.page))):
        made["lw:citation"] = pages
    if notes := list(dict.fromkeys(claim.note for claim in claims_ if claim.note)):
        made["lw:note"] = "; ".join(notes)
    return made


def subject_ctid(subject: str, initiatives: frozenset[str]) -> str:
    return ctid(INITIATIVE if not initiatives or subject in initiatives else "subject", subject)


def _mapped(claim: Claim) -> str:
    """The year of a claim about the start; "" for any other claim. Of a span of years the first."""
    if claim.field not in _STARTS:
        return ""
    years = _YEARS.fullmatch(claim.value)
    return years[1] if years else ""


def _host(page: str) -> str:
    try:
        parts = urlsplit(page)
        return (parts.hostname or "").removeprefix("www.") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""
