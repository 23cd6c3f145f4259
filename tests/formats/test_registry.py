"""The list of formats: every row resolves, names are told where one is wrong."""

from __future__ import annotations

import pytest

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
