"""What every test stands on: which database, where data lie, how much Hypothesis tries.

The database is SQLite in a temporary folder, or what LEARNWORK_TEST_DATABASE_URL names; the same tests run on
both. The environment is set here, before Django reads its settings.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from learnwork.bulk.engines import SparkEngine

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
_data = tempfile.mkdtemp(prefix="learnwork-tests-")

for _name in list(os.environ):
    if _name.startswith("LEARNWORK_") and _name != "LEARNWORK_TEST_DATABASE_URL":
        del os.environ[_name]
os.environ["LEARNWORK_DATA"] = _data
os.environ["LEARNWORK_SECRET_KEY"] = "only for tests"
os.environ["LEARNWORK_BULK_HOURS"] = "0"
DATABASE_URL = os.environ.get("LEARNWORK_TEST_DATABASE_URL", "")
if DATABASE_URL:
    os.environ["LEARNWORK_DATABASE_URL"] = DATABASE_URL
os.environ["DJANGO_SETTINGS_MODULE"] = "learnwork.web.settings"
# Playwright keeps an event loop in the thread that runs the test, where Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

_slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
for _profile, _examples in {"ci": 40, "here": 100, "long": 5000}.items():
    hypothesis_settings.register_profile(
        _profile,
        max_examples=_examples,
        derandomize=_profile == "ci",
        deadline=None,
        suppress_health_check=_slow,
    )
_default_profile = "ci" if os.environ.get("CI") else "here"
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", _default_profile))

_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "installation", "copied"}


def pytest_configure() -> None:
    """Read Django's settings now that the environment is set; pytest-django goes on once they are read."""
    from django.conf import settings

    assert str(settings.DATA) == _data, "Django's settings were read too early: unset DJANGO_SETTINGS_MODULE"
    # The workers of xdist inherit the environment, and would read the settings before this file.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches a database, to be run again on another; keep browser tests on one worker."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & _DATABASE_FIXTURES:
            item.add_marker(pytest.mark.database)
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
        if "spark" in fixtures:  # one cluster, whichever worker has it
            item.add_marker(pytest.mark.xdist_group("spark"))


def pytest_unconfigure() -> None:
    shutil.rmtree(_data, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file, as in life: in memory it knows no second connection and no journal."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(Path(_data) / "test.sqlite3")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; the test is skipped, loudly, where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data is not beside this checkout (../shared/data)")
    return SHARED_DATA


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkEngine]:
    """Spark with two worker processes of one core; skipped, loudly, without Java."""
    from learnwork.bulk.engines import spark_engine

    if shutil.which("java") is None:
        pytest.skip("Spark needs a Java runtime: apt-get install default-jre-headless")
    with spark_engine("local-cluster[2,1,1024]", partitions=2) as engine:
        yield engine


@contextmanager
def an_installation(folder: Path, like: dict[str, str] | None = None) -> Iterator[dict[str, str]]:
    """The environment of an installation in a folder, empty or a copy of another one.

    On PostgreSQL it has a database of its own, which is dropped afterwards.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        # Without cached bytecode every process would spend two thirds of its time on compiling.
        if not name.startswith(("LEARNWORK_", "DJANGO_", "PYTHONDONTWRITEBYTECODE"))
    }
    environment |= {"LEARNWORK_DATA": str(folder / "data"), "NO_COLOR": "1", "COLUMNS": "120"}
    environment["LEARNWORK_BULK_HOURS"] = "0"
    if like:
        shutil.copytree(like["LEARNWORK_DATA"], folder / "data")
    if not DATABASE_URL:
        yield environment
        return
    import psycopg

    name = f"installation_{uuid4().hex}"
    template = urlsplit(like["LEARNWORK_DATABASE_URL"]).path.lstrip("/") if like else "template1"
    url = urlunsplit(urlsplit(DATABASE_URL)._replace(path=f"/{name}"))
    with psycopg.connect(DATABASE_URL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield environment | {"LEARNWORK_DATABASE_URL": url}
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of an empty installation, for tests that run `learnwork` as a process."""
    with an_installation(tmp_path) as environment:
        yield environment


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's Chromium, without the sandbox that it cannot build inside a container."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if not found:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    return {"executable_path": found, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}
