"""Between answers and the map: what the registry proposes as an answer, and which answers go to the entry.

An answer never alters an entry. Where the question offers it and the respondent agrees, it becomes an envelope of a
source of its own (`survey:<key>`) once it is sent off, loaded like every other: shown beside what others say, and
withdrawn when the respondent takes it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import orjson
from django.conf import settings

from learnwork.formats.model import Document, Reading, Release, Said, SourceDeclaration
from learnwork.intake.loading import load
from learnwork.intake.report import Report
from learnwork.registry import queries
from learnwork.registry.errors import UnknownResourceError
from learnwork.registry.models import Envelope
from learnwork.surveys.answering import BadAnswerError, fitting
from learnwork.surveys.design import SAID, Design, Item, Value, read, say
from learnwork.surveys.models import Answer, Invitation, Survey
from learnwork.surveys.responding import answers_of, counts
from learnwork.surveys.services import now, title_of, version
from learnwork.vocabulary.documents import texts
from learnwork.vocabulary.types import by_class

TRUST = 60  # above a page somebody compiled, below the owner's own publication


def entry(invitation: Invitation) -> Document:
    """The composed document of the respondent's initiative; empty where it is not in the registry any more."""
    try:
        return queries.resource(invitation.ctid).document
    except UnknownResourceError:
        return {}


def known(item: Item, document: Document) -> list[str]:
    """What the entry says about the item, in words; nothing where the item is not about a property."""
    value = document.get(item.prefill or item.publishes)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    found = texts(value)
    names = queries.captions([one for one in found if one.startswith("ce-")])
    return [names[one][0] if one in names else one for one in found][:20]


def proposed(item: Item, document: Document) -> Value:
    """The answer that the registry proposes, if the entry has one that fits; else None."""
    if not item.prefill:
        return None
    by_words = {words.casefold(): choice.key for choice in item.choices for words in choice.label.values()}
    found = [by_words.get(one.casefold(), one) for one in known(item, document)]
    try:
        return fitting(item, found if item.kind == "multiple" else found[:1])
    except BadAnswerError:
        return None


def publish(survey: Survey) -> Report | None:
    """Bring the envelopes of a survey in line with what respondents agree to now. None where nothing ever was."""
    design = read(version(survey).design)
    offered = [item for item in design.items if item.publishes]
    source = f"survey:{survey.key}"
    if not offered and not Envelope.objects.filter(source__key=source, withdrawn_at=None).exists():
        return None
    said = list(_documents(survey, design, offered))
    if not said and not Envelope.objects.filter(source__key=source).exists():
        return None

    def items() -> Iterator[Said]:
        yield from said

    today = now().date()
    reading = Reading(_source(survey), Release(today.isoformat(), today), items, snapshot=True)
    # People take back as many answers as they like: no share of withdrawn ones is too great.
    return load(reading, "survey", accept=True)


def _source(survey: Survey) -> SourceDeclaration:
    title = title_of(survey)
    return SourceDeclaration(
        key=f"survey:{survey.key}",
        name=f"Answers to the survey “{title}”"[:300],
        short_name="survey answers",
        publisher="The respondents, each for their own initiative",
        url=f"{settings.BASE_URL}/surveys/{survey.key}",
        licence="public, as each respondent agreed",
        trust=TRUST,
        note="Each respondent agreed, answer by answer, that it may stand beside the entry.",
    )


def _documents(survey: Survey, design: Design, offered: list[Item]) -> Iterator[Said]:
    rows = survey.invitations.filter(pilot=False, publishes=True, completed_at__isnull=False).order_by("pk")
    for invitation in rows:
        answers = answers_of(invitation)
        terms: Document = {}
        for item in offered:
            answer = answers.get(item.key)
            if answer is not None and _goes_out(answer, invitation, design):
                terms[item.publishes] = _term(item, answer.value, invitation, design)
        if terms:
            yield _said(invitation, terms)


def _goes_out(answer: Answer, invitation: Invitation, design: Design) -> bool:
    public = (answer.consent or invitation.consent) == Invitation.Consent.PUBLIC
    return public and answer.status == SAID and counts(answer, design)


def _said(invitation: Invitation, terms: Document) -> Said:
    row = queries.find(invitation.ctid)
    row = row.merged_into or row
    document: Document = {"@type": row.type, "ceterms:ctid": row.ctid, **terms}
    return Said(
        key=f"r{invitation.pk}",
        ctid=row.ctid,
        type=row.type,
        document=lambda: dict(document),
        digest=blake2b(orjson.dumps(document), digest_size=16).digest(),
        derived=row.derived,
        place=f"answer {invitation.pk}",
    )


def _term(item: Item, value: Value, invitation: Invitation, design: Design) -> Any:
    """An answer as the value of its property: in words, in the shape that the property has."""
    words = {choice.key: say(choice.label, design.languages[0]) for choice in item.choices}
    kind, many = _shape(item.publishes, invitation)
    listed: list[Any] = [words.get(one, one) for one in (value if isinstance(value, list) else [str(value)])]
    if kind == "language map":
        tag = invitation.language if item.kind == "text" else design.languages[0]
        return {tag: listed if many else "; ".join(listed)}
    if kind == "number":
        listed = [float(one) if "." in one else int(one) for one in listed]
    if kind == "boolean":
        listed = [one == "yes" for one in listed]
    return listed if many else listed[0]


def _shape(term: str, invitation: Invitation) -> tuple[str, bool]:
    kind = by_class(queries.find(invitation.ctid).type)
    found = next((one for one in kind.properties if one.term == term), None)
    return (found.kind, found.many) if found else ("text", False)
