"""Technology skills of O*NET as a framework: software and tools under the commodities they belong to.

Apart from `onet`, because there are as many of them as of everything else together; an occupation names them as text
there, and here as what it takes. Given as the file `Technology Skills`, or the folder of the release.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.files import rows
from learnwork.formats.framework_documents import Frame, Statement, framework_items, said_of
from learnwork.formats.model import Document, Format, Identifier, Item, Options, Reading
from learnwork.formats.onet import CODE, TECHNOLOGY, onet_release, table_name
from learnwork.formats.onet_documents import PUBLISHER
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import UnreadableFileError

VERSION = "onet-technology-1"
FRAMEWORK = derived_ctid("onet.framework", "technology")
_PAGE = "https://www.onetcenter.org/dictionary/29.3/excel/technology_skills.html"
_COLUMNS = (CODE, "title", "example", "commodity code", "commodity title")

ctid_of = partial(derived_ctid, "onet.technology")


def open_technology(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading. The release is named as that of `onet` is."""
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    path = next((file for file in files if table_name(file) == TECHNOLOGY), None)
    if path is None:
        raise UnreadableFileError(
            "There is no table of technology skills there.", hint="Give Technology_Skills.xlsx or its folder."
        )
    source = read_declaration(options.source) if options.source else declaration("onet-technology")
    release = onet_release(paths, {TECHNOLOGY: path}, options.release)
    return [Reading(source, release, partial(_items, path), snapshot=True)]


def _items(path: Path) -> Iterator[Item]:
    commodities: dict[str, Statement] = {}
    places: dict[str, dict[str, None]] = {}
    first: dict[str, str] = {}
    hot: set[str] = set()
    occupations: dict[str, tuple[str, dict[str, None]]] = {}
    for number, row in rows(path, required=_COLUMNS):
        place, code, example = f"{path.name} row {number}", row["commodity code"], row["example"]
        if code and code not in commodities:
            commodities[code] = _commodity(code, row["commodity title"], place)
        places.setdefault(example, {}).update({code: None} if code else {})
        first.setdefault(example, place)
        if row.get("hot technology") == "Y":
            hot.add(example)
        occupations.setdefault(row[CODE], (row["title"], {}))[1][ctid_of(_key(example))] = None
    statements = [
        *commodities.values(),
        *(
            _example(example, tuple(above), example in hot, first[example])
            for example, above in places.items()
        ),
    ]
    yield from framework_items(_frame(), statements, ctid_of, VERSION)
    for code, (title, taken) in occupations.items():
        document: Document = {
            "@type": "ceterms:Occupation",
            "ceterms:ctid": derived_ctid("onet", code),
            "ceterms:name": {"en": title},
            "ceasn:skillEmbodied": list(taken),
        }
        yield said_of(f"occupation {code}", document, VERSION, path.name, Identifier("onet", code))


def _frame() -> Frame:
    terms: Document = {
        "ceasn:publisherName": {"en": [PUBLISHER]},
        "ceasn:source": [_PAGE],
        "ceasn:license": "https://creativecommons.org/licenses/by/4.0/",
        "ceasn:inLanguage": ["en"],
    }
    return Frame("framework", FRAMEWORK, "O*NET technology skills", terms=terms)


def _key(example: str) -> str:
    return f"example {example}"


def _commodity(code: str, title: str, place: str) -> Statement:
    terms: Document = {"ceasn:codedNotation": code, "ceasn:competencyCategory": {"en": "Commodity"}}
    return Statement(code, title, terms=terms, place=place)


def _example(example: str, above: tuple[str, ...], is_hot: bool, place: str) -> Statement:
    terms: Document = {"ceasn:competencyCategory": {"en": "Technology skill"}}
    if is_hot:
        terms["lw:hotTechnology"] = True
    return Statement(_key(example), example, above, terms=terms, place=place)


def recognise(path: Path) -> bool:
    """The one table by itself; a folder is for `onet`."""
    return path.is_file() and table_name(path) == TECHNOLOGY


FORMAT = Format(
    "onet-technology", "O*NET technology skills as competencies", open_technology, recognise, VERSION
)
