"""What holds for the repository as a whole: what it may contain, and that its documentation is complete."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import pytest

from learnwork.vocabulary.errors import LearnworkError

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
MOST_BYTES = 1_000_000
MOST_LINES = 450
TEXT = {
    ".py",
    ".md",
    ".yaml",
    ".yml",
    ".toml",
    ".sh",
    ".html",
    ".css",
    ".js",
    ".txt",
    ".in",
    ".json",
    ".csv",
    ".svg",
    "",
}


@cache
def files() -> list[Path]:
    """The files of the repository: those committed, and those about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return [path for name in listed if name and (path := ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(ROOT)), path.read_text("utf-8", errors="replace"))
        for path in files()
        if path.suffix in TEXT and path != Path(__file__)
    ]


def markdown() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


def test_no_file_is_large():
    assert [str(path) for path in files() if path.stat().st_size > MOST_BYTES] == []


def test_no_file_names_a_place_of_one_machine():
    machine = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/")
    assert [name for name, text in texts() if machine.search(text)] == []


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    assert [name for name, text in texts() if later.search(text)] == []


def test_lock_files_carry_hashes_and_no_address():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text
        for entry in re.split(r"\n(?=\S)", text):
            if re.match(r"[a-zA-Z0-9]", entry):
                assert "--hash=sha256:" in entry, entry


def test_lock_files_cover_what_the_project_asks_for():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["server"]]
    assert _names(wanted) <= _locked("server.txt")
    assert _names([*wanted, *project["dependency-groups"]["dev"]]) <= _locked("dev.txt")


def _names(requirements: list[str]) -> set[str]:
    return {re.match(r"[\w.-]+", one)[0].lower().replace("_", "-").replace(".", "-") for one in requirements}


def _locked(name: str) -> set[str]:
    return _names(re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / name).read_text(), re.MULTILINE))


def test_nothing_that_runs_is_under_a_strong_copyleft_licence():
    """GPL and AGPL may not come in; LGPL may be used as a library, which psycopg is."""
    strong = re.compile(r"\bA?GPL|GNU (?:Affero )?General Public", re.IGNORECASE)
    for name in sorted(_locked("server.txt")):
        try:
            metadata = distribution(name).metadata
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system
        classifiers = [c for c in metadata.get_all("Classifier", []) if c.startswith("License")]
        said = " ".join([metadata.get("License-Expression", ""), *classifiers]) or metadata.get("License", "")
        assert said, f"{name} does not say its licence"
        assert not strong.search(said), f"{name}: {said}"


@pytest.mark.parametrize("path", markdown(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_the_documentation_lead_somewhere(path: Path):
    text = re.sub(r"```.*?```|`[^`]*`", "", path.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), f"{path.relative_to(ROOT)} links to {target}"
        if anchor and found.suffix == ".md":
            assert anchor in _anchors(found), f"{path.relative_to(ROOT)} links to {target}"


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_of_the_documentation_can_be_reached():
    reached = {ROOT / "README.md"}
    queue = list(reached)
    while queue:
        page = queue.pop()
        for target in re.findall(r"\]\(([^)#\s]+\.md)", page.read_text()):
            found = (page.parent / target).resolve()
            if found.exists() and found not in reached:
                reached.add(found)
                queue.append(found)
    pages = {path for path in markdown() if (ROOT / "docs") in path.parents}
    assert sorted(str(path.relative_to(ROOT)) for path in pages - reached) == []


def test_no_page_of_the_documentation_has_an_empty_section():
    for path in markdown():
        text = re.sub(r"```.*?```", "…", path.read_text(), flags=re.DOTALL)
        sections = re.split(r"^(#+) (.+)$", text, flags=re.MULTILINE)
        following_marks = [*sections[4::3], ""]
        for marks, title, body, following in zip(
            sections[1::3], sections[2::3], sections[3::3], following_marks, strict=False
        ):
            assert body.strip() or len(following) > len(marks), f"{path.relative_to(ROOT)}: {title} is empty"


def test_every_command_and_option_is_documented():
    text = (REFERENCE / "commands.md").read_text()
    for command, options in _commands().items():
        assert re.search(rf"^#+ `learnwork {re.escape(command)}`", text, re.MULTILINE), (
            f"{command} is not documented"
        )
        section = re.split(rf"^#+ `learnwork {re.escape(command)}`", text, flags=re.MULTILINE)[1]
        section = re.split(r"^#+ `learnwork ", section, maxsplit=1, flags=re.MULTILINE)[0]
        for option in options:
            assert f"`{option}" in section, f"`learnwork {command} {option}` is not documented"


def _commands() -> dict[str, list[str]]:
    from typer.main import get_command

    from learnwork.cli.app import app

    found: dict[str, list[str]] = {}

    def walk(command: object, path: str) -> None:
        inner = getattr(command, "commands", None)
        if inner:
            for name, one in inner.items():
                walk(one, f"{path} {name}".strip())
        else:
            options = [o for p in command.params for o in [*p.opts, *p.secondary_opts] if o.startswith("--")]
            found[path] = [option for option in options if option != "--help"]

    walk(get_command(app), "")
    return found


def test_every_setting_is_documented():
    from learnwork.web.configuration import Configuration

    text = (REFERENCE / "configuration.md").read_text()
    for name in Configuration.model_fields:
        assert f"`LEARNWORK_{name.upper()}`" in text, f"{name} is not documented"


def test_every_variable_that_is_read_is_documented():
    text = (REFERENCE / "configuration.md").read_text()
    source = "\n".join(text for name, text in texts() if name.startswith("src/") and name.endswith(".py"))
    for name in sorted(set(re.findall(r"\bLEARNWORK_[A-Z_]+[A-Z]\b", source))):
        assert f"`{name}`" in text, f"{name} is not documented"


def test_every_error_is_documented():
    import learnwork

    for module in pkgutil.walk_packages(learnwork.__path__, "learnwork."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    text = (REFERENCE / "errors.md").read_text()
    codes = {error.code for error in _subclasses(LearnworkError)}
    assert sorted(code for code in codes if f"`{code}`" not in text) == []


def _subclasses(base: type[LearnworkError]) -> set[type[LearnworkError]]:
    direct = {one for one in base.__subclasses__() if one.__module__.startswith("learnwork")}
    return direct | {deeper for one in direct for deeper in _subclasses(one)}


def test_every_code_of_a_finding_is_documented():
    """Codes as they stand in the source: a first argument such as "cost-negative", in modules that make issues."""
    text = "\n".join(path.read_text() for path in REFERENCE.rglob("*.md"))
    codes = set()
    for path in (ROOT / "src").rglob("*.py"):
        source = path.read_text()
        if "Issue" in source:
            codes |= {code for call in ast.walk(ast.parse(source)) if (code := _code_of(call))}
    assert len(codes) > 50
    assert sorted(code for code in codes if f"`{code}`" not in text) == []


def _code_of(call: ast.AST) -> str:
    """The code that a call gives to a finding, "" if it makes none."""
    if not isinstance(call, ast.Call) or not call.args or not isinstance(call.args[0], ast.Constant):
        return ""
    first, called = call.args[0].value, getattr(call.func, "id", getattr(call.func, "attr", ""))
    if called in {"declaration", "Format", "encode", "decode", "getincrementaldecoder"}:
        return ""
    return first if isinstance(first, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", first) else ""


def test_every_format_is_documented():
    from learnwork.formats.registry import TABLE

    index = (REFERENCE / "formats" / "index.md").read_text()
    assert sorted(name for name in TABLE if f"`{name}`" not in index) == []


def test_no_module_is_long():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in files()
        if path.suffix == ".py" and (ROOT / "src") in path.parents and "migrations" not in path.parts
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}
