"""The notebook of the documentation does what it says: from nothing to a chart in ten lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from pytest_django.live_server_helper import LiveServer

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebooks" / "from-nothing-to-a-chart.ipynb"


def cells() -> list[str]:
    read = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(read)
    return [cell.source for cell in read.cells if cell.cell_type == "code"]


def test_it_is_ten_lines() -> None:
    imports, _, lines = cells()[0].partition("\n\nAPI")
    assert imports.split() == ["import", "os", "import", "httpx", "import", "vl_convert"]
    assert len(f"API{lines}".splitlines()) == 10


def test_it_runs(
    transactional_db: None,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.web import world

    from learnwork.search.follow import rebuild

    world.load()
    rebuild()
    monkeypatch.setenv("SITE", live_server.url)
    known: dict[str, Any] = {}
    drawing, naming = cells()
    exec(drawing, known)  # noqa: S102 - it is our own notebook
    assert eval(naming, known) == ["Made source codes"]  # noqa: S307 - likewise
    assert {row["occupation"]: row["wage"] for row in known["rows"]} == {"Welders": 53750.0, "Surgeons": None}
    assert known["svg"].startswith("<svg")
    assert "Welders" in known["svg"]
