"""A design from a file: a feature list (YAML) or a sheet with one item a row. Pure.

    import_design(Path("survey_features.yaml")).design

Columns of a sheet: label (needed), id, category, kind, choices (one "A | B | C"), low, high, help, when
("item = yes | no"), prefill, publishes. What cannot be asked is an `Issue`; nothing is left out silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from learnwork.formats.declarations import read_yaml
from learnwork.formats.files import rows
from learnwork.surveys.design import KINDS, Design, DesignError, Item, read, slug
from learnwork.vocabulary.errors import Issue

_UNNAMED = "Unnamed category"
# What people call the kinds of question in their own sheets.
_KINDS = {
    "yes-no": "yes/no", "yes / no": "yes/no", "boolean": "yes/no", "single choice": "single",
    "multiple choice": "multiple", "open": "text", "free text": "text", "numeric": "number", "likert": "scale",
}  # fmt: skip
_WHEN = re.compile(r"\s*([a-z0-9][a-z0-9_-]*)\s*=\s*(.+)")


@dataclass(frozen=True, slots=True)
class Imported:
    """study: the key that the file gives itself, "" for none. issues: what of the file is not in the design."""

    design: Design
    study: str = ""
    issues: tuple[Issue, ...] = ()


def import_design(path: Path) -> Imported:
    """Raises `LearnworkError` where the file cannot be read as a design at all."""
    if path.suffix.lower() in (".yaml", ".yml"):
        return from_features(read_yaml(path), path.name)
    return from_sheet(path)


def from_features(made: Mapping[str, Any], name: str = "") -> Imported:
    """A feature list: `categories` and `features`. Features without a label are places held, not questions."""
    issues: list[Issue] = []
    kept: list[Any] = []
    features = made.get("features")
    if not isinstance(features, list):
        raise DesignError(
            f"{name or 'The file'} has no list of `features`.", hint="See the format of a design."
        )
    for feature in features:
        if isinstance(feature, Mapping) and not feature.get("label"):
            key = str(feature.get("id") or "?")[:80]
            why = f"{key} has no label: nothing can be asked of it."
            issues.append(Issue("item-unlabelled", why, name, "Give it a label, and import again.", "advice"))
        else:
            kept.append(feature)
    study = made.get("study")
    return Imported(read({**made, "features": kept}), study if isinstance(study, str) else "", tuple(issues))


def from_sheet(path: Path) -> Imported:
    """One item a row. An empty category is that of the row above, as a merged cell leaves it."""
    issues: list[Issue] = []
    categories: dict[str, str] = {}
    features: dict[str, dict[str, Any]] = {}
    category = ""
    for number, row in rows(path, required=("label",), on_issue=issues.append):
        place = f"{path.name} row {number}"
        if not row["label"]:
            issues.append(Issue("item-unlabelled", "The row has no label.", place, "Say what is asked."))
            continue
        if not row.get("category") and category:
            issues.append(
                Issue("category-above", f"The category is the one above: {category}.", place, "", "advice")
            )
        category = row.get("category") or category or _UNNAMED
        categories[slug(category)] = category
        key = row.get("id") or slug(row["label"])
        if key in features:
            issues.append(Issue("item-twice", f"{key} is there twice.", place, "Give it another id."))
            continue
        features[key] = _feature(key, row, slug(category))
    made = {
        "categories": [{"id": key, "name": words} for key, words in categories.items()],
        "features": list(_ordered(features, categories)),
    }
    return Imported(read(made), "", tuple(issues))


def _ordered(features: Mapping[str, Any], categories: Mapping[str, str]) -> Iterator[Any]:
    for category in categories:
        yield from (one for one in features.values() if one["category"] == category)


def _feature(key: str, row: Mapping[str, str], category: str) -> dict[str, Any]:
    kind = row.get("kind", "").lower()
    made: dict[str, Any] = {
        "id": key,
        "category": category,
        "kind": _KINDS.get(kind, kind) or "yes/no",
        "choices": choices(row.get("choices", "")),
        **{name: row.get(name, "") for name in ("label", "help", "low", "high", "prefill", "publishes")},
    }
    if made["kind"] not in KINDS:
        raise DesignError(
            f"{key} is of the kind {kind[:30]!r}, which there is not.", hint=f"{', '.join(KINDS)}."
        )
    if when := row.get("when"):
        made["when"] = condition(when)
    return made


def choices(words: str) -> list[dict[str, str]]:
    """ "A | B" or one a line, as choices with keys made from the words."""
    parts = [part.strip() for part in re.split(r"[|\n]", words) if part.strip()]
    return [{"id": slug(part), "label": part} for part in parts]


def condition(words: str) -> dict[str, Any]:
    """ "item = yes | no" as a condition. Raises `DesignError`."""
    match = _WHEN.fullmatch(words)
    if match is None:
        raise DesignError(
            f"{words[:60]!r} is no condition.", hint="Write the earlier item and its answers: partners = yes."
        )
    values = [value.strip() for value in match[2].split("|") if value.strip()]
    return {"item": match[1], "values": values}


def condition_words(item: Item) -> str:
    """The condition of an item as one writes it."""
    return f"{item.when.item} = {' | '.join(item.when.values)}" if item.when else ""
