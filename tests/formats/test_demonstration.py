"""The demonstration: facts only, small, every row with its source, and read by the readers of the real files."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from learnwork.demonstration import FOLDER, RECIPE, UNITED_STATES
from learnwork.formats.declarations import declaration
from learnwork.formats.model import Area, Group, Issue, Item, Observed, Options, Said
from learnwork.formats.recipes import read_recipe
from learnwork.formats.registry import open_readings
from learnwork.vocabulary.ctid import derived_ctid

ROOT = Path(__file__).parent.parent.parent
TABLES = sorted(FOLDER.glob("*/*.csv.gz"))
SENTENCES = {"description", "featuresdescription", "prerequisites"}


@cache
def rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def loaded(name: str) -> list[Item]:
    steps = [step for step in read_recipe(RECIPE) if step.format == name]
    return [item for step in steps for reading in open_readings(*step[:3]) for item in reading.items()]


def listed() -> list[dict[str, object]]:
    entries: list[dict[str, object]] = yaml.safe_load((FOLDER / "SOURCES.yaml").read_text("utf-8"))
    return entries


def test_it_is_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()}
    assert {name: size for name, size in sizes.items() if size > 1_000_000} == {}
    assert 1_000_000 < sum(sizes.values()) < 6_000_000


def test_every_file_is_listed_with_licence_and_digest() -> None:
    files = {
        str(path.relative_to(FOLDER))
        for path in [*TABLES, *FOLDER.glob("ecosystem/*.yaml"), *FOLDER.glob("surveys/*.yaml")]
    }
    assert {entry["file"] for entry in listed()} == files
    for entry in listed():
        assert all(entry[name] for name in ("name", "publisher", "url", "licence", "release")), entry["file"]
        assert re.fullmatch(r"[0-9a-f]{64}", str(entry["sha256"]))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_row_has_its_source_and_licence(path: Path) -> None:
    said = {(row["source"], row["licence"]) for row in rows(path)}
    [(source, licence)] = said
    assert licence == declaration(source).licence
    entry = next(entry for entry in listed() if entry["file"] == str(path.relative_to(FOLDER)))
    assert (entry["rows"], entry["columns"]) == (len(rows(path)), [*rows(path)[0]][:-2])


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_no_row_has_a_sentence_or_a_way_to_reach_a_person(path: Path) -> None:
    contact = re.compile(r"\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b|\S+@\S+\.\S+")
    columns = set(rows(path)[0])
    assert not {name for name in columns if re.search(r"phone|fax|email|contact|chf|officer|admin", name)}
    for row in rows(path):
        assert not any(row[name] for name in columns & SENTENCES)
        assert not any(contact.search(cell) for cell in row.values()), row


def test_the_bytes_are_the_same_on_every_machine() -> None:
    for path in TABLES:
        head = path.read_bytes()[:10]
        assert head[:3] == b"\x1f\x8b\x08"
        assert head[3:8] == bytes(5), f"{path.name} carries a name or a time"


def test_every_step_of_the_recipe_is_read_without_a_file_being_refused() -> None:
    steps = read_recipe(RECIPE)
    order = [step.format for step in steps]
    assert order == [
        "cip",
        "soc",
        "cip-soc",
        "ipeds",
        "scorecard",
        "etpl",
        "oews",
        "projections",
        "onet",
        "esco",
        "ecosystem",
    ]
    for name in order:
        items = loaded(name)
        assert any(not isinstance(item, Issue) for item in items), name
        errors = [item for item in items if isinstance(item, Issue) and item.severity == "error"]
        assert len(errors) < 0.02 * len(items), (name, errors[:3])


def test_the_two_welding_programs_of_camden_are_there_with_their_figure() -> None:
    provider = derived_ctid("etpl.us-nj-etpl.provider", "68")
    welding = {
        item.key: item.document()["ceterms:name"]["en"]
        for item in loaded("etpl")
        if isinstance(item, Said) and item.key in ("program:40812", "program:47097")
    }
    assert sorted(welding.values()) == ["Introduction to Welding Technology", "Welding"]
    [wage] = [
        item
        for item in loaded("etpl")
        if isinstance(item, Observed)
        and isinstance(item.subject, Group)
        and (item.subject.provider, item.subject.field) == (provider, "48.0508")
        and item.measure == "etpl.quarterly_wage_q2"
    ]
    assert (wage.value, wage.base) == (6821, 31)


def test_programs_reported_in_five_years_and_their_awards_are_there() -> None:
    items = loaded("ipeds")
    assert len({item.key for item in items if isinstance(item, Said) and "/" in item.key}) > 5_000
    assert {item.period for item in items if isinstance(item, Observed)} == {
        str(year) for year in range(2020, 2025)
    }


def test_wages_are_of_the_nation_the_state_and_the_areas_that_touch_it() -> None:
    areas = {item.key: item.name for item in loaded("oews") if isinstance(item, Area)}
    assert {"us", "state:NJ", "msa:37980"} <= set(areas)
    assert len(areas) == 8
    welders = derived_ctid("soc2018", "51-4121")
    median = [
        item
        for item in loaded("oews")
        if isinstance(item, Observed)
        and (item.subject, item.measure, item.area) == (welders, "oews.annual_median", "state:NJ")
    ]
    assert len(median) == 1
    assert 40_000 < (median[0].value or 0) < 90_000


def test_the_recipe_for_the_nation_is_whole(tmp_path: Path) -> None:
    """It is read against empty files of the names that the publishers give."""
    content = yaml.safe_load(UNITED_STATES.read_text("utf-8"))
    for step in content["steps"]:
        for pattern in step["files"]:
            path = tmp_path / pattern.replace("20*", "2024").replace("*", "2025")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch() if path.suffix else path.mkdir(exist_ok=True)
    steps = read_recipe(UNITED_STATES, tmp_path)
    assert [step.format for step in steps] == [step["format"] for step in content["steps"]]


@pytest.mark.big
def test_the_recipe_for_the_nation_finds_the_real_files(shared_data: Path) -> None:
    steps = read_recipe(UNITED_STATES, shared_data)
    assert sum(len(step.paths) for step in steps if step.format == "ipeds") == 10
    assert len(steps) == 12


@cache
def compiler() -> ModuleType:
    specification = importlib.util.spec_from_file_location(
        "compile_demonstration", ROOT / "tools/compile_demonstration.py"
    )
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


@pytest.mark.big
def test_what_is_committed_is_what_the_compiler_makes(shared_data: Path) -> None:
    made = compiler().build(shared_data)
    assert {
        name: len(content) for name, content in made.items() if (FOLDER / name).read_bytes() != content
    } == {}


@pytest.mark.big
def test_the_compiled_wages_say_what_the_database_says(shared_data: Path) -> None:
    [reading] = open_readings("oews", [shared_data / "us/bls/oews-2025.sqlite.gz"], Options(state="NJ"))
    original = _figures(reading.items())
    assert _figures(iter(loaded("oews"))) == original
    assert len(original) > 74_000


def _figures(items: Iterator[Item]) -> set[Observed]:
    return {item._replace(row=0) for item in items if isinstance(item, Observed)}
