"""Changes of a draft, each giving a new design; what would break it is refused by `design.check`. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from learnwork.surveys.design import Category, Design, DesignError, Item, check, slug


def with_category(design: Design, name: str, scope: str = "") -> Design:
    language = design.languages[0]
    key = slug(name)
    made = Category(key, {language: name}, {language: scope} if scope else {})
    if any(one.key == key for one in design.categories):
        kept = [_renamed(one, made) if one.key == key else one for one in design.categories]
        return replace(design, categories=tuple(kept))
    return _checked(replace(design, categories=(*design.categories, made)))


def _renamed(one: Category, made: Category) -> Category:
    return replace(one, name={**one.name, **made.name}, scope={**one.scope, **made.scope})


def without_category(design: Design, key: str) -> Design:
    if design.of(key):
        raise DesignError("The category has questions.", hint="Move or delete them first.")
    return replace(design, categories=tuple(one for one in design.categories if one.key != key))


def with_item(design: Design, item: Item) -> Design:
    """The design with an item added at the end of its category, or changed in its place."""
    if design.item(item.key):
        items = [item if one.key == item.key else one for one in design.items]
    else:
        items = [*design.items, item]
    return _checked(replace(design, items=_by_category(design, items)))


def without_item(design: Design, key: str) -> Design:
    return _checked(replace(design, items=tuple(one for one in design.items if one.key != key)))


def moved(design: Design, key: str, by: int) -> Design:
    """The item one place up (-1) or down (1) among those of its category."""
    item = design.item(key)
    if item is None:
        raise DesignError(f"There is no item {key[:80]!r}.", hint="Load the page again.")
    beside = list(design.of(item.category))
    at = beside.index(item)
    other = at + by
    if not 0 <= other < len(beside):
        return design
    beside[at], beside[other] = beside[other], beside[at]
    rest = [one for one in design.items if one.category != item.category]
    return _checked(replace(design, items=_by_category(design, [*rest, *beside])))


def with_languages(design: Design, languages: Sequence[str]) -> Design:
    """Other languages beside the first one, whose texts are all there."""
    first = design.languages[0]
    return replace(design, languages=(first, *dict.fromkeys(one for one in languages if one != first)))


def _by_category(design: Design, items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(item for one in design.categories for item in items if item.category == one.key)


def _checked(design: Design) -> Design:
    check(design)
    return design
