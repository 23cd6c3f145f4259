"""Every text of a category in a further language: what there is to translate, and a design with translations. Pure.

A text is named by its place: `name`, `scope` of the category; `KEY.label`, `KEY.help` of an item; `KEY.choice.KEY` of
a choice. Keys hold no dots.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from learnwork.surveys.design import Category, Choice, Design, DesignError, Item, Text, check

MOST = 4_000  # characters of one text


@dataclass(frozen=True, slots=True)
class Phrase:
    """One text: its place, the words in the first language, and those in the other so far."""

    place: str
    original: str
    words: str

    @property
    def long(self) -> bool:
        return len(self.original) > 80


def phrases(design: Design, category: Category, language: str) -> list[Phrase]:
    """What a category says, in the order in which respondents read it; empty texts are not there."""
    first = design.languages[0]
    made = [
        Phrase(place, text.get(first, ""), text.get(language, "")) for place, text in _texts(design, category)
    ]
    return [one for one in made if one.original]


def _texts(design: Design, category: Category) -> Iterator[tuple[str, Text]]:
    yield "name", category.name
    yield "scope", category.scope
    for item in design.of(category.key):
        yield f"{item.key}.label", item.label
        yield f"{item.key}.help", item.help
        for choice in item.choices:
            yield f"{item.key}.choice.{choice.key}", choice.label


def translated(design: Design, category: Category, language: str, words: Mapping[str, str]) -> Design:
    """The design with these words; an empty text falls back to the first language. Raises `DesignError`."""
    if language not in design.languages[1:]:
        raise DesignError(
            f"The survey is not asked in {language[:12]!r} besides its first language.",
            hint="Add the language to the design first.",
        )

    def put(place: str, text: Text) -> Text:
        if place not in words:
            return text
        said = words[place].strip()[:MOST]
        rest = {key: one for key, one in text.items() if key != language}
        return {**rest, language: said} if said else rest

    def item(one: Item) -> Item:
        choices = tuple(
            Choice(choice.key, put(f"{one.key}.choice.{choice.key}", choice.label)) for choice in one.choices
        )
        label, help_ = put(f"{one.key}.label", one.label), put(f"{one.key}.help", one.help)
        return replace(one, label=label, help=help_, choices=choices)

    made = replace(
        design,
        categories=tuple(
            replace(one, name=put("name", one.name), scope=put("scope", one.scope))
            if one.key == category.key
            else one
            for one in design.categories
        ),
        items=tuple(item(one) if one.category == category.key else one for one in design.items),
    )
    check(made)
    return made
