"""What of the registry is aligned: the competencies of a framework, or the things of a classification, as texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnwork.competencies import reading
from learnwork.competencies.ends import End
from learnwork.competencies.texts import Text
from learnwork.formats.crosswalks import ESCO
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Identifier, Resource
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.documents import Document, in_language, texts
from learnwork.vocabulary.errors import LearnworkError

SCHEMES = {
    "cip2020": gettext_lazy("Fields of study (CIP 2020)"),
    "soc2018": gettext_lazy("Occupations (SOC 2018)"),
    "onet": gettext_lazy("Occupations of O*NET"),
    "esco": gettext_lazy("Occupations of ESCO"),
}
_KINDS = {"cip2020": "field", "soc2018": "occupation", "onet": "occupation", "esco": "occupation"}
_OTHERS = {
    "onet2010": gettext_lazy("Occupations of O*NET (2010)"),
    "soc2010": gettext_lazy("Occupations (SOC 2010)"),
    "ctid": gettext_lazy("Competencies of no framework"),
    "uri": gettext_lazy("Identified by an address"),
    "?": gettext_lazy("Identified by a code"),
}


class NothingToAlignError(LearnworkError):
    """A framework or classification is not here, or holds no text."""

    code = "nothing-to-align"


@dataclass(frozen=True, slots=True)
class Collection:
    """key: CTID of a framework, or a scheme. kind: of things in it. ends: by the key of the text."""

    key: str
    kind: str
    name: str
    texts: tuple[Text, ...]
    ends: dict[str, End]


def collection(key: str) -> Collection:
    """Everything in it that has words. Raises `NothingToAlignError`, `UnknownFrameworkError`."""
    found = list(_framework(key) if is_ctid(key) else _scheme(key))
    if not found:
        raise NothingToAlignError(
            _("Nothing of %(key)s is here that could be aligned.") % {"key": repr(key[:60])},
            hint=_("Name a framework by its CTID, or one of %(all)s.") % {"all": ", ".join(SCHEMES)},
        )
    made = tuple(text for text, _end in found)
    return Collection(
        key, _KINDS.get(key, "competency"), named([key])[key], made, {text.key: end for text, end in found}
    )


def named(keys: list[str]) -> dict[str, str]:
    """What frameworks and schemes are called. One query."""
    rows = dict(Resource.objects.filter(ctid__in=keys).values_list("ctid", "name"))
    known = SCHEMES | _OTHERS
    return {key: rows.get(key) or str(known.get(key, key)) for key in keys}


def _framework(ctid: str) -> Iterator[tuple[Text, End]]:
    own, documents = reading.documents(ctid)
    within = str(own.get("ceterms:ctid", ctid))
    for document in documents:
        text = competency(document)
        if text.label or text.long:
            yield text, End("ctid", text.key, text.label or text.long[:200], within)


def competency(document: Document) -> Text:
    """Its short label where it has one, else its statement; everything longer that it says."""
    label = in_language(document.get("ceasn:competencyLabel"))
    statement = in_language(document.get("ceasn:competencyText"))
    more = [
        *([statement] if label else []),
        in_language(document.get("ceterms:description")),
        *texts(document.get("ceasn:comment")),
        in_language(document.get("lw:unseparatedText")),
    ]
    return Text(
        str(document.get("ceterms:ctid", "")),
        label or statement,
        tuple(texts(document.get("lw:alternateText"))),
        " ".join(one for one in more if one),
        in_language(document.get("ceasn:codedNotation")),
    )


def _scheme(scheme: str) -> Iterator[tuple[Text, End]]:
    if scheme not in SCHEMES:
        return
    rows = Identifier.objects.filter(resource__status=Resource.Status.CURRENT)
    if scheme == "esco":
        rows = rows.filter(scheme="uri", value__startswith=f"{ESCO}occupation/")
    else:
        rows = rows.filter(scheme=scheme)
    keyed = dict(rows.order_by("value").values_list("resource_id", "value"))
    documents = documents_of(list(keyed))
    for pk, key in keyed.items():
        document = documents.get(pk, {})
        label = in_language(document.get("ceterms:name"))
        if label and not document.get("lw:retired"):
            yield (
                Text(
                    str(document.get("ceterms:ctid", "")),
                    label,
                    tuple(texts(document.get("ceterms:alternateName"))),
                    in_language(document.get("ceterms:description")),
                    in_language(document.get("ceterms:codedNotation")),
                ),
                End("uri" if scheme == "esco" else scheme, key, label),
            )
