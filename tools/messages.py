"""Collect every string that a reader meets into the catalogues, and compile them. Needs no GNU gettext.

usage: python tools/messages.py [--check]

Reads templates ({% translate %}, {% blocktranslate %}, |counted), Python (gettext and its kin, count()), and labels of
the vocabulary (types, measures, facets, award levels). What is translated already is kept; what is said no more is
dropped; what is new stays empty and is shown in English. --check writes nothing and leaves with code 1 where a
catalogue is not what this would write.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "learnwork"
LANGUAGES = {"es": "nplurals=2; plural=(n != 1);"}
# Text → (plural, context, places). A place is a file, without a line: lines move with every edit.
Key = tuple[str, str, str]
_ONE = {"_": 1, "sentence": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1}
_MANY = {"ngettext": 2, "ngettext_lazy": 2}
_TRANSLATE = re.compile(
    r"""\{%\s*trans(?:late)?\s+(?:"([^"]+)"|'([^']+)')(?:\s+context\s+["']([^"']+)["'])?[^%]*%\}"""
)
_BLOCK = re.compile(
    r"\{%\s*blocktrans(?:late)?\b([^%]*)%\}(.*?)(?:\{%\s*plural\s*%\}(.*?))?\{%\s*endblocktrans(?:late)?\s*%\}",
    re.DOTALL,
)
_QUOTED = re.compile(r"""_\((?:"([^"]+)"|'([^']+)')\)""")
_COUNTED = re.compile(r'\|counted:"([^",]+),([^"]+)"')
_VARIABLE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


def main(arguments: list[str]) -> int:
    found = collected()
    stale = []
    for language, plurals in LANGUAGES.items():
        folder = SOURCE / "locale" / language / "LC_MESSAGES"
        po = folder / "django.po"
        made = catalogue(found, po, language, plurals)
        texts = {po: str(made).encode(), folder / "django.mo": made.to_binary()}
        stale += [path for path, text in texts.items() if not path.is_file() or path.read_bytes() != text]
        if "--check" not in arguments:
            folder.mkdir(parents=True, exist_ok=True)
            for path, text in texts.items():
                path.write_bytes(text)
            print(f"{language}: {len(made)} texts, {made.percent_translated()}% translated")
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: run python tools/messages.py")
        return 1 if stale else 0
    return 0


def catalogue(found: dict[Key, set[str]], former: Path, language: str, plurals: str) -> polib.POFile:
    """The catalogue of a language: what is said, with what the former one has for it. Sorted, without dates."""
    known = (
        {(e.msgid, e.msgid_plural, e.msgctxt or ""): e for e in polib.pofile(str(former))}
        if former.is_file()
        else {}
    )
    made = polib.POFile(wrapwidth=110)
    made.metadata = {
        "Project-Id-Version": "learnwork",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plurals,
    }
    for (text, plural, context), places in sorted(found.items()):
        old = known.get((text, plural, context))
        entry = polib.POEntry(
            msgid=text,
            msgid_plural=plural,
            msgctxt=context or None,
            occurrences=[(place, "") for place in sorted(places)],
            flags=["python-format"] if "%(" in text else [],
        )
        if plural:
            entry.msgstr_plural = dict(old.msgstr_plural) if old else {0: "", 1: ""}
        else:
            entry.msgstr = old.msgstr if old else ""
        made.append(entry)
    return made


def collected() -> dict[Key, set[str]]:
    found: dict[Key, set[str]] = {}
    for path, texts in sorted(_files()):
        for key in texts:
            found.setdefault(key, set()).add(path)
    # A text that has a plural somewhere serves where it stands alone too: a catalogue holds each text once.
    for text, plural, context in list(found):
        if plural and (text, "", context) in found:
            found[(text, plural, context)] |= found.pop((text, "", context))
    return found


def _files() -> Iterator[tuple[str, list[Key]]]:
    for path in SOURCE.rglob("*"):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield name, list(of_python(path.read_text()))
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            yield name, list(of_template(path.read_text()))
    yield "src/learnwork/vocabulary", list(of_vocabulary())
    yield "src/learnwork/records", list(of_records())


def of_records() -> Iterator[Key]:
    """The sentences of verdicts, which tools/compile_sentences.py read out of the library."""
    from learnwork.records.sentences import templates

    for text in templates():
        yield text, "", ""


def of_python(text: str) -> Iterator[Key]:
    """Literal arguments of the functions that translate; `count(n, "program")` makes its plural itself."""
    for call in ast.walk(ast.parse(text)):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        words = [
            one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else None
            for one in call.args
        ]
        if name in _ONE and words[:1] and words[0]:
            yield words[0], "", ""
        elif name in _MANY and len(words) >= 2 and words[0] and words[1]:
            yield words[0], words[1], ""
        elif name == "pgettext" and len(words) >= 2 and words[0] and words[1]:
            yield words[1], "", words[0]
        elif name == "count" and len(words) >= 2 and words[1]:
            yield words[1], (words[2] if len(words) > 2 and words[2] else f"{words[1]}s"), ""


def of_template(text: str) -> Iterator[Key]:
    for double, single, context in _TRANSLATE.findall(text):
        yield double or single, "", context
    for double, single in _QUOTED.findall(text):
        yield double or single, "", ""
    for options, one, many in _BLOCK.findall(text):
        trimmed = "trimmed" in options.split()
        yield _message(one, trimmed), _message(many, trimmed) if many else "", ""
    for one, many in _COUNTED.findall(text):
        yield one, many, ""


def _message(text: str, trimmed: bool) -> str:
    """As Django builds it: variables as %(name)s, a per cent sign doubled where it stands for itself."""
    if trimmed:
        text = " ".join(line.strip() for line in text.strip().splitlines())
    return _VARIABLE.sub(lambda match: f"%({match[1]})s", text.replace("%", "%%"))


def of_vocabulary() -> Iterator[Key]:
    """Labels of types and their properties, of measures, facets, levels, CTDL's terms, and words of closed lists."""
    from learnwork.search.facets import BANDS, CHOICES, SORT_LABELS
    from learnwork.search.labels import PLAIN
    from learnwork.vocabulary.codes import award_levels
    from learnwork.vocabulary.measures import by_key
    from learnwork.vocabulary.source_words import WORDS
    from learnwork.vocabulary.terms import vocabulary
    from learnwork.vocabulary.types import all_types

    words: list[str] = [*SORT_LABELS.values(), *PLAIN.values()]
    words += [one.label for one in (*CHOICES.values(), *BANDS.values())]
    words += [band.unit for band in BANDS.values() if band.unit != "$"]
    words += [level.label for level in award_levels.values()]
    for measure in by_key.values():
        words += [measure.label, measure.help, measure.horizon, measure.unit.partition(" ")[2]]
    for type_ in all_types():
        words += [type_.label, type_.plural, *(prop.label for prop in (*type_.properties, *type_.parts))]
        words += [one.label for one in type_.incoming]
    known = vocabulary()
    words += [
        one.label for named in (known.classes, known.concepts, known.properties) for one in named.values()
    ]
    words += sorted(WORDS)
    for word in dict.fromkeys(words):
        if word:
            yield word, "", ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
