"""Collect the sentences of learnwork.records, so that a page can say them in another language.

usage: python tools/compile_sentences.py [--check]

Verdicts and errors of the library are English sentences, made where they are needed. This reads them out of the source:
each text of more than one word, its variables as %(name)s, into src/learnwork/records/tables/sentences.json. By that
table `learnwork.records.sentences` takes a sentence apart, and tools/messages.py knows what is to be translated.
--check writes nothing and leaves with code 1 where the table is not what this would write.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORDS = ROOT / "src" / "learnwork" / "records"
TABLE = RECORDS / "tables" / "sentences.json"
# What makes records, or runs beside pages: their sentences are read on a terminal, by those who issue.
_BESIDE = {"__init__", "baking", "bulk", "issuing", "showing", "status_lists"}
_SENTENCE = re.compile(r"[A-Z“%].*[a-z]{2,}.* .*", re.DOTALL)
_END = re.compile(r"[.?!:]\)?$|: %\(\w+\)s$|%\(\w+\)s$")
_LETTERS = 8  # of a sentence without its variables: less could be anything
_MARKUP = re.compile(r"[<>^]|https?://%|-----")


def main(arguments: list[str]) -> int:
    text = json.dumps(sorted(set(collected())), ensure_ascii=False, indent=0) + "\n"
    if "--check" not in arguments:
        TABLE.write_text(text)
        print(f"{len(json.loads(text))} sentences")
        return 0
    same = TABLE.is_file() and TABLE.read_text() == text
    if not same:
        print(f"{TABLE.relative_to(ROOT)} is not up to date: run python tools/compile_sentences.py")
    return 0 if same else 1


def collected() -> Iterator[str]:
    for path in sorted(RECORDS.glob("*.py")):
        if path.stem not in _BESIDE:
            yield from of_module(path.read_text(), every=path.stem == "wording")


def of_module(text: str, *, every: bool = False) -> Iterator[str]:
    """The sentences of a module; `every`: also its parts of sentences, which are put together."""
    tree = ast.parse(text)
    passed_over = {id(node) for node in _not_said(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "piece":
            yield _template(node.args[0]) or ""
        if id(node) in passed_over:
            continue
        made = _template(node)
        if made is None or " " not in made or _MARKUP.search(made):
            continue
        letters = len(re.sub(r"%\(\w+\)s|[^A-Za-z]", "", made))
        whole = _SENTENCE.fullmatch(made) and _END.search(made)
        if letters >= _LETTERS and (whole or every):
            yield made


def _not_said(tree: ast.Module) -> Iterator[ast.AST]:
    """Docstrings, parts of f-strings, and what the table of checks says of a check (not of a record)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield first.value
        if isinstance(node, ast.JoinedStr):
            for value in node.values:
                yield value
                if isinstance(value, ast.FormattedValue) and isinstance(value.format_spec, ast.JoinedStr):
                    yield value.format_spec
                    yield from value.format_spec.values
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Known" and node.args:
            yield node.args[0]


def _template(node: ast.AST) -> str | None:
    """A text or an f-string with its variables named, None for every other node."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.replace("%", "%%")
    if not isinstance(node, ast.JoinedStr):
        return None
    made, names = "", dict[str, int]()
    for value in node.values:
        if isinstance(value, ast.Constant):
            made += str(value.value).replace("%", "%%")
        elif isinstance(value, ast.FormattedValue):
            name = _name(value.value)
            names[name] = names.get(name, 0) + 1
            made += f"%({name}{names[name] if names[name] > 1 else ''})s"
    return made


def _name(value: ast.expr) -> str:
    """What a variable is called: the last name in its expression."""
    found = [
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(value)
        if isinstance(node, ast.Name | ast.Attribute)
    ]
    words = [name for name in found if name not in ("len", "str", "error", "self", "join", "piece")]
    return (words or ["words"])[0].strip("_")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
