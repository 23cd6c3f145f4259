"""Answers as files, out and back to the same study: long CSV, wide CSV, codebook, JSON; and in from any sheet.

    long      respondent, name, status, initiative, group, item, state, value, consent: a row for each answer, missing
              ones included; what was set aside at the end, its state "set aside: CODE"
    wide      respondent, name, status, initiative, group, then a column for each item; without consent
    codebook  item, label, category, kind, options (a JSON list)

A file from elsewhere needs `respondent`, and either `item` and `answer` or a column for each item. Without a codebook
kinds are guessed (`cells.kind_of`). A cell that cannot be read is set aside, and an issue says where it stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

import orjson

from learnwork.formats import workbooks
from learnwork.formats.archives import MAX_UNPACKED, open_bytes
from learnwork.formats.files import TABLE_SUFFIXES, text_encoding
from learnwork.formats.sheet_cells import guarded, unguarded
from learnwork.surveys import cells
from learnwork.surveys.answers import (
    CONSENTS,
    KINDS,
    STATES,
    BadSurveyError,
    Item,
    Respondent,
    Study,
)
from learnwork.surveys.rows import Head, Reader
from learnwork.vocabulary.errors import UnreadableFileError

HEAD = ("respondent", "name", "status", "initiative", "group")
LONG = (*HEAD, "item", "state", "value", "consent")
CODEBOOK = ("item", "label", "category", "kind", "options")
_ASIDE = "set aside: "
_SAMPLE = 500  # respondents whose answers the kind of an undeclared item is guessed from
_MOST_BYTES = 2_000_000_000

Rows = Iterable[tuple[int, Sequence[str]]]


def write_long(study: Study) -> str:
    """One row for each respondent and item."""
    rows: list[Sequence[str]] = []
    for row, one in enumerate(study.respondents):
        head = _head(one)
        for column, item in enumerate(study.items):
            state = STATES[study.states[row, column]]
            value = study.values.get((row, column))
            cell = cells.written(state, value) if state == "given" else ""
            rows.append((*head, item.key, state, cell, CONSENTS[study.consents[row, column]]))
    rows += [
        (one.respondent, "", "", "", "", one.item, f"{_ASIDE}{one.why}", one.text, "")
        for one in study.set_aside
    ]
    return _csv(LONG, rows)


def write_wide(study: Study) -> str:
    """One row for each respondent. Consent and what was set aside stand in the long file only."""
    rows = (
        (
            *_head(one),
            *(
                cells.written(STATES[code], study.values.get((row, column)))
                for column, code in enumerate(study.states[row].tolist())
            ),
        )
        for row, one in enumerate(study.respondents)
    )
    return _csv((*HEAD, *(_column(item.key) for item in study.items)), rows)


def write_codebook(study: Study) -> str:
    """What each item asks, and the answers that it takes."""
    rows = (
        (item.key, item.label, item.category, item.kind, orjson.dumps(item.options).decode())
        for item in study.items
    )
    return _csv(CODEBOOK, rows)


def document(study: Study) -> dict[str, Any]:
    """The whole study as JSON; `from_document` is its inverse."""
    return {
        "title": study.title,
        "fielded": study.fielded,
        "chosen": study.chosen,
        "items": [
            {
                "item": item.key,
                "label": item.label,
                "category": item.category,
                "kind": item.kind,
                "options": list(item.options),
            }
            for item in study.items
        ],
        "respondents": [dict(zip(HEAD, _head(one), strict=True)) for one in study.respondents],
        "answers": [
            {
                "respondent": answer.respondent,
                "item": answer.item,
                "state": answer.state,
                "value": cells.written(answer.state, answer.value) if answer.state == "given" else "",
                "consent": answer.consent,
            }
            for answer in study.answers()
        ],
        "set_aside": [
            {"respondent": one.respondent, "item": one.item, "text": one.text, "why": one.why}
            for one in study.set_aside
        ],
    }


def from_document(made: Any) -> Study:
    """The study of a JSON document. Raises `BadSurveyError` where it is none."""
    try:
        items = [
            _item({key: one[key] for key in CODEBOOK[:4]}, tuple(map(str, one["options"])))
            for one in made["items"]
        ]
        reader = Reader(items)
        for one in made["respondents"]:
            reader.respondent(Head(**{key: str(one[key]) for key in HEAD}))
        for number, one in enumerate(made["answers"], 1):
            reader.stated(number, *(str(one[key]) for key in ("respondent", *LONG[5:])))
        for one in made["set_aside"]:
            reader.aside(*(str(one[key]) for key in ("respondent", "item", "text", "why")))
        return reader.study(
            title=str(made["title"]), fielded=str(made["fielded"]), chosen=bool(made["chosen"])
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BadSurveyError(
            f"This JSON is no exported survey ({type(error).__name__}: {error}).",
            hint="Give the file that `document` wrote.",
        ) from None


def read_codebook(path: Path) -> list[Item]:
    """The items of a codebook. Raises `BadSurveyError`."""
    with _records(path) as records:
        _, header = next(iter(records), (0, []))
        names = [name.strip().lower() for name in header]
        if "item" not in names:
            raise BadSurveyError(
                f"{path.name} has no column `item`.", hint=f"Columns: {', '.join(CODEBOOK)}."
            )
        items = []
        for number, row in records:
            one = dict(zip(names, map(unguarded, row), strict=False))
            try:
                options = orjson.loads(one.get("options") or "[]")
            except orjson.JSONDecodeError:
                options = [part.strip() for part in one["options"].split(";") if part.strip()]
            if one.get("item"):
                items.append(_item(one, tuple(map(str, options)), f"{path.name}, row {number}"))
    return items


def read_study(path: Path, codebook: Path | None = None) -> Study:
    """A study from a long or a wide sheet (CSV, XLSX, ODS) or from JSON.

    Raises `BadSurveyError` where columns are missing or cells are merged, `UnreadableFileError` for what is no sheet.
    """
    if path.suffix.lower() == ".json":
        return from_document(_json(path))
    items = read_codebook(codebook) if codebook else None
    with _records(path) as records:
        _, header = next(records, (0, []))
        names = [unguarded(name.strip()) for name in header]
        lower = [name.lower() for name in names]
        if "respondent" not in lower:
            raise BadSurveyError(
                f"{path.name} has no column `respondent`; it has: {', '.join(names[:20])}.",
                hint="Name the column that says who answered `respondent`.",
            )
        is_long = "item" in lower and bool({"answer", "state"} & set(lower))
        return _long(path, lower, records, items) if is_long else _wide(path, names, records, items)


def _long(path: Path, names: list[str], records: Rows, items: list[Item] | None) -> Study:
    rows = [(number, row) for number, row in records if any(row)]
    at = {name: place for place, name in enumerate(names)}
    if items is None:
        items = _items_of_long(rows, at)
    reader = Reader(items)
    places = [at.get(key) for key in (*HEAD, "item", "state", "value", "consent", "answer")]
    stated = "state" in at
    for number, row in rows:
        who, name, status, initiative, group, item, state, value, consent, answer = (
            row[place] if place is not None and place < len(row) else "" for place in places
        )
        if stated and state.startswith(_ASIDE):
            reader.aside(unguarded(who), unguarded(item), unguarded(value), state.removeprefix(_ASIDE))
            continue
        # Blanks at the ends of a text may belong to it; around anything else they do not.
        who, item, state, consent = (
            unguarded(who.strip()),
            unguarded(item.strip()),
            state.strip(),
            consent.strip(),
        )
        reader.respondent(Head(who, *(unguarded(one.strip()) for one in (name, status, initiative, group))))
        if stated:
            reader.stated(number, who, item, state, unguarded(value), consent)
        else:
            reader.cell(number, who, item, unguarded(answer), consent)
    return reader.study(title=path.stem)


def _items_of_long(rows: Iterable[tuple[int, Sequence[str]]], at: dict[str, int]) -> list[Item]:
    """The items in their order of appearance, their kinds guessed where no column tells them."""
    said: dict[str, list[str]] = {}
    about: dict[str, Sequence[str]] = {}

    def cell(row: Sequence[str], name: str) -> str:
        place = at.get(name, len(row))
        return row[place].strip() if place < len(row) else ""

    for _, row in rows:
        if (key := unguarded(cell(row, "item"))) and not cell(row, "state").startswith(_ASIDE):
            text = cell(row, "answer") or cell(row, "value") or cell(row, "state")
            about.setdefault(key, row)
            if len(texts := said.setdefault(key, [])) < _SAMPLE:
                texts.append("" if text == "missing" else unguarded(text))
    made = []
    for key, texts in said.items():
        told = {name: unguarded(cell(about[key], name)) for name in ("label", "category", "kind")}
        made.append(_item({**told, "item": key, "kind": told["kind"] or cells.kind_of(texts)}, ()))
    return made


def _wide(path: Path, names: list[str], records: Rows, items: list[Item] | None) -> Study:
    stream = iter(records)
    sample = list(islice(stream, _SAMPLE))
    head = {name.lower(): at for at, name in enumerate(names) if name.lower() in HEAD}
    columns = [(at, _key(name)) for at, name in enumerate(names) if name.lower() not in HEAD and name]
    if items is None:
        items = [
            Item(key, key, kind=cells.kind_of(row[at] for _, row in sample if at < len(row)))
            for at, key in columns
        ]
    reader = Reader(items)
    take = reader.rows_of([key for _, key in columns])
    positions = [at for at, _ in columns]
    plain = positions == list(range(positions[0], positions[-1] + 1)) if positions else False
    for number, row in chain(sample, stream):
        who = Head(*(row[head[key]].strip() if head.get(key, len(row)) < len(row) else "" for key in HEAD))
        if not who.respondent and not any(map(str.strip, row)):
            continue
        if len(row) < len(names):
            row = [*row, *[""] * (len(names) - len(row))]
        take(number, who, row[positions[0] : positions[-1] + 1] if plain else [row[at] for at in positions])
    return reader.study(title=path.stem)


def _item(made: dict[str, str], options: tuple[str, ...], place: str = "") -> Item:
    kind = next((one for one in KINDS if one == (made.get("kind") or "yes/no")), None)
    if kind is None:
        raise BadSurveyError(
            f"“{made['item']}” is of the kind “{made['kind']}”, which there is not.",
            hint=f"Kinds: {', '.join(KINDS)}. {place}".strip(),
        )
    key = made["item"].strip()
    return Item(key, made.get("label") or key, made.get("category") or "", kind, options)


def _head(one: Respondent) -> tuple[str, ...]:
    return one.key, one.name, one.status, one.initiative, one.group


def _column(key: str) -> str:
    return f"item:{key}" if key.lower() in HEAD or key.startswith("item:") else key


def _key(name: str) -> str:
    return name.removeprefix("item:")


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(map(guarded, header))
    writer.writerows(map(_guarded, rows))
    return stream.getvalue()


def _guarded(row: Sequence[str]) -> list[str]:
    """A negative number is no formula; anything else that a sheet program would run is defused."""
    return [cell if cells.NUMBER.fullmatch(cell) else guarded(cell) for cell in row]


@contextmanager
def _records(path: Path) -> Iterator[Iterator[tuple[int, Sequence[str]]]]:
    """Number (from 1) and cells of each row of a sheet, the header first."""
    if workbooks.is_workbook(path):
        _refuse_merged(path)
        yield workbooks.records(path)
        return
    encoding = text_encoding(path)
    with open_bytes(path, _MOST_BYTES, suffixes=TABLE_SUFFIXES) as stream:
        text = io.TextIOWrapper(stream, encoding, newline="")
        first = text.readline()
        delimiter = max(",;\t", key=first.count)
        rows = csv.reader(chain([first], text), delimiter=delimiter)
        yield _numbered(path, rows)


def _numbered(path: Path, rows: Iterator[list[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        yield from enumerate(rows, 1)
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnreadableFileError(
            f"{path.name}: {error}.", hint="Look for a quotation mark that is never closed.", file=str(path)
        ) from error


def _refuse_merged(path: Path) -> None:
    """Only the first cell of a merged range has a value: the others would pass for missing answers."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    ranges = book.get_sheet_by_name(book.sheet_names[0]).merged_cell_ranges if book.sheet_names else None
    if ranges:
        places = [f"{_cell_name(*start)}:{_cell_name(*end)}" for start, end in ranges]
        raise BadSurveyError(
            f"{path.name} has merged cells: {', '.join(places[:10])}. Whose answer they hold cannot be told.",
            hint="Unmerge them, write the value into each cell, and read the file again.",
            ranges=places,
        )


def _cell_name(row: int, column: int) -> str:
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _json(path: Path) -> Any:
    with open_bytes(path, MAX_UNPACKED) as stream:
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise BadSurveyError(f"{path.name} is not JSON: {error}.", hint="Export it again.") from None
