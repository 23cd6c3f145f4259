"""What a survey asks: categories, items, choices, branching. Pure; a design is plain data and prints as JSON.

A design is edited as a draft and frozen as a version. `document` and `read` are each other's inverse; `read`
refuses what no respondent could answer, and says where. `same_question` decides which answers to an earlier
version still count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson

from learnwork.vocabulary.errors import LearnworkError

KINDS = ("yes/no", "single", "multiple", "scale", "number", "date", "text")
# What a person may say instead of an answer: three different things, none of them "no".
WITHOUT = ("do not know", "does not apply", "rather not say")
SAID = "said"
MOST_ITEMS = 2_000
MOST_CHOICES = 200
MOST_TEXT = 10_000
MOST_POINTS = 21
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")

Text = Mapping[str, str]
Value = str | list[str] | None


class DesignError(LearnworkError):
    """A survey's design cannot be used; the message names the item."""

    code = "design-bad"


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Condition:
    """Asked only if the answer to an earlier item is one of `values`."""

    item: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    key: str
    name: Text
    scope: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One question. low, high: ends of a scale, limits of a number.

    prefill: property of the registry's entry that is proposed as the answer. publishes: property that the answer
    becomes in an envelope about the entry, where the respondent agrees to it.
    """

    key: str
    category: str
    kind: str
    label: Text
    help: Text = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    low: int | None = None
    high: int | None = None
    when: Condition | None = None
    prefill: str = ""
    publishes: str = ""

    @property
    def points(self) -> tuple[str, ...]:
        """The steps of a scale."""
        if self.kind != "scale" or self.low is None or self.high is None:
            return ()
        return tuple(str(point) for point in range(self.low, self.high + 1))


@dataclass(frozen=True, slots=True)
class Design:
    """languages: the first is the one that every text must have."""

    categories: tuple[Category, ...] = ()
    items: tuple[Item, ...] = ()
    languages: tuple[str, ...] = ("en",)

    def item(self, key: str) -> Item | None:
        return next((item for item in self.items if item.key == key), None)

    def of(self, category: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.category == category)

    @property
    def pages(self) -> tuple[Category, ...]:
        """Categories that ask something, in order: a page of the questionnaire each."""
        asked = {item.category for item in self.items}
        return tuple(category for category in self.categories if category.key in asked)


def say(text: Text, language: str = "en") -> str:
    """A text in a language; in the first one there is where it was not translated."""
    return text.get(language) or next(iter(text.values()), "")


def document(design: Design) -> dict[str, Any]:
    """The design as plain data, without what is empty."""
    return {
        "languages": list(design.languages),
        "categories": [
            _filled({"id": one.key, "name": dict(one.name), "scope": dict(one.scope)})
            for one in design.categories
        ],
        "features": [_item_document(item) for item in design.items],
    }


def _item_document(item: Item) -> dict[str, Any]:
    when = {"item": item.when.item, "values": list(item.when.values)} if item.when else None
    return _filled(
        {
            "id": item.key,
            "category": item.category,
            "kind": item.kind,
            "label": dict(item.label),
            "help": dict(item.help),
            "choices": [{"id": one.key, "label": dict(one.label)} for one in item.choices],
            "low": item.low,
            "high": item.high,
            "when": when,
            "prefill": item.prefill,
            "publishes": item.publishes,
        }
    )


def _filled(made: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in made.items() if value not in (None, "", [], {})}


def digest(design: Design) -> str:
    """SHA-256 of the design's canonical JSON: two versions that ask the same have the same."""
    return sha256(orjson.dumps(document(design), option=orjson.OPT_SORT_KEYS)).hexdigest()


def same_question(one: Item, other: Item, language: str) -> bool:
    """Whether an answer to the one answers the other: same key, kind, words, choices and limits.

    Help, order, branching and translations may differ; the words in `language`, the first one, may not.
    """
    return (
        (one.key, one.kind, one.low, one.high) == (other.key, other.kind, other.low, other.high)
        and [choice.key for choice in one.choices] == [choice.key for choice in other.choices]
        and [say(c.label, language) for c in one.choices] == [say(c.label, language) for c in other.choices]
        and say(one.label, language) == say(other.label, language)
    )


def read(made: Any) -> Design:
    """A design from plain data. Raises `DesignError` with the place of what is wrong."""
    if not isinstance(made, Mapping):
        raise DesignError(
            "A design is a mapping with `categories` and `features`.", hint="See the format of a design."
        )
    languages = tuple(str(one) for one in made.get("languages") or ("en",))
    if not all(_LANGUAGE.fullmatch(one) for one in languages):
        raise DesignError("A language is a tag such as en or es.", hint=f"Mend: {', '.join(languages)[:60]}.")
    first = languages[0]
    categories = tuple(_category(one, first) for one in _list(made, "categories"))
    features = _list(made, "features")
    if len(features) > MOST_ITEMS:
        raise DesignError(f"A survey has at most {MOST_ITEMS:,} items.", hint="Split it.")
    design = Design(categories, tuple(_item(one, first) for one in features), languages)
    check(design)
    return design


def _list(made: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = made.get(key) or []
    if not isinstance(found, list):
        raise DesignError(f"`{key}` is a list.", hint="Write each entry on a line that begins with a dash.")
    return found


def _category(made: Any, language: str) -> Category:
    if not isinstance(made, Mapping):
        raise DesignError(
            "A category is a mapping with `id` and `name`.", hint="Mend the list of categories."
        )
    return Category(_key(made.get("id")), text(made.get("name"), language), text(made.get("scope"), language))


def _item(made: Any, language: str) -> Item:
    if not isinstance(made, Mapping):
        raise DesignError("An item is a mapping with `id`, `category` and `label`.", hint="Mend the list.")
    key = _key(made.get("id"))
    choices = made.get("choices") or []
    when = made.get("when")
    if not isinstance(choices, list) or not (when is None or isinstance(when, Mapping)):
        raise DesignError(
            f"{key}: `choices` is a list and `when` a mapping.", hint="See the format of a design."
        )
    return Item(
        key=key,
        category=str(made.get("category") or ""),
        kind=str(made.get("kind") or "yes/no"),
        label=text(made.get("label"), language),
        help=text(made.get("help"), language),
        choices=tuple(
            Choice(_key(c.get("id")), text(c.get("label"), language))
            if isinstance(c, Mapping)
            else Choice(slug(str(c)), {language: str(c)})
            for c in choices
        ),
        low=_whole(made.get("low"), key),
        high=_whole(made.get("high"), key),
        when=_condition(when) if when else None,
        prefill=str(made.get("prefill") or ""),
        publishes=str(made.get("publishes") or ""),
    )


def _condition(made: Mapping[str, Any]) -> Condition:
    values = made.get("values") or []
    # YAML reads a bare yes as a truth value.
    spelled = {True: "yes", False: "no"}
    listed = values if isinstance(values, list) else [values]
    return Condition(
        str(made.get("item") or ""),
        tuple(spelled[v] if isinstance(v, bool) else str(v) for v in listed),
    )


def _key(value: Any) -> str:
    key = str(value or "")
    if not _KEY.fullmatch(key):
        raise DesignError(
            f"{key[:80]!r} is no key.", hint="A key has lower-case letters, digits, - and _, at most 80."
        )
    return key


def _whole(value: Any, key: str) -> int | None:
    if value in (None, ""):
        return None
    try:
        return int(str(value))
    except ValueError as error:
        raise DesignError(
            f"{key}: {str(value)[:40]!r} is not a whole number.", hint="Mend its limits."
        ) from error


def text(value: Any, language: str) -> dict[str, str]:
    """A text by language, from a mapping or from a plain string in the first language."""
    pairs = value.items() if isinstance(value, Mapping) else [(language, value)]
    return {
        str(tag): str(words).strip()[:MOST_TEXT]
        for tag, words in pairs
        if words not in (None, "") and str(words).strip()
    }


def slug(words: str) -> str:
    """A key made from words: "Led by a state" is "led-by-a-state"."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60] or "item"


def check(design: Design) -> None:
    """Raise `DesignError` for what no respondent could answer."""
    _once([category.key for category in design.categories], "category")
    _once([item.key for item in design.items], "item")
    known = {category.key for category in design.categories}
    before: dict[str, Item] = {}
    for item in design.items:
        if item.category not in known:
            raise DesignError(
                f"{item.key} is in the category {item.category!r}, which there is not.",
                hint="Add the category, or name another.",
            )
        _check_item(item, design.languages[0], before)
        before[item.key] = item


def _once(keys: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise DesignError(f"The {what} {key!r} is there twice.", hint="Give one of them another key.")
        seen.add(key)


def _check_item(item: Item, language: str, before: Mapping[str, Item]) -> None:
    def refuse(why: str, hint: str) -> None:
        raise DesignError(f"{item.key} {why}", hint=hint)

    if item.kind not in KINDS:
        refuse(f"is of the kind {item.kind[:30]!r}, which there is not.", f"Kinds: {', '.join(KINDS)}.")
    if not item.label.get(language):
        refuse(f"has no label in {language}.", "Say what is asked.")
    if item.kind in ("single", "multiple"):
        if len(item.choices) < 2 or len(item.choices) > MOST_CHOICES:
            refuse("offers too few or too many choices.", f"Give it 2 to {MOST_CHOICES}.")
        _once([choice.key for choice in item.choices], f"choice of {item.key}")
    if item.kind == "scale" and not (
        item.low is not None and item.high is not None and 0 < item.high - item.low < MOST_POINTS
    ):
        refuse("is a scale without ends.", f"Give it `low` and `high`, at most {MOST_POINTS} points.")
    if item.when is not None:
        asked = before.get(item.when.item)
        if asked is None:
            refuse(
                f"depends on {item.when.item[:80]!r}, which is not asked before it.", "Name an earlier item."
            )
        elif not item.when.values or not set(item.when.values) <= set(possible(asked)):
            refuse(
                f"depends on an answer that {asked.key} cannot have.",
                f"Answers: {', '.join(possible(asked))[:200]}.",
            )


def possible(item: Item) -> tuple[str, ...]:
    """The answers that a condition may name."""
    if item.kind == "yes/no":
        return ("yes", "no", *WITHOUT)
    if item.kind == "scale":
        return (*item.points, *WITHOUT)
    return (*(choice.key for choice in item.choices), *WITHOUT)
