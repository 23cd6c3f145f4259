"""Two engines for one SQL: DuckDB in the process, Spark on a cluster. Parquet in, Parquet out.

    with duckdb_engine() as engine:                      # or spark_engine(master="spark://…")
        engine.read("sources", Path("sources.parquet"))
        engine.view("small", "SELECT * FROM sources WHERE …")
        engine.rows("SELECT …")

Statements use what both understand. Where the two spell one thing differently there is a word in `Dialect`: three.
Results are made the same by what is asked, not by hope: sums are of whole numbers (an order of addition cannot
show), orders end with a key, and text is folded to plain letters before it is measured.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from learnwork.vocabulary.errors import LearnworkError

Row = tuple[Any, ...]
MASTER = "local[*]"
"""Spark on all cores of this machine."""


class EngineName(StrEnum):
    """The engines, as they are asked for."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class EngineMissingError(LearnworkError):
    """The engine that was asked for is not installed, or cannot start."""

    code = "engine-missing"


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where two engines spell one thing differently: templates with the places {0}, {1}."""

    letters: str
    """{0} with every run of other characters than a–z and 0–9 replaced by one space."""
    rows_of_words: str
    """A row for each distinct part of {0} between spaces."""
    whole: str
    """{0} as a whole number, halves away from zero."""


DUCKDB = Dialect(
    letters="regexp_replace({0}, '[^a-z0-9]+', ' ', 'g')",
    rows_of_words="unnest(list_distinct(string_split({0}, ' ')))",
    whole="CAST(round({0}) AS INTEGER)",
)
SPARK = Dialect(
    letters="regexp_replace({0}, '[^a-z0-9]+', ' ')",
    rows_of_words="explode(array_distinct(split({0}, ' ')))",
    whole="CAST(round({0}) AS INTEGER)",
)


class Engine(Protocol):
    """What bulk work asks of an engine."""

    dialect: Dialect

    def read(self, name: str, path: Path) -> None:
        """Make a Parquet file, or a folder of them, a table."""

    def view(self, name: str, statement: str) -> None:
        """Name the result of a statement; worked out once and kept, as later statements ask for it several times."""

    def rows(self, statement: str) -> list[Row]:
        """The whole result; for small ones."""

    def write(self, statement: str, path: Path) -> None:
        """The result as a folder of Parquet files."""


Opened = Callable[[], AbstractContextManager[Engine]]
"""Gives an engine for one piece of work."""


class DuckEngine:
    """DuckDB in this process; spills to a temporary folder where memory ends."""

    dialect = DUCKDB

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def read(self, name: str, path: Path) -> None:
        """See Engine."""
        files = str(path / "*.parquet") if path.is_dir() else str(path)
        relation = self._connection.read_parquet(files)
        relation.create_view(name, replace=True)

    def view(self, name: str, statement: str) -> None:
        """See Engine."""
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {statement}")

    def rows(self, statement: str) -> list[Row]:
        """See Engine."""
        return [tuple(row) for row in self._connection.execute(statement).fetchall()]

    def write(self, statement: str, path: Path) -> None:
        """See Engine."""
        path.mkdir(parents=True, exist_ok=True)
        self._connection.sql(statement).write_parquet(str(path / "part-0.parquet"))


class SparkEngine:
    """Spark, wherever its session runs; the same statements, spread over its workers."""

    dialect = SPARK

    def __init__(self, session: Any) -> None:
        self._session = session

    def read(self, name: str, path: Path) -> None:
        """See Engine."""
        self._session.read.parquet(str(path)).createOrReplaceTempView(name)

    def view(self, name: str, statement: str) -> None:
        """See Engine."""
        frame = self._session.sql(statement).persist()
        frame.createOrReplaceTempView(name)

    def rows(self, statement: str) -> list[Row]:
        """See Engine."""
        return [tuple(row) for row in self._session.sql(statement).collect()]

    def write(self, statement: str, path: Path) -> None:
        """See Engine."""
        self._session.sql(statement).write.mode("overwrite").parquet(str(path))


@contextmanager
def duckdb_engine(*, threads: int | None = None, memory: str = "2GB") -> Iterator[DuckEngine]:
    """An empty DuckDB for one piece of work."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="learnwork-bulk-") as folder:
        config: dict[str, Any] = {"memory_limit": memory, "temp_directory": folder}
        if threads is not None:
            config["threads"] = threads
        connection = duckdb.connect(":memory:", config=config)
        try:
            yield DuckEngine(connection)
        finally:
            connection.close()


@contextmanager
def spark_engine(master: str = MASTER, *, partitions: int = 8, memory: str = "1g") -> Iterator[SparkEngine]:
    """A Spark session for one piece of work: `local[*]`, `local-cluster[2,1,1024]` or the address of a cluster."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineMissingError(
            "Spark is not installed.", hint="Install learnwork[spark] and a Java runtime, or use DuckDB."
        ) from error
    # Workers run the Python of this process; what another installation left in the environment is not theirs.
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    with tempfile.TemporaryDirectory(prefix="learnwork-spark-") as folder:
        settings = {
            # A machine may not resolve its own name; workers on it must find the driver all the same.
            **(
                {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
                if "local" in master
                else {}
            ),
            "spark.sql.shuffle.partitions": str(partitions),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            # Planning anew after each step costs more than it saves where steps are short and partitions are chosen.
            "spark.sql.adaptive.enabled": "false",
            "spark.sql.catalogImplementation": "in-memory",
            "spark.executor.memory": memory,
            "spark.sql.warehouse.dir": folder,
            "spark.local.dir": folder,
            "spark.checkpoint.dir": folder,
            "spark.sql.session.timeZone": "UTC",
            "spark.log.level": "ERROR",
        }
        builder = SparkSession.builder.master(master).appName("learnwork")
        for key, value in settings.items():
            builder = builder.config(key, value)
        try:
            session = builder.getOrCreate()
        except Exception as error:
            raise EngineMissingError(
                f"Spark could not start on {master}.",
                hint="It needs a Java runtime of version 17 or later (java -version), and a cluster that answers.",
            ) from error
        try:
            yield SparkEngine(session)
        finally:
            session.stop()


def opened(name: EngineName, master: str = MASTER) -> Opened:
    """The engine of that name. master: where Spark runs."""
    return partial(spark_engine, master) if name is EngineName.SPARK else partial(duckdb_engine, memory="1GB")
