"""Checks of single values: what a property's text, number or object must look like. `checks` walks, this judges.

`judge(property)` makes the function that judges one value of the property, or None where anything goes. It is
called as `judge(run, value, path)`; `run` is the check of one document (`checks.Run`), `path` the pair (path of the
object, term), from which a JSON pointer is made only where something is found.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.nearest import nearest
from learnwork.vocabulary.tables import PropertyTerm
from learnwork.vocabulary.terms import is_a, mentioned, vocabulary

if TYPE_CHECKING:
    from learnwork.vocabulary.checks import Run

Path = tuple[Any, str | int] | None
Judge = Callable[["Run", Any, Path], None]

MAX_TEXT = 200_000

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_DURATION = re.compile(
    r"-?P(?=[\dT])(?:\d+(?:[.,]\d+)?[YMWD])*(?:T(?=\d)(?:\d+(?:[.,]\d+)?[HMS])+)?|P\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
    re.ASCII,
)
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", re.ASCII)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_UNSAFE = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "filesystem"})
_FOLLOWED = frozenset({"http", "https", "mailto", "tel", "ftp", "urn", "did", "doi"})
_INVISIBLE = dict.fromkeys(range(33))  # what browsers drop from an address before they read its scheme
_ANYTHING = frozenset({"rdfs:Resource", "rdfs:Literal", "rdf:Property", "rdfs:Class", "rdf:Statement"})
_NEVER_NEGATIVE = frozenset(
    {"ceterms:price", "ceterms:numberAwarded", "ceterms:minimumAge", "ceterms:yearsOfExperience", "lw:amount"}
)
_CODED = frozenset({"ceterms:CredentialAlignmentObject", "skos:Concept"})


@lru_cache(maxsize=2048)
def good_language(tag: str) -> bool:
    return _LANGUAGE.fullmatch(tag) is not None and len(tag) <= 35


def scheme_of(text: str) -> str:
    """The scheme of an address as a browser reads it, in small letters; "" if there is none."""
    match = _SCHEME.match(text) or _SCHEME.match(text.translate(_INVISIBLE))
    return match[1].lower() if match else ""


def unsafe(text: str) -> bool:
    return not text.startswith(("http", "ce-")) and scheme_of(text) in _UNSAFE


# Texts ------------------------------------------------------------------------------------------------------


def any_text(run: Run, value: str, path: Path) -> None:
    if len(value) > MAX_TEXT:
        run.found(
            "document-large", path, f"A text is {len(value):,} characters long; the bound is {MAX_TEXT:,}."
        )


def text_needs_map(run: Run, value: str, path: Path) -> None:
    any_text(run, value, path)
    run.found("language-map-missing", path, f"{run.term(path)} is a bare text.")


def date_text(run: Run, value: str, path: Path) -> None:
    day, _, time = value.partition("T")
    match = _DATE.fullmatch(day.removesuffix("Z"))
    try:
        if match is None or (time and not match[3]):
            raise ValueError
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        if time:
            datetime.fromisoformat(value)
    except ValueError:
        run.found("date-bad", path, f"{run.term(path)} is {run.quoted(value)}, which is no date.")
    else:
        if not match[3]:
            run.found("date-partial", path, f"{run.term(path)} is {value}.")


def duration_text(run: Run, value: str, path: Path) -> None:
    if not _DURATION.fullmatch(value):
        run.found("duration-bad", path, f"{run.term(path)} is {run.quoted(value)}, which is no duration.")


def language_text(run: Run, value: str, path: Path) -> None:
    if not good_language(value):
        run.found("language-tag-bad", path, f"{run.quoted(value)} is no language tag.")


def number_text(run: Run, value: str, path: Path) -> None:
    run.found("number-bad", path, f"{run.term(path)} is the text {run.quoted(value)}.")


def boolean_text(run: Run, value: str, path: Path) -> None:
    run.found("boolean-bad", path, f"{run.term(path)} is the text {run.quoted(value)}.")


def ctid_text(run: Run, value: str, path: Path) -> None:
    if is_ctid(value):
        return
    if is_ctid(value.lower()):
        run.found("ctid-case", path, f"The CTID {value} has capitals.", f"Write {value.lower()}.")
    else:
        hint = f"Write ce-{value.lower()}, if that is the CTID." if is_ctid(f"ce-{value.lower()}") else ""
        run.found("ctid-malformed", path, f"{run.quoted(value)} is no CTID.", hint)


def identity(run: Run, value: Any, path: Path) -> None:
    """An @id."""
    if type(value) is not str:
        run.found("uri-bad", path, "@id is not a text.")
        run.anything(value, path)
    elif value.startswith("_:"):
        run.blanks.add(value)
    elif unsafe(value):
        run.found("uri-unsafe", path, f"@id begins with {scheme_of(value)}:.")


def uri_text(run: Run, value: str, path: Path) -> None:
    if value.startswith(("https://", "http://")):
        if len(value) > 7 and " " not in value.strip() and len(value) <= MAX_TEXT:
            return
    elif is_ctid(value):
        return
    elif value.startswith("_:"):
        run.blank_used(value, path)
        return
    scheme = scheme_of(value)
    if scheme in _UNSAFE:
        run.found("uri-unsafe", path, f"{run.term(path)} begins with {scheme}:.")
    elif scheme not in _FOLLOWED and value.partition(":")[0] not in vocabulary().prefixes:
        run.found("uri-bad", path, f"{run.term(path)} is {run.quoted(value)}.")
    elif " " in value.strip():
        run.found("uri-bad", path, f"{run.term(path)} has a space inside: {run.quoted(value)}.")


# Numbers and truth ------------------------------------------------------------------------------------------


def _number(whole: bool, never_negative: bool) -> Judge:
    def judge_number(run: Run, value: Any, path: Path) -> None:
        if type(value) is bool:
            run.found("number-bad", path, f"{run.term(path)} is {str(value).lower()}.")
        elif type(value) is float and not math.isfinite(value):
            run.found("number-bad", path, f"{run.term(path)} is not a finite number.")
        elif whole and value != int(value):
            run.found("number-bad", path, f"{run.term(path)} is {value}; a whole number belongs here.")
        elif never_negative and value < 0:
            run.found("number-negative", path, f"{run.term(path)} is {value}.")

    return judge_number


def boolean_number(run: Run, value: Any, path: Path) -> None:
    if type(value) is not bool:
        run.found("boolean-bad", path, f"{run.term(path)} is {value}.")


def text_number(run: Run, value: Any, path: Path) -> None:
    run.found("text-bad", path, f"{run.term(path)} is {run.quoted(value)} without quotes.")


def object_number(run: Run, value: Any, path: Path) -> None:
    run.found(
        "range-unexpected",
        path,
        f"{run.term(path)} is {run.quoted(value)}; a thing or its address belongs here.",
    )


def any_number(run: Run, value: Any, path: Path) -> None:
    return


# Objects ----------------------------------------------------------------------------------------------------


def language_map(run: Run, value: dict[str, Any], path: Path) -> None:
    for tag, text in value.items():
        if not good_language(tag) and tag not in ("@value", "@language"):
            run.found("language-tag-bad", (path, tag), f"{run.quoted(tag)} is no language tag.")
        if type(text) is str:
            if len(text) > MAX_TEXT:
                any_text(run, text, (path, tag))
        elif type(text) is not list or any(type(inner) is not str for inner in text):
            run.found(
                "language-value-bad", (path, tag), f"{run.term(path)} has no text in {run.quoted(tag)}."
            )
            run.anything(text, (path, tag))
    run.spend(len(value), path)


def literal_object(run: Run, value: dict[str, Any], path: Path) -> None:
    """An object where a plain value belongs: fine as JSON-LD's {"@value": …}."""
    if "@value" not in value:
        run.found("range-unexpected", path, f"{run.term(path)} is an object; a plain value belongs here.")
    run.anything(value, path)


def any_object(run: Run, value: dict[str, Any], path: Path) -> None:
    run.anything(value, path)


def _thing(entry: PropertyTerm, range_: frozenset[str]) -> Judge:
    """An object or reference whose class should be one of the range."""

    def judge_thing(run: Run, value: dict[str, Any], path: Path) -> None:
        class_ = value.get("@type")
        if class_ is None and len(value) == 1 and type(value.get("@id")) is str:
            run.referred(entry, range_, value["@id"], path)
            return
        if type(class_) is str and class_ not in range_ and not in_range(class_, range_):
            run.found("range-unexpected", (path, "@type"), f"{entry.term} has a {class_} as its value.")
        run.node(value, path)

    return judge_thing


@lru_cache(maxsize=8192)
def in_range(class_: str, range_: frozenset[str]) -> bool:
    """Whether a class may be a value: it or one above it is named, or the vocabulary cannot tell."""
    declared = vocabulary().classes.get(class_)
    if declared is None or declared.status == "own" or range_ & _ANYTHING:
        return True
    if range_ & _CODED and class_ in _CODED:
        return True  # concepts come as alignment objects and the other way round
    return any(is_a(class_, named) or named in mentioned() for named in range_)


# Concepts ---------------------------------------------------------------------------------------------------


@cache
def _concept_prefixes() -> dict[str, str]:
    """Prefix → the scheme whose concepts bear it."""
    return {concept.term.partition(":")[0]: concept.scheme for concept in vocabulary().concepts.values()}


@cache
def _concepts_by_iri() -> dict[str, str]:
    return {concept.iri: concept.term for concept in vocabulary().concepts.values()}


def _concept_text(entry: PropertyTerm) -> Callable[[Run, str, Path], None]:
    members = frozenset(vocabulary().schemes[entry.scheme].concepts)

    def judge_concept(run: Run, value: str, path: Path) -> None:
        if value in members:
            return
        term = _concepts_by_iri().get(value, value)
        concept = vocabulary().concepts.get(term)
        if concept is None:
            prefix = term.partition(":")[0]
            if prefix in _concept_prefixes() and not term.startswith(prefix + "://"):
                close = nearest(term, members)
                hint = f"Did you mean {close}?" if close else ""
                run.found(
                    "concept-unknown", path, f"{run.quoted(term)} is no concept of {entry.scheme}.", hint
                )
            else:
                uri_text(run, value, path)
        elif concept.scheme != entry.scheme:
            message = f"{term} is a concept of {concept.scheme}; {entry.term} takes those of {entry.scheme}."
            run.found("concept-elsewhere", path, message)

    return judge_concept


def _concept_object(on_text: Callable[[Run, str, Path], None]) -> Judge:
    """A concept as an alignment object, by reference, or written out."""

    def judge_object(run: Run, value: dict[str, Any], path: Path) -> None:
        target = value.get("ceterms:targetNode", value.get("@id"))
        if type(target) is dict:
            target = target.get("@id")
        if type(target) is str and not target.startswith(("_:", "ce-")):
            on_text(run, target, (path, "ceterms:targetNode"))
        run.node(value, path)

    return judge_object


# One judge a property ---------------------------------------------------------------------------------------


def judge(entry: PropertyTerm) -> Judge | None:
    """The function that judges a property's value, single or in a list."""
    if entry.term == "ceterms:ctid":
        return _each(ctid_text, text_number, literal_object, entry)
    range_ = frozenset(entry.range)
    if not range_ or "rdfs:Literal" in range_:
        return _each(any_text, any_number, any_object, entry)
    scheme = vocabulary().schemes.get(entry.scheme)
    if scheme and scheme.concepts:
        on_concept = _concept_text(entry)
        return _each(on_concept, object_number, _concept_object(on_concept), entry)
    if "rdf:langString" in range_:
        on_text: Any = any_text if "xsd:string" in range_ else text_needs_map
        return _each(on_text, text_number, language_map, entry)
    for datatypes, on_text, on_number in _datatypes(entry):
        if range_ & datatypes:
            return _each(on_text, on_number, _value_or_thing(entry, range_), entry)
    return _each(_reference_text(entry, range_), object_number, _thing(entry, range_), entry)


def _datatypes(entry: PropertyTerm) -> list[tuple[frozenset[str], Any, Judge]]:
    whole = "xsd:decimal" not in entry.range and "xsd:float" not in entry.range
    number = _number(whole, entry.term in _NEVER_NEGATIVE)
    return [
        (frozenset({"xsd:date", "schema:Date", "xsd:dateTime"}), date_text, text_number),
        (frozenset({"schema:Duration", "xsd:duration"}), duration_text, text_number),
        (frozenset({"xsd:decimal", "xsd:integer", "xsd:float"}), number_text, number),
        (frozenset({"xsd:boolean"}), boolean_text, boolean_number),
        (frozenset({"xsd:language"}), language_text, text_number),
        (frozenset({"xsd:anyURI"}), uri_text, text_number),
        (frozenset({"xsd:string"}), any_text, text_number),
    ]


def _value_or_thing(entry: PropertyTerm, range_: frozenset[str]) -> Judge:
    has_class = any(not name.startswith(("xsd:", "schema:D")) for name in range_)
    if "xsd:anyURI" in range_ or has_class:
        return _thing(entry, range_ | _ANYTHING if "xsd:anyURI" in range_ else range_)
    return literal_object


def _reference_text(entry: PropertyTerm, range_: frozenset[str]) -> Callable[[Run, str, Path], None]:
    coded = not range_ - _CODED

    def judge_reference(run: Run, value: str, path: Path) -> None:
        if coded and ":" not in value and not is_ctid(value):
            run.found("range-unexpected", path, f"{entry.term} is the text {run.quoted(value)}.")
        else:
            run.referred(entry, range_, value, path)

    return judge_reference


def _each(on_text: Any, on_number: Judge, on_object: Judge, entry: PropertyTerm) -> Judge:
    """One value or a list of them, each by its JSON type."""

    def judge_one(run: Run, value: Any, path: Path) -> None:
        kind = type(value)
        if kind is str:
            on_text(run, value, path)
        elif kind is dict:
            on_object(run, value, path)
        elif kind is list:
            if type(path[1]) is int:  # type: ignore[index]
                run.found("list-in-list", path, f"{entry.term} holds a list in a list.")
                run.anything(value, path)
                return
            run.spend(len(value), path)
            for place, item in enumerate(value):
                judge_one(run, item, (path, place))
        elif value is None:
            run.found("value-empty", path, f"{entry.term} is null.")
        else:
            on_number(run, value, path)

    return judge_one
