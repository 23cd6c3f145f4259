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
    assert len([line for line in cells()[0].splitlines() if line.strip()]) == 10


def test_it_runs(
    transactional_db: None,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from tests.web import world

    from learnwork.search.follow import rebuild

    world.load()
    rebuild()
    monkeypatch.setenv("SITE", live_server.url)
    known: dict[str, Any] = {}
    for cell in cells():
        exec(cell, known)  # noqa: S102 - it is our own notebook
    assert known["rows"] == [{"occupation": "Welders", "wage": 53750.0, "source": "Made source codes"}]
    assert known["svg"].startswith("<svg")
    assert "Welders" in known["svg"]
    assert "Made source codes" in capsys.readouterr().out
