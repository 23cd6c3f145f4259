"""A page of the questionnaire as fields: what is shown of each question, and what a form sends back of it.

Names in the form, by key of the item: `s-` chosen option or what is said instead, `v-` text or ticked choices, `c-` who
may see it, `r-` revision and `w-` fingerprint of the answer that the page showed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnwork.surveys.claims import entry, known, proposed
from learnwork.surveys.design import SAID, WITHOUT, Category, Design, Item, Value, say
from learnwork.surveys.models import Answer, Invitation
from learnwork.surveys.responding import Conflict, Outcome, Sent, fingerprint_of, put_to
from learnwork.vocabulary.documents import Document

# Questions whose answer is one of the radio buttons; the others have a field beside them.
_CHOSEN = ("yes/no", "single", "scale")
INSTEAD = {
    "do not know": gettext_lazy("Do not know"),
    "does not apply": gettext_lazy("Does not apply"),
    "rather not say": gettext_lazy("Rather not say"),
}
CONSENTS = {
    "public": gettext_lazy("Public, with our name"),
    "aggregate": gettext_lazy("Counted in totals only"),
    "private": gettext_lazy("For the researchers only"),
}


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One question on a page.

    known: what the entry on the map says. proposed: the answer shown comes from there and is not saved yet. theirs: in
    words, what somebody else saved meanwhile. hidden: branching does not put it to this respondent.
    """

    item: Item
    label: str
    help: str
    options: tuple[Option, ...]
    instead: tuple[Option, ...]
    consents: tuple[Option, ...]
    text: str = ""
    revision: int = 0
    was: str = ""
    known: tuple[str, ...] = ()
    proposed: bool = False
    publishes: bool = False
    error: str = ""
    conflict: bool = False
    theirs: str = ""
    hidden: bool = False

    @property
    def radios(self) -> bool:
        return self.item.kind in _CHOSEN

    @property
    def answered(self) -> bool:
        return bool(self.was)


@dataclass(frozen=True, slots=True)
class Page:
    """One category of the questionnaire."""

    category: Category
    name: str
    scope: str
    number: int
    of: int
    fields: tuple[Field, ...]
    steps: tuple[Step, ...] = ()

    @property
    def problems(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.error or one.conflict)


@dataclass(frozen=True, slots=True)
class Step:
    """A page in the list of pages, with how many of its questions are answered."""

    number: int
    name: str
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class Respondent:
    """Whose page it is: answers so far, the entry, what was refused or stands against each other in the last save."""

    design: Design
    answers: Mapping[str, Answer] = field(default_factory=dict)
    document: Document = field(default_factory=dict)
    language: str = "en"
    outcome: Outcome | None = None
    sent: Mapping[str, Sent] = field(default_factory=dict)


def respondent(
    invitation: Invitation,
    design: Design,
    answers: Mapping[str, Answer],
    outcome: Outcome | None = None,
    sent: Iterable[Sent] = (),
) -> Respondent:
    needed = any(item.prefill or item.publishes for item in design.items)
    return Respondent(
        design,
        answers,
        entry(invitation) if needed else {},
        invitation.language,
        outcome,
        {one.item: one for one in sent},
    )


def page(who: Respondent, number: int) -> Page:
    """The page `number`, from 1."""
    pages = who.design.pages
    category = pages[number - 1]
    put = put_to(who.design, who.answers)
    steps = []
    for at, one in enumerate(pages, 1):
        asked = [item.key for item in who.design.of(one.key) if item.key in put]
        done = sum(key in who.answers for key in asked)
        steps.append(Step(at, say(one.name, who.language), done, len(asked)))
    fields = tuple(_field(item, who, item.key not in put) for item in who.design.of(category.key))
    return Page(
        category,
        say(category.name, who.language),
        say(category.scope, who.language),
        number,
        len(pages),
        fields,
        tuple(steps),
    )


def _field(item: Item, who: Respondent, hidden: bool) -> Field:
    answer = who.answers.get(item.key)
    sent = who.sent.get(item.key)
    refused = who.outcome.refused.get(item.key) if who.outcome else None
    conflict = _conflict(item.key, who.outcome)
    status, value, consent = (answer.status, answer.value, answer.consent) if answer else ("", None, "")
    if sent is not None and (refused or conflict):
        status, value, consent = sent.status, sent.value, sent.consent
    offered = proposed(item, who.document) if answer is None and sent is None else None
    if offered is not None:
        status, value = SAID, offered
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return Field(
        item=item,
        label=say(item.label, who.language),
        help=say(item.help, who.language),
        options=tuple(
            Option(key, words, key in listed and status == SAID) for key, words in options(item, who.language)
        ),
        instead=tuple(Option(key, str(words), key == status) for key, words in INSTEAD.items()),
        consents=tuple(Option(key, str(words), key == consent) for key, words in CONSENTS.items()),
        text="" if item.kind == "multiple" else " ".join(listed),
        revision=answer.revision if answer else 0,
        was=fingerprint_of(answer),
        known=tuple(known(item, who.document)),
        proposed=offered is not None,
        publishes=bool(item.publishes),
        error=f"{refused.message} {refused.hint}" if refused else "",
        conflict=conflict is not None,
        theirs=in_words(item, conflict.theirs, who.language) if conflict else "",
        hidden=hidden,
    )


def _conflict(key: str, outcome: Outcome | None) -> Conflict | None:
    return next((one for one in outcome.conflicts if one.item == key), None) if outcome else None


def options(item: Item, language: str) -> list[tuple[str, str]]:
    """What can be chosen: (key, words)."""
    if item.kind == "yes/no":
        return [("yes", _("Yes")), ("no", _("No"))]
    if item.kind == "scale":
        return [(point, point) for point in item.points]
    return [(choice.key, say(choice.label, language)) for choice in item.choices]


def in_words(item: Item, answer: Answer | None, language: str) -> str:
    """An answer as one reads it."""
    if answer is None:
        return _("no answer")
    if answer.status != SAID:
        return str(INSTEAD[answer.status])
    words = dict(options(item, language))
    value: Value = answer.value
    if isinstance(value, list):
        return "; ".join(words.get(one, one) for one in value)
    return words.get(value or "", value or "")


def sent(data: QueryDict, design: Design) -> list[Sent]:
    """What a form sends of the questions that were on it; `w-` says that a question was."""
    return [_sent(item, data) for item in design.items if f"w-{item.key}" in data]


def _sent(item: Item, data: QueryDict) -> Sent:
    chosen = data.get(f"s-{item.key}", "")
    listed = [one for one in data.getlist(f"v-{item.key}") if one.strip()]
    value: Value
    if chosen in WITHOUT:
        status, value = chosen, None if item.kind in _CHOSEN else _one_or_all(item, listed)
    elif item.kind in _CHOSEN:
        status, value = (SAID if chosen else ""), chosen or None
    else:
        status, value = (SAID if listed else ""), _one_or_all(item, listed)
    revision = data.get(f"r-{item.key}", "")
    return Sent(
        item=item.key,
        status=status,
        value=value,
        consent=data.get(f"c-{item.key}", ""),
        revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else 0,
        was=data.get(f"w-{item.key}", "")[:12],
    )


def _one_or_all(item: Item, listed: list[str]) -> Value:
    if item.kind == "multiple":
        return listed or None
    return listed[0] if listed else None
