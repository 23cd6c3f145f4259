"""From the database to the analysis: a survey's answers as a `Study`, pilot and real ones never together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from learnwork.surveys import answers as said
from learnwork.surveys.answering import asked
from learnwork.surveys.design import WITHOUT, Design, Item, read, same_question, say
from learnwork.surveys.models import Answer, Invitation, Survey, Version
from learnwork.surveys.responding import given
from learnwork.surveys.services import title_of, version

_STATUS: Mapping[str, said.Status] = {
    "new": "invited", "invited": "invited", "opened": "opened", "partial": "partial",
    "complete": "complete", "declined": "declined", "bounced": "bounced",
}  # fmt: skip


def study(survey: Survey, *, pilot: bool = False, number: int | None = None) -> said.Study:
    """What was answered so far, in the words of one version (the newest).

    Answers to questions that were asked otherwise in their version are set aside. An item that branching did not put
    to a respondent counts as "does not apply".
    """
    asked_in = version(survey, number)
    design = read(asked_in.design)
    rows = survey.invitations.filter(pilot=pilot).prefetch_related("answers__version").order_by("pk")
    invited = [one for one in rows if one.state != Invitation.State.NEW or one.answers.all()]
    return said.Study.of(
        items(design),
        [_respondent(one) for one in invited],
        (answer for one in invited for answer in _Reader(design, asked_in).answers(one)),
        title=title_of(survey),
        fielded=survey.opened_at.date().isoformat() if survey.opened_at else "",
        chosen=survey.chosen,
    )


def items(design: Design) -> list[said.Item]:
    """The questions as the analysis knows them, in the design's first language."""
    language = design.languages[0]
    names = {category.key: say(category.name, language) or category.key for category in design.categories}
    return [
        said.Item(
            item.key,
            say(item.label, language),
            names[item.category],
            item.kind,  # type: ignore[arg-type]
            _options(item, language),
        )
        for item in design.items
    ]


def _options(item: Item, language: str) -> tuple[str, ...]:
    if item.kind == "scale":
        return item.points
    labels = tuple(say(choice.label, language) for choice in item.choices)
    return labels if len(set(labels)) == len(labels) else tuple(choice.key for choice in item.choices)


def _respondent(one: Invitation) -> said.Respondent:
    return said.Respondent(
        key=f"r{one.pk}", name=one.initiative, status=_STATUS[one.state], initiative=one.ctid
    )


class _Reader:
    """Answers of one respondent in the words of one version."""

    def __init__(self, design: Design, asked_in: Version) -> None:
        self._design = design
        self._version = asked_in
        self._former: dict[int, Design] = {asked_in.pk: design}

    def answers(self, one: Invitation) -> Iterator[said.Answer]:
        here = list(one.answers.all())
        answered = given({answer.item: answer for answer in here if self._counts(answer)})
        put = asked(self._design, answered)
        for answer in here:
            item = self._design.item(answer.item)
            if item is None or not self._counts(answer):
                yield self._reading(answer, None, f"r{one.pk}", answer.consent or one.consent)
            elif item.key in put:
                yield self._reading(answer, item, f"r{one.pk}", self._consent(item, one, here))
        for item in self._design.items:
            if item.key not in put and item.when and item.when.item in answered:
                consent = self._consent(item, one, here)
                yield said.Answer(f"r{one.pk}", item.key, "does not apply", None, consent)

    def _consent(self, item: Item, one: Invitation, here: Sequence[Answer]) -> said.Consent:
        """Who may see what is known of an item: no more than may see the answers that it hangs on, which it tells."""
        chosen = {answer.item: answer.consent for answer in here if answer.consent}
        at, consents = item, [chosen.get(item.key, one.consent)]
        while at.when and (parent := self._design.item(at.when.item)):
            consents.append(chosen.get(parent.key, one.consent))
            at = parent
        return max(consents, key=said.CONSENTS.index)  # type: ignore[arg-type]

    def _counts(self, answer: Answer) -> bool:
        item, then = self._design.item(answer.item), self._then(answer).item(answer.item)
        return item is not None and then is not None and same_question(then, item, self._design.languages[0])

    def _then(self, answer: Answer) -> Design:
        if answer.version_id not in self._former:
            self._former[answer.version_id] = read(answer.version.design)
        return self._former[answer.version_id]

    def _reading(self, answer: Answer, item: Item | None, who: str, consent: str) -> said.Answer:
        """One answer as the analysis takes it. Without an item it names its version, and will be set aside."""
        value: Any = answer.value
        key = item.key if item else f"{answer.item} (version {answer.version.number})"
        if answer.status in WITHOUT:
            return said.Answer(who, key, answer.status, None, consent)  # type: ignore[arg-type]
        if item is None or item.kind == "text":
            text = "; ".join(value) if isinstance(value, list) else str(value)
            return said.Answer(who, key, "given", text, consent)  # type: ignore[arg-type]
        if item.kind == "yes/no":
            return said.Answer(who, key, "yes" if value == "yes" else "no", None, consent)  # type: ignore[arg-type]
        made = _value(item, value, self._design.languages[0])
        return said.Answer(who, key, "given", made, consent)  # type: ignore[arg-type]


def _value(item: Item, value: str | list[str], language: str) -> said.Value:
    keys = item.points or tuple(choice.key for choice in item.choices)
    words = dict(zip(keys, _options(item, language), strict=True))
    if isinstance(value, list):
        return tuple(words.get(key, key) for key in value)
    if item.kind == "number":
        return float(value)
    if item.kind == "date":
        return date.fromisoformat(value)
    return words.get(value, value)
