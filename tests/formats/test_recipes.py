"""Recipes: resolved in order, and refused with the step and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnwork.formats.recipes import read_recipe
from learnwork.vocabulary.errors import BadMappingError, LearnworkError, UnreadableFileError


def recipe(folder: Path, text: str) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_it_works(tmp_path: Path) -> None:
    (tmp_path / "ipeds").mkdir()
    for name in ("hd2024.csv", "hd2023.csv", "c2024_a.csv"):
        (tmp_path / "ipeds" / name).touch()
    steps = read_recipe(
        recipe(
            tmp_path,
            "name: Mine\nsteps:\n- {format: soc}\n"
            "- format: ipeds\n  files: [ipeds/hd*.csv, ipeds/*.csv]\n"
            "  options: {state: NJ, release: 2024, industries: all}\n",
        )
    )
    assert [(step.format, [path.name for path in step.paths]) for step in steps] == [
        ("soc", []),
        ("ipeds", ["hd2023.csv", "hd2024.csv", "c2024_a.csv"]),
    ]
    options = steps[1].options
    assert (options.state, options.release, options.source) == ("NJ", "2024", None)
    assert options.extra == {"industries": "all"}


def test_files_are_looked_for_below_the_root_that_is_given(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "onet").mkdir(parents=True)
    (data / "mine.yaml").touch()
    path = recipe(tmp_path, "steps: [{format: onet, files: [onet], options: {source: mine.yaml}}]")
    [step] = read_recipe(path, data)
    assert step.paths == (data / "onet",)
    assert step.options.source == data / "mine.yaml"


def test_a_missing_file_is_an_error_that_names_step_and_file(tmp_path: Path) -> None:
    path = recipe(tmp_path, "steps: [{format: soc}, {format: oews, files: [wages/*.gz]}]")
    with pytest.raises(
        UnreadableFileError, match=r"step 2 \(oews\): there is no file wages/\*\.gz"
    ) as caught:
        read_recipe(path)
    assert "optional: true" in caught.value.hint


def test_an_optional_step_without_its_files_is_left_out(tmp_path: Path) -> None:
    path = recipe(tmp_path, "steps: [{format: soc}, {format: oews, files: [wages/*.gz], optional: true}]")
    assert [step.format for step in read_recipe(path)] == ["soc"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("steps: []", "`steps` is not a list"),
        ("name: x", "`steps` is not a list"),
        ("steps: [soc]", "step 1 does not hold"),
        ("steps: [{format: floppy}]", "format 'floppy'"),
        ("steps: [{format: soc, file: x}]", "has file"),
        ("steps: [{format: soc, files: x}]", "`files` is not a list"),
        ("steps: [{format: soc, files: [/etc/passwd]}]", "not a path below the root"),
        ("steps: [{format: soc, files: [../x]}]", "not a path below the root"),
        ("steps: [{format: soc, files: ['']}]", "not a path below the root"),
        ("steps: [{format: soc, options: {source: ../x}}]", "not a path below the root"),
        ("steps: [{format: soc, options: {state: NO}}]", "not text"),
        ("steps: [{format: soc, options: [x]}]", "`options` does not hold"),
        ("steps: [{format: soc, optional: maybe}]", "`optional` is 'maybe'"),
        ("steps: [{format: soc}]\nspeed: 3", "the recipe has speed"),
    ],
)
def test_a_wrong_recipe_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadMappingError) as caught:
        read_recipe(recipe(tmp_path, text))
    assert says in caught.value.message
    assert caught.value.hint


def test_a_root_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no folder"):
        read_recipe(recipe(tmp_path, "steps: [{format: soc}]"), tmp_path / "nowhere")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(pattern=st.text(max_size=30))
def test_no_pattern_leaves_the_root(tmp_path: Path, pattern: str) -> None:
    import yaml

    inside = tmp_path / "inside"
    inside.mkdir(exist_ok=True)
    (inside / "one.csv").touch()
    text = yaml.safe_dump({"steps": [{"format": "sheet", "files": [pattern], "optional": True}]})
    try:
        steps = read_recipe(recipe(tmp_path, text), inside)
    except LearnworkError:
        return
    assert all(path.resolve().is_relative_to(inside.resolve()) for step in steps for path in step.paths)


_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from(["soc", "ipeds", "*"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["format", "files", "options", "optional", "note", "x"]), inner, max_size=4
        ),
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_values)
def test_any_recipe_is_read_or_refused(tmp_path: Path, steps: object) -> None:
    import yaml

    path = recipe(tmp_path, yaml.safe_dump({"steps": steps}))
    try:
        found = read_recipe(path)
    except LearnworkError:
        return
    assert all(step.format for step in found)
