"""Source declarations: what a source is, what every release must contain, and how mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats.declarations import SOURCES, declaration, read_declaration, read_yaml
from learnwork.vocabulary.errors import BadMappingError, LearnworkError

LEAST = "key: us-winnemac\nname: A list\npublisher: Winnemac\nurl: https://example.org\nlicence: CC0-1.0\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "source.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_least_a_source_must_say(tmp_path: Path) -> None:
    found = read_declaration(written(tmp_path, LEAST))
    assert (found.key, found.trust, found.expects.withdrawn, found.expects.refused) == (
        "us-winnemac",
        50,
        0.2,
        0.05,
    )


def test_what_a_release_must_contain(tmp_path: Path) -> None:
    text = """expects:
  resources: {"": [3, null], "ceterms:Course": [1, 9]}
  observations: [null, 5]
  filled: {"ceterms:Course": {"ceterms:name": 1}}
  withdrawn: 0.5
"""
    expects = read_declaration(written(tmp_path, LEAST + text)).expects
    assert expects.resources == {"": (3, None), "ceterms:Course": (1, 9)}
    assert expects.observations == (None, 5)
    assert expects.filled == {"ceterms:Course": {"ceterms:name": 1.0}}
    assert expects.withdrawn == 0.5


@pytest.mark.parametrize("path", sorted(SOURCES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_declaration_that_is_shipped_reads(path: Path) -> None:
    assert declaration(path.stem).key == path.stem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("key: [", "line 1: not YAML"),
        ("a: 1\na: 2\n", "“a” stands twice"),
        ("a: &x 1\nb: *x\n", "aliases"),
        ("a: !!python/object/apply:os.system [id]\n", "not YAML"),
        ("- 1\n", "does not hold names"),
        ("", "does not hold names"),
        ("[" * 50_000, "nested too deeply|recursion"),
        ("name: x\n", "`key` is missing"),
        (LEAST.replace("us-winnemac", "US Winnemac"), "“US Winnemac” is not a key"),
        (LEAST.replace("https://example.org", "javascript:alert(1)"), "`url` “javascript"),
        (LEAST + "trust: 101\n", "`trust` is 101"),
        (LEAST + "trust: true\n", "`trust` is True"),
        (LEAST + "licence_url: example\n", "`licence_url`"),
        (LEAST + "colour: red\n", "`colour` is not known here"),
        (LEAST + "expects: {resources: {x: [2, 1]}}\n", "`expects.resources.x` has a least"),
        (LEAST + "expects: {resources: {x: 2}}\n", "`expects.resources.x` is 2"),
        (LEAST + "expects: {filled: {x: {y: 2}}}\n", "`expects.filled.x.y` is 2"),
        (LEAST + "expects: {withdrawn: much}\n", "`expects.withdrawn` is 'much'"),
        (LEAST + "expects: [1]\n", "`expects` does not hold names"),
        (LEAST.replace("name: A list", f"name: {'x' * 301}"), "`name` has 301 characters"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadMappingError, match=message) as caught:
        read_declaration(written(tmp_path, text))
    assert caught.value.message.startswith("source.yaml")
    assert caught.value.hint


@pytest.mark.parametrize("key", ["no-such-source", "../secrets", "", "x" * 300])
def test_a_source_that_is_not_shipped(key: str) -> None:
    with pytest.raises(BadMappingError, match="no declaration of a source"):
        declaration(key)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("yaml") / "source.yaml"
    path.write_bytes(text.encode("utf-8", "replace"))
    try:
        found: object = read_yaml(path)
    except LearnworkError as error:
        found = error.hint
    assert found is not None
