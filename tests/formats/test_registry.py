"""The list of formats: every row resolves, names are told where one is wrong."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import learnwork.formats
from learnwork.formats.model import Format
from learnwork.formats.registry import FORMATS, TABLE, format_named
from learnwork.vocabulary.errors import UnknownFormatError


@pytest.mark.parametrize("name", TABLE)
def test_every_row_is_a_format_of_that_name(name: str) -> None:
    assert isinstance(FORMATS[name], Format)
    assert FORMATS[name].name == name
    assert FORMATS[name].label


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(UnknownFormatError, match="There is no format 'xml'") as caught:
        format_named("xml")
    assert "ctdl" in caught.value.hint
    assert "xml" not in FORMATS


DOCS = Path(__file__).parents[2] / "docs" / "reference" / "formats"
SOURCES = Path(learnwork.formats.__file__).parent


def test_the_index_of_the_reference_names_every_format() -> None:
    index = (DOCS / "index.md").read_text("utf-8")
    assert [name for name in TABLE if f"`{name}`" not in index] == []


@pytest.mark.parametrize(
    ("page", "modules"),
    [
        ("ctdl.md", ("ctdl", "ctdl_documents", "ctdl_files", "json_spans")),
        ("ecosystem.md", ("ecosystem", "ecosystem_claims", "ecosystem_documents", "ecosystem_guide")),
    ],
)
def test_the_reference_lists_every_code_of_an_issue(page: str, modules: tuple[str, ...]) -> None:
    codes = set()
    for module in modules:
        for call in ast.walk(ast.parse((SOURCES / f"{module}.py").read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Issue", "BadJsonError"):
                code = call.args[0]
                codes |= {code.value} if isinstance(code, ast.Constant) else set()
    listed = set(
        re.findall(r"^\| `([a-z0-9-]+)` \| (?:error|warning|advice)", (DOCS / page).read_text("utf-8"), re.M)
    )
    assert codes == listed
