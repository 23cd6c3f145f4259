"""One small index for all tests that only read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.search.corpus import RECORDS, build


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("index"), RECORDS)
