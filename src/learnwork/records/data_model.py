"""What the W3C data model asks of a credential or presentation: every MUST that a document alone can break.

    faults_of_credential({"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"], …})
    → [Fault("issuer-missing", "The credential does not say who issued it.", "/issuer")]

Sources: Verifiable Credentials Data Model 2.0 (W3C, 2025) sections 4 and 5, and 1.1 (2022) sections 4 and 5 for
documents whose first context is that of 1.1. Whether terms and types are defined by the contexts is found out by
canonicalization in safe mode (`canonical.py`), signatures by `proofs.py`. A good badge takes about 10 µs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Any, NamedTuple

from learnwork.records.related_resources import faults_of_related
from learnwork.records.sentences import piece
from learnwork.records.times import NoZoneError, parse_moment

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
MOST_FAULTS = 50  # that are listed
ENVELOPED = "EnvelopedVerifiableCredential"
ENVELOPED_PRESENTATION = "EnvelopedVerifiablePresentation"

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?!//(?:[/?#]|$))[^\s<>\"{}|\\^`\x00-\x20]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_LANGUAGE_KEYS = frozenset({"@value", "@language", "@direction"})
# Properties whose values are objects that must say their type (VCDM 2.0 section 4.5 and 5.10).
_TYPED = {
    "credentialStatus": "status-form",
    "refreshService": "refresh-form",
    "termsOfUse": "terms-of-use-form",
    "evidence": "evidence-form",
    "renderMethod": "render-form",
    "confidenceMethod": "confidence-form",
}
_WORDS = {
    "credentialStatus": piece("A status entry"),
    "refreshService": piece("A refresh service"),
    "termsOfUse": piece("A term of use"),
    "evidence": piece("A piece of evidence"),
    "renderMethod": piece("A render method"),
    "confidenceMethod": piece("A confidence method"),
}


_CREDENTIAL, _PRESENTATION, _SUBJECT = piece("credential"), piece("presentation"), piece("subject")


class Fault(NamedTuple):
    """A rule that a document breaks: code, sentence, JSON pointer."""

    code: str
    sentence: str
    place: str


def is_url(value: object) -> bool:
    """Whether a value is one absolute URL (https, did, urn, …) in one string."""
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def as_list(value: Any) -> list[Any]:
    """JSON-LD writes a set of one as its only value: always as a list."""
    return value if isinstance(value, list) else [value]


def types_of(document: dict[str, Any]) -> list[str]:
    """The types that are strings; none where `type` is absent."""
    value = document.get("type", document.get("@type"))
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def id_of(value: Any) -> str:
    """The identifier of a party that stands there as URL or as object; "" where there is none."""
    found = value.get("id", value.get("@id", "")) if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def generation(document: dict[str, Any]) -> str:
    """ "2.0" or "1.1" by the contexts, "" where neither base context is among them."""
    contexts = as_list(document.get("@context"))
    return "2.0" if V2 in contexts else "1.1" if V1 in contexts else ""


def moment(text: object) -> datetime | None:
    """A date and time with its zone; None for everything else."""
    try:
        return parse_moment(text) if isinstance(text, str) else None
    except ValueError:
        return None


def faults_of_credential(document: dict[str, Any]) -> list[Fault]:
    """The rules of the data model that a credential breaks, in the order of the specification; the first ones."""
    version = generation(document)
    rules = chain(
        _contexts(document, version),
        _identified(document, "", _CREDENTIAL),
        _types(document, "VerifiableCredential", _CREDENTIAL),
        _texts(document, ""),
        _issuer(document),
        _subjects(document),
        _dates(document) if version != "1.1" else _dates_1(document),
        _typed(document),
        _schemas(document),
        (Fault(*each) for each in faults_of_related(document, is_url)),
        _proof(document),
    )
    return list(islice(rules, MOST_FAULTS))


def faults_of_presentation(document: dict[str, Any]) -> list[Fault]:
    """The rules that a presentation itself breaks; the credentials in it are judged one by one elsewhere."""
    version = generation(document)
    rules = chain(
        _contexts(document, version),
        _identified(document, "", _PRESENTATION),
        _types(document, "VerifiablePresentation", _PRESENTATION),
        _holder(document),
        _presented(document),
        _typed(document),
        _proof(document),
    )
    return list(islice(rules, MOST_FAULTS))


def faults_of_envelope(document: dict[str, Any], kind: str = ENVELOPED, place: str = "") -> list[Fault]:
    """Rules of an enveloped credential or presentation (VCDM 2.0 sections 4.13.1 and 4.13.2)."""
    found = []
    if V2 not in as_list(document.get("@context")):
        found.append(
            Fault("context-first", f"The envelope does not name the context {V2}.", f"{place}/@context")
        )
    if types_of(document) != [kind]:
        found.append(Fault("envelope-type", f"The type of an envelope is {kind} alone.", f"{place}/type"))
    identifier = document.get("id")
    if not (isinstance(identifier, str) and identifier.startswith("data:") and "," in identifier):
        found.append(
            Fault(
                "envelope-id",
                "The id of an envelope is a data: URL that holds the credential.",
                f"{place}/id",
            )
        )
    return found


def _contexts(document: dict[str, Any], version: str) -> Iterator[Fault]:
    value = document.get("@context")
    if not isinstance(value, list):
        if value is None:
            yield Fault(
                "context-missing", "The record has no @context, so its terms have no meaning.", "/@context"
            )
        elif value != V1 and value != V2:
            yield Fault("context-first", "The first context is not that of the W3C data model.", "/@context")
        else:
            yield Fault(
                "context-list", "@context is not a list that begins with the base context.", "/@context"
            )
        return
    if not value or value[0] not in (V1, V2):
        where = "is not first among the contexts" if version else "is not among the contexts"
        yield Fault("context-first", f"The base context of the W3C data model {where}.", "/@context/0")
    if V1 in value and V2 in value:
        yield Fault("context-mixed", "The contexts of version 1.1 and 2.0 stand in one record.", "/@context")
    for number, each in enumerate(value):
        if not isinstance(each, dict) and not is_url(each):
            yield Fault("context-entry", "A context is neither a URL nor an object.", f"/@context/{number}")


def _identified(value: dict[str, Any], place: str, what: str) -> Iterator[Fault]:
    if "id" in value and not is_url(value["id"]):
        yield Fault("id-not-url", f"The id of the {what} is not one single URL.", f"{place}/id")
    elif str(value.get("id", "")).startswith("data:"):
        sentence = (
            f"The id of the {what} holds a document, as that of an envelope does, and its type is another."
        )
        yield Fault("envelope-type", sentence, f"{place}/type")


def _types(document: dict[str, Any], wanted: str, what: str) -> Iterator[Fault]:
    value = document.get("type")
    if value is None or value == []:
        yield Fault("type-missing", f"The {what} does not say its type.", "/type")
        return
    values = as_list(value)
    if not all(isinstance(each, str) and each for each in values):
        yield Fault("type-form", f"A type of the {what} is not a term or a URL.", "/type")
    if wanted not in values:
        yield Fault("type-base", f"{wanted} is not among the types of the {what}.", "/type")


def _texts(value: dict[str, Any], place: str) -> Iterator[Fault]:
    for name in ("name", "description"):
        text = value.get(name)
        if text is None or isinstance(text, str):
            continue
        for each in as_list(text):
            if not _is_text(each):
                yield Fault(
                    "language-value",
                    f"The {name} is neither a text nor an object of @value, @language and @direction.",
                    f"{place}/{name}",
                )


def _is_text(value: Any) -> bool:
    if isinstance(value, str):
        return True
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("@value"), str)
        or not value.keys() <= _LANGUAGE_KEYS
    ):
        return False
    language, direction = value.get("@language"), value.get("@direction")
    good = language is None or (isinstance(language, str) and _LANGUAGE.fullmatch(language) is not None)
    return good and direction in (None, "ltr", "rtl")


def _issuer(document: dict[str, Any]) -> Iterator[Fault]:
    issuer = document.get("issuer")
    if issuer is None:
        yield Fault("issuer-missing", "The credential does not say who issued it.", "/issuer")
    elif isinstance(issuer, dict):
        if not is_url(issuer.get("id")):
            yield Fault("issuer-not-url", "The issuer has no id that is a URL.", "/issuer/id")
        yield from _texts(issuer, "/issuer")
    elif not is_url(issuer):
        yield Fault("issuer-not-url", "The issuer is neither a URL nor an object with one.", "/issuer")


def _subjects(document: dict[str, Any]) -> Iterator[Fault]:
    subjects = document.get("credentialSubject")
    if subjects is None or subjects == []:
        yield Fault("subject-missing", "The credential says nothing about anybody.", "/credentialSubject")
        return
    for number, subject in enumerate(as_list(subjects)):
        place = f"/credentialSubject/{number}" if isinstance(subjects, list) else "/credentialSubject"
        if not isinstance(subject, dict):
            yield Fault("subject-form", "A subject is not an object.", place)
        elif not subject:
            yield Fault("subject-empty", "A subject is empty.", place)
        else:
            yield from _identified(subject, place, _SUBJECT)


def _dates(document: dict[str, Any]) -> Iterator[Fault]:
    yield from _period(document, "validFrom", "validUntil")


def _dates_1(document: dict[str, Any]) -> Iterator[Fault]:
    if "issuanceDate" not in document:
        yield Fault("date-missing", "The credential does not say when it was issued.", "/issuanceDate")
    yield from _period(document, "issuanceDate", "expirationDate")


def _period(document: dict[str, Any], first: str, last: str) -> Iterator[Fault]:
    moments = []
    for name in (first, last):
        if name not in document:
            continue
        try:
            moments.append(parse_moment(document[name] if isinstance(document[name], str) else ""))
        except NoZoneError:
            yield Fault("date-zone", f"{name} has no time zone.", f"/{name}")
        except ValueError:
            yield Fault("date-form", f"{name} is not a date and time.", f"/{name}")
    if len(moments) == 2 and moments[0] > moments[1]:
        yield Fault("date-order", f"{last} lies before {first}.", f"/{last}")


def _typed(document: dict[str, Any]) -> Iterator[Fault]:
    for name in _TYPED.keys() & document.keys():
        for each in as_list(document[name]):
            if not isinstance(each, dict) or not types_of(each):
                yield Fault(_TYPED[name], f"{_WORDS[name]} does not say its type.", f"/{name}")
            elif "id" in each and not is_url(each["id"]):
                yield Fault(
                    _TYPED[name], f"{_WORDS[name]} has an id that is not one single URL.", f"/{name}/id"
                )


def _schemas(document: dict[str, Any]) -> Iterator[Fault]:
    for each in as_list(document.get("credentialSchema", [])):
        if not isinstance(each, dict) or not types_of(each) or not is_url(each.get("id")):
            yield Fault(
                "schema-form", "A schema lacks its type, or its id is not a URL.", "/credentialSchema"
            )


def _holder(document: dict[str, Any]) -> Iterator[Fault]:
    holder = document.get("holder")
    if "holder" in document and not is_url(holder.get("id") if isinstance(holder, dict) else holder):
        yield Fault("holder-not-url", "The holder is neither a URL nor an object with one.", "/holder")


def _presented(document: dict[str, Any]) -> Iterator[Fault]:
    if "verifiableCredential" not in document:
        return
    for number, each in enumerate(as_list(document["verifiableCredential"])):
        place = f"/verifiableCredential/{number}"
        # Version 1.1 carries a credential in a JWT as a plain string (section 6.3.1).
        if isinstance(each, str) and generation(document) == "1.1":
            continue
        if not isinstance(each, dict):
            yield Fault("presented-form", "What is presented is not a credential object.", place)
        elif ENVELOPED in types_of(each) or str(each.get("id", "")).startswith("data:"):
            yield from faults_of_envelope(each, place=place)


def _proof(document: dict[str, Any]) -> Iterator[Fault]:
    for each in as_list(document.get("proof", [])):
        if not isinstance(each, dict) or not isinstance(each.get("type"), str):
            yield Fault("proof-form", "A proof is not an object that says its type.", "/proof")
