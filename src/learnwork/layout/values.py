"""A value of a CTDL document as something a page or a terminal can print: words, links, profiles of rows.

`show(value)` reads any JSON: language maps, alignment objects, cost, duration, condition, place and quantity
profiles, references, unknown nested terms. Depth, length and number of values are bounded, because documents come
from anybody. Nothing is marked as safe here: the template escapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from learnwork.layout import presentation
from learnwork.vocabulary.ctid import ctid_in
from learnwork.vocabulary.source_words import WORDS
from learnwork.vocabulary.terms import label as term_label

DEPTH = 8
MANY = 200
LONG = 20_000
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_TERM = re.compile(r"[A-Za-z][\w-]{0,30}:[A-Za-z][\w.-]{0,80}")
_ALIGNMENT = frozenset({"ceterms:CredentialAlignmentObject", "schema:AlignmentObject"})
_SILENT = frozenset({"@type", "@id", "@context", "ceterms:ctid"})


@dataclass(frozen=True, slots=True)
class Text:
    """Words. language: BCP 47 tag where they are not English."""

    kind: ClassVar[str] = "text"
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link, inside the site or out of it. note: the code that goes with the words ("CIP 48.0508")."""

    kind: ClassVar[str] = "anchor"
    text: str
    href: str
    note: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """Several facts that belong together: what it is called, its most important fact, and rows of the rest."""

    kind: ClassVar[str] = "profile"
    title: str
    lead: str = ""
    rows: tuple[tuple[str, tuple[Shown, ...]], ...] = field(default=())


Shown = Text | Anchor | Profile


@dataclass(frozen=True, slots=True)
class Known:
    """What is known around a document.

    names: CTID → what it is called, for references that are here; others are shown under their address or CTID.
    parts: term inside nested objects → (label, kind), as the resource type's sheet says.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, str]] = field(default_factory=dict)


_NOTHING = Known()


def show(value: Any, kind: str = "", known: Known = _NOTHING, depth: int = 0) -> tuple[Shown, ...]:
    """A value as shown things, in order. kind: of the property, as its resource type says ("date", "money", …)."""
    if value is None or value in ("", [], {}):
        return ()
    if depth > DEPTH:
        return (Text(_("… nested too deep to show")),)
    if isinstance(value, list):
        return _listed(value, kind, known, depth)
    if isinstance(value, dict):
        return _object(value, kind, known, depth)
    return (_scalar(value, kind, known),)


def plain(shown: Sequence[Shown], between: str = "; ") -> str:
    """The same on one line of a terminal."""
    return between.join(_plain(one) for one in shown)


def _plain(one: Shown) -> str:
    if isinstance(one, Profile):
        rows = ", ".join(f"{label}: {plain(values)}" for label, values in one.rows)
        head = ": ".join(part for part in (one.title, one.lead) if part)
        return f"{head} ({rows})" if head and rows else head or rows
    return f"{one.text} ({one.note})" if isinstance(one, Anchor) and one.note else one.text


def _listed(value: list[Any], kind: str, known: Known, depth: int) -> tuple[Shown, ...]:
    shown = [one for inner in value[:MANY] for one in show(inner, kind, known, depth + 1)]
    if len(value) > MANY:
        shown.append(Text(_("… and %(n)s more") % {"n": presentation.number(len(value) - MANY)}))
    return tuple(shown)


def _scalar(value: Any, kind: str, known: Known) -> Shown:
    if isinstance(value, bool):
        return Text(_("yes") if value else _("no"))
    if isinstance(value, int | float):
        if kind == "money":
            return Text(presentation.money(value))
        # A year is a number to many publishers: four digits go without a comma.
        return Text(
            str(value) if isinstance(value, int) and abs(value) < 10_000 else presentation.number(value)
        )
    text = str(value)[:LONG]
    if kind == "boolean" and text.lower() in ("true", "false"):
        return Text(_("yes") if text.lower() == "true" else _("no"))
    if kind == "duration":
        return Text(presentation.duration(text))
    if kind == "date":
        return Text(presentation.day(text))
    return reference(text, known)


def reference(text: str, known: Known, label: str = "", note: str = "") -> Shown:
    """A string as a link where it is one that may be followed, a term under its label, else as words."""
    if (ctid := ctid_in(text)) is not None and (ctid in known.names or text == ctid):
        return Anchor(label or known.names.get(ctid, ctid), f"/resources/{ctid}", note)
    if (url := presentation.safe_url(text)) is not None:
        return Anchor(label or presentation.short_url(url), url, note, outside=True)
    if _TERM.fullmatch(text):
        return Text(label or called(text))
    text = label or worded(text)
    return Text(f"{text} ({note})" if note else text)


def called(term: str) -> str:
    """The label of a term, in the language in force."""
    return _(term_label(term))


def worded(text: str) -> str:
    """A text as its source has it; one of a closed list of words in the language in force."""
    return _(text) if text in WORDS else text


def _object(value: dict[str, Any], kind: str, known: Known, depth: int) -> tuple[Shown, ...]:
    if "@value" in value:
        return (Text(str(value["@value"])[:LONG], _foreign(str(value.get("@language", "")))),)
    if _is_language_map(value):
        return tuple(_language_map(value))
    types = value.get("@type")
    type_ = str(types[0] if isinstance(types, list) and types else types or "")
    if type_ in _ALIGNMENT:
        return (_alignment(value, known),)
    if set(value) <= {"@id", "@type"} and isinstance(value.get("@id"), str):
        return (reference(value["@id"], known),)
    for belongs, read in _PROFILES:
        if type_ == belongs or (not type_ and _LEADS[belongs] & set(value)):
            return (read(value, known, depth),)
    named = _title(value)
    profile = _profile(value, known, depth, named or (called(type_) if type_ else ""))
    return (profile,) if profile.rows or not named else (Text(named),)


def _is_language_map(value: Mapping[str, Any]) -> bool:
    return all(
        _TAG.fullmatch(tag) and isinstance(text, str | list) and all(isinstance(t, str) for t in text)
        for tag, text in value.items()
    )


def _language_map(value: Mapping[str, Any]) -> Iterator[Text]:
    english_first = sorted(value, key=lambda tag: not tag.lower().startswith("en"))
    for tag in english_first:
        texts = value[tag] if isinstance(value[tag], list) else [value[tag]]
        for text in texts[:MANY]:
            yield Text(worded(text[:LONG]), _foreign(tag))


def _foreign(tag: str) -> str:
    return "" if tag.lower().split("-")[0] == "en" or not _TAG.fullmatch(tag) else tag


def words(value: Any) -> str:
    """The first text of a value: of a language map the English one. "" if there is none."""
    return next((one.text for one in show(value) if isinstance(one, Text)), "")


def _alignment(value: Mapping[str, Any], known: Known) -> Shown:
    """An alignment object: the name of its target, linked where the target is a resource or a page, and its code."""
    name = words(value.get("ceterms:targetNodeName"))
    code = str(value.get("ceterms:codedNotation") or "")
    framework = words(value.get("ceterms:frameworkName"))
    note = " ".join(part for part in (_short_framework(framework) if code else "", code) if part)
    target = value.get("ceterms:targetNode")
    if isinstance(target, dict):
        target = target.get("@id")
    if isinstance(target, str) and _TERM.fullmatch(target) and name == term_label(target):
        name = called(target)
    if isinstance(target, str) and target:
        return reference(target, known, name, note)
    return Text(f"{name or code or framework or _('not named')}{f' ({note})' if name and note else ''}")


def _short_framework(name: str) -> str:
    """ "Classification of Instructional Programs" as "CIP": what stands before a code is best short."""
    known = {
        "classification of instructional programs": "CIP",
        "standard occupational classification": "SOC",
        "north american industry classification system": "NAICS",
    }
    return next((short for long, short in known.items() if name.lower().startswith(long)), name)


def _title(value: Mapping[str, Any]) -> str:
    return next(
        (text for term in ("ceterms:name", "schema:name", "ceasn:name") if (text := words(value.get(term)))),
        "",
    )


def _profile(
    value: Mapping[str, Any],
    known: Known,
    depth: int,
    title: str,
    lead: str = "",
    used: frozenset[str] = frozenset(),
) -> Profile:
    """Rows of all that is not yet said, each term under its label; unknown terms under their own name."""
    rows = []
    named = {"ceterms:name", "schema:name", "ceasn:name"} if title else set()
    for term, inner in list(value.items())[:MANY]:
        if term in _SILENT or term in used or term in named:
            continue
        label, kind = known.parts.get(term) or (term_label(term), _KINDS.get(term, ""))
        shown = show(inner, kind, known, depth + 1)
        if shown:
            rows.append((_(label), shown))
    return Profile(title[:LONG], lead, tuple(rows))


def _cost(value: dict[str, Any], known: Known, depth: int) -> Profile:
    kind = words(_concept(value.get("ceterms:directCostType")))
    price = value.get("ceterms:price")
    currency = str(value.get("ceterms:currency") or "USD")
    lead = ""
    if isinstance(price, int | float) and not isinstance(price, bool):
        lead = presentation.money(price, currency)
    elif isinstance(price, str):
        lead = price
    used = frozenset({"ceterms:price", "ceterms:currency", "ceterms:directCostType"}) if lead else frozenset()
    return _profile(value, known, depth, _title(value) or kind, lead, used)


def _concept(value: Any) -> Any:
    """The label of a concept, given as alignment object, as term, or as a list with one of these."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        name, node = words(value.get("ceterms:targetNodeName")), value.get("ceterms:targetNode")
        if isinstance(node, str) and _TERM.fullmatch(node) and name in ("", term_label(node)):
            return called(node)
        return name or _concept(node)
    return called(value) if isinstance(value, str) and _TERM.fullmatch(value) else value


def _duration(value: dict[str, Any], known: Known, depth: int) -> Profile:
    exact, least, most = (
        presentation.duration(str(value[term])) if value.get(term) else ""
        for term in ("ceterms:exactDuration", "ceterms:minimumDuration", "ceterms:maximumDuration")
    )
    between = (
        _("%(low)s to %(high)s") % {"low": least, "high": most}
        if least and most
        else _("at least %(figure)s") % {"figure": least}
        if least
        else most and _("at most %(figure)s") % {"figure": most}
    )
    used = frozenset({"ceterms:exactDuration", "ceterms:minimumDuration", "ceterms:maximumDuration"})
    return _profile(value, known, depth, _title(value), exact or between, used)


def _place(value: dict[str, Any], known: Known, depth: int) -> Profile:
    inner = value.get("ceterms:address")
    if isinstance(inner, list) and len(inner) == 1:
        inner = inner[0]
    source = {**value, **inner} if isinstance(inner, dict) else value
    region = " ".join(
        words(source.get(f"ceterms:{part}")) for part in ("addressRegion", "postalCode")
    ).strip()
    parts = [words(source.get(f"ceterms:{part}")) for part in ("streetAddress", "addressLocality")]
    country = words(source.get("ceterms:addressCountry"))
    lead = ", ".join(part for part in (*parts, region, country) if part)
    used = {f"ceterms:{part}" for part in _ADDRESS} | (
        {"ceterms:address"} if isinstance(inner, dict) else set()
    )
    shown = _profile(source, known, depth, _title(value), lead, frozenset(used))
    position = [source.get(f"ceterms:{part}") for part in ("latitude", "longitude")]
    if all(isinstance(degrees, int | float | str) for degrees in position):
        shown = replace(shown, rows=(*shown.rows, (_("Coordinates"), (Text(", ".join(map(str, position))),))))
    return shown


def _quantity(value: dict[str, Any], known: Known, depth: int) -> Profile:
    def amount(term: str) -> str:
        found = value.get(term)
        if isinstance(found, int | float) and not isinstance(found, bool):
            return presentation.number(found)
        return str(found) if isinstance(found, str) else ""

    exact, least, most = (amount(term) for term in ("schema:value", "schema:minValue", "schema:maxValue"))
    if not exact:
        exact = _("%(low)s to %(high)s") % {"low": least, "high": most} if least and most else least or most
    unit = words(value.get("schema:unitText")) or words(_concept(value.get("ceterms:creditUnitType")))
    used = frozenset(
        {"schema:value", "schema:minValue", "schema:maxValue", "schema:unitText", "ceterms:creditUnitType"}
    )
    return _profile(value, known, depth, _title(value), f"{exact} {unit}".strip(), used)


def _event(value: dict[str, Any], known: Known, depth: int) -> Shown:
    """What happened in one line: "23 April 2019, launch: announced by nine universities"."""
    date = presentation.day(str(value.get("lw:date") or ""))
    head = ", ".join(part for part in (date, words(value.get("lw:kind"))) if part)
    text = words(value.get("lw:text"))
    rest = _profile(value, known, depth, ": ".join(part for part in (head, text) if part), used=_EVENT)
    return rest if rest.rows else Text(rest.title)


_EVENT = frozenset({"lw:date", "lw:kind", "lw:text"})
_ADDRESS: tuple[str, ...] = (
    "streetAddress",
    "addressLocality",
    "addressRegion",
    "postalCode",
    "addressCountry",
)
_ADDRESS += ("latitude", "longitude")
_LEADS = {
    "ceterms:CostProfile": {"ceterms:price"},
    "ceterms:DurationProfile": {
        "ceterms:exactDuration",
        "ceterms:minimumDuration",
        "ceterms:maximumDuration",
    },
    "ceterms:Place": {"ceterms:streetAddress", "ceterms:addressLocality", "ceterms:postalCode"},
    "schema:QuantitativeValue": {"schema:value", "schema:minValue"},
    "ceterms:ValueProfile": set[str](),
    "lw:Event": {"lw:text"},
}
_PROFILES: tuple[tuple[str, Callable[[dict[str, Any], Known, int], Shown]], ...] = (
    ("ceterms:CostProfile", _cost),
    ("ceterms:DurationProfile", _duration),
    ("ceterms:Place", _place),
    ("schema:QuantitativeValue", _quantity),
    ("ceterms:ValueProfile", _quantity),
    ("lw:Event", _event),
)
_KINDS = {
    "ceterms:startDate": "date",
    "ceterms:endDate": "date",
    "ceterms:dateEffective": "date",
    "ceterms:expirationDate": "date",
    "ceterms:timeRequired": "duration",
}
