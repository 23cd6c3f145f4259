"""Reading what a study printed, from YAML or from a sheet, and the tables of what was inferred from it.

YAML: `results`, a list of `feature, category, published_percent, published_band`; `invited`,
`response_rate_stated_percent`, `surveyed`, `fielded`, `title`. Sheet: columns `item` and `percent`, and if there are
`label`, `category`, `band`. A list of features (YAML, `features` with `id, label`) gives labels and the number asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from learnwork.formats.files import read_text, rows
from learnwork.surveys import tables
from learnwork.surveys.answers import BadSurveyError, Item
from learnwork.surveys.intervals import CHOSEN, METHODS, interval
from learnwork.surveys.published import Claim, Inference, Inferred, Printed, Publication, percentage
from learnwork.surveys.tables import Cell, Column, Mark, Table, gettext_noop
from learnwork.vocabulary.errors import Issue
from learnwork.vocabulary.sentences import sentence

MAX_BYTES = 4_000_000
_FEW = 5


def read_publication(
    path: Path,
    *,
    features: Path | None = None,
    invited: int | None = None,
    response_rate: str = "",
    surveyed: int | None = None,
) -> Publication:
    """What a study printed. What is given besides the file is taken where the file does not say it.

    Raises `BadSurveyError` where the file holds no percentages; one that cannot be read becomes an issue.
    """
    known, categories = _features(features) if features else ({}, {})
    if path.suffix.lower() in (".yaml", ".yml"):
        made = _yaml(path)
    else:
        made = {"results": [dict(row) for _, row in rows(path, required=("item", "percent"))]}
    found = from_document(made, key=path.stem, labels=known, categories=categories)
    return Publication(
        key=found.key,
        title=found.title,
        printed=found.printed,
        invited=invited if found.invited is None else found.invited,
        response_rate=found.response_rate or response_rate,
        surveyed=surveyed or found.surveyed or len(known) or None,
        fielded=found.fielded,
        source=found.source,
        issues=found.issues,
    )


def from_document(
    made: Any,
    *,
    key: str = "",
    labels: Mapping[str, str] | None = None,
    categories: Mapping[str, str] | None = None,
) -> Publication:
    """A publication from plain data whose scalars are text (a YAML number has lost its decimals).

    labels, categories: names by key, for what the data name by key only.
    """
    if not isinstance(made, Mapping) or not isinstance(made.get("results"), list):
        raise BadSurveyError("There is no list `results`.", hint="See the format of a printed study.")
    printed, issues = [], []
    for number, one in enumerate(made["results"], 1):
        try:
            printed.append(_printed(one, labels or {}, categories or {}))
        except BadSurveyError as error:
            issues.append(Issue("percent-unclear", error.message, f"result {number}", error.hint))
    source = made.get("source") or ""
    keys = [one.item.key for one in printed]
    if len(set(keys)) < len(keys):
        twice = next(key for at, key in enumerate(keys) if key in keys[:at])
        raise BadSurveyError(f"“{twice}” is printed twice.", hint="Put the second percentage under `claims`.")
    return Publication(
        key=str(made.get("study") or key),
        title=str(made.get("title") or made.get("study") or key),
        printed=tuple(printed),
        invited=_whole(made.get("invited"), "invited"),
        response_rate=percentage(str(rate))
        if (rate := made.get("response_rate_stated_percent")) not in (None, "")
        else "",
        surveyed=_whole(made.get("surveyed"), "surveyed"),
        fielded=str(made.get("fielded") or ""),
        source=", ".join(map(str, source)) if isinstance(source, list) else str(source),
        issues=tuple(issues),
    )


def _printed(one: Any, labels: Mapping[str, str], categories: Mapping[str, str]) -> Printed:
    if not isinstance(one, Mapping):
        raise BadSurveyError("A result is a mapping with an item and its percentage.", hint="Mend the list.")
    key = str(one.get("feature") or one.get("item") or "").strip()
    if not key:
        raise BadSurveyError("A result does not name its item.", hint="Fill `item`.")
    text = one.get("published_percent", one.get("percent"))
    if not isinstance(text, str):
        raise BadSurveyError(
            f"The percentage of “{key}” is not a text, so its decimals are lost.", hint="Put it into quotes."
        )
    try:
        percent = percentage(text)
        claims = tuple(
            Claim(percentage(str(claim["percent"])), str(claim.get("place", "the same source")))
            for claim in one.get("claims") or ()
        )
    except BadSurveyError as error:
        raise BadSurveyError(f"{key}: {error.message}", hint=error.hint) from None
    label = str(one.get("label") or labels.get(key) or key)
    category = str(one.get("category") or "")
    item = Item(key, label, categories.get(category, category))
    return Printed(item, percent, str(one.get("published_band") or one.get("band") or ""), claims)


def _yaml(path: Path) -> Any:
    text = read_text(path, limit=MAX_BYTES)
    try:
        # Every scalar as the text it is: 50 and 50.00 are printed with different exactness.
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes text only
    except (yaml.YAMLError, RecursionError) as error:
        raise BadSurveyError(
            f"{path.name} is no YAML: {error}.", hint="Mend the line that is named."
        ) from None


def _features(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of features and names of categories, by key."""
    made = _yaml(path)
    made = made if isinstance(made, Mapping) else {}
    features, categories = made.get("features"), made.get("categories") or []
    for listed in (features, categories):
        if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
            raise BadSurveyError(
                f"{path.name} has no list `features`, or `categories` is none.", hint="List what was asked."
            )
    labels = {str(one.get("id")): str(one.get("label") or "") for one in features or []}
    return labels, {str(one.get("id")): str(one.get("name") or "") for one in categories}


def _whole(value: Any, what: str) -> int | None:
    if value in (None, ""):
        return None
    if not str(value).isdecimal():
        raise BadSurveyError(
            f"`{what}` is not a whole number: {str(value)[:40]}.", hint="Write it in digits."
        )
    return int(str(value))


def items_table(found: Inference, *, confidence: Fraction | None = None) -> Table:
    """Every printed item: what is printed, what is inferred from it, and how certain that is."""
    columns = [
        *(tables.ITEM, tables.LABEL, tables.CATEGORY),
        Column("printed", gettext_noop("Printed percentage"), figure=True),
        Column("yes", gettext_noop("Yes (inferred)"), figure=True),
        Column("base", gettext_noop("Base (inferred)"), figure=True),
        *(tables.SHARE, tables.BAND),
        Column("missing", gettext_noop("Missing (inferred)"), figure=True),
        Column("if_missing_no", gettext_noop("Share if all missing were no"), figure=True),
        Column("if_missing_yes", gettext_noop("Share if all missing were yes"), figure=True),
        tables.CERTAIN,
        Column("also_fit", gettext_noop("Other bases that fit")),
    ]
    if confidence:
        columns += [
            Column(f"{method}_{end}", f"{name}, {end}", figure=True)
            for method, name in METHODS.items()
            for end in ("low", "high")
        ]
    rows_ = tuple(_row(one, confidence) for one in found.results)
    notes = [sentence("Only the percentages are published; counts and bases are inferred from them.")]
    return Table(
        "published",
        gettext_noop("Printed percentages and what follows from them"),
        tuple(columns),
        rows_,
        (*notes, *([CHOSEN] if confidence else [])),
    )


def bases_table(found: Inference, *, least: int = 2) -> Table:
    """How many percentages fit each base."""
    columns = (
        Column("base", gettext_noop("Base"), figure=True),
        Column("fits", gettext_noop("Percentages that fit"), figure=True),
        Column("misfits", gettext_noop("Do not fit")),
    )
    made = tuple((base.n, base.fits, _listed(base.misfits)) for base in found.bases if base.n >= least)
    return Table("bases", gettext_noop("Which bases the percentages fit"), columns, made)


def _listed(keys: Sequence[str]) -> Cell:
    """The items that do not fit; where they are many, how many."""
    return Mark.NONE if not keys else ", ".join(keys) if len(keys) <= _FEW else f"{len(keys)} items"


def contradictions_table(found: Inference) -> Table:
    """What cannot both be true."""
    columns = (
        Column("code", gettext_noop("Kind")),
        Column("contradiction", gettext_noop("Contradiction")),
        Column("items", gettext_noop("Items")),
    )
    made = tuple((one.code, one.sentence, _listed(one.items)) for one in found.contradictions)
    return Table("contradictions", gettext_noop("What contradicts what"), columns, made)


def _row(one: Inferred, confidence: Fraction | None) -> tuple[Cell, ...]:
    item, result = one.printed.item, one.result
    head: Sequence[Cell] = (item.key, item.label, item.category, f"{one.printed.percent}%")
    intervals: Iterable[Cell] = ()
    if result is None or result.share is None or one.base is None or one.yes is None:
        return (*head, *[Mark.NOT_KNOWN] * (9 + (2 * len(METHODS) if confidence else 0)))
    if confidence:
        ends = (interval(method, one.yes, one.base, float(confidence)) for method in METHODS)
        intervals = [Fraction(end) for pair in ends for end in pair]
    bounds: tuple[Cell, ...] = (
        (result.bounds.low, result.bounds.high) if result.bounds else (Mark.NONE, Mark.NONE)
    )
    certain = "yes" if result.certain else "no: missing answers could change it"
    if result.certain and not one.certain_of_others:
        certain = "yes, if nobody skipped it"
    others = ", ".join(f"{k} of {n}" for k, n in one.others) or Mark.NONE
    return (
        *head,
        *(one.yes, one.base, result.share, result.band, result.counts.missing),
        *bounds,
        *(certain, others),
        *intervals,
    )
