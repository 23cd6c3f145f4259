"""The table of contexts says what the official documents say, and nothing outside it is ever read."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from learnwork.records import active, contexts
from learnwork.records.errors import ProtectedTermError, UnknownContextError

ROOT = Path(__file__).parents[2]
VC2 = "https://www.w3.org/ns/credentials/v2"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


def test_it_knows_a_context_and_its_digest():
    assert contexts.pinned(VC2).sha256 == "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"


def test_a_context_that_is_not_pinned_is_named():
    with pytest.raises(UnknownContextError, match=r"https://example\.org/own"):
        contexts.document("https://example.org/own")


def test_a_document_is_made_anew_each_time():
    contexts.document(VC2)["@context"].clear()
    assert contexts.document(VC2)["@context"]


def test_uses_tells_pinned_unknown_inline_and_wide():
    record = {
        "@context": [VC2, {"welds": "https://example.org/welds"}],
        "credentialSubject": [
            {"@context": "https://example.org/own"},
            {"@context": ["https://www.w3.org/ns/credentials/examples/v2"]},
        ],
    }
    uses = contexts.uses(record)
    assert uses.pinned == (VC2, "https://www.w3.org/ns/credentials/examples/v2")
    assert uses.unknown == ("https://example.org/own",)
    assert uses.inline == ("/@context/1",)
    assert uses.vocabularies == ("https://www.w3.org/ns/credentials/examples/v2",)


def test_the_reference_lists_every_context_with_its_digest():
    text = (ROOT / "docs/reference/contexts.md").read_text()
    for url, pinned in contexts.table().items():
        assert f"| `{url}` | `{pinned.sha256[:16]}` |" in text


def test_a_later_version_of_a_context_agrees_or_is_refused():
    first = active.root().with_addresses((VC2, OB3))
    assert (
        first.terms["achievement"] if "achievement" in first.terms else first.terms["AchievementCredential"]
    )
    with pytest.raises(ProtectedTermError):
        active.root().with_addresses((VC2, "https://www.w3.org/2018/credentials/v1"))


def test_no_more_active_contexts_are_remembered_than_the_bound():
    before = active.root()
    names = list(contexts.table())
    for number in range(200):
        for name in names:
            try:
                active.root().with_addresses((name, names[number % len(names)], f"{names[number % 7]}"))
            except ProtectedTermError:
                continue
    assert active.root() is not before


class Official:
    """The official documents, as they lie beside the project."""

    def __init__(self, shared_data: Path) -> None:
        self.folder = shared_data / "records/contexts"
        self.index = json.loads((self.folder / "index.json").read_text())

    def document(self, url: str) -> dict[str, Any]:
        return json.loads((self.folder / self.index[url]["file"]).read_text())


@pytest.fixture(scope="module")
def official(shared_data: Path) -> Official:
    return Official(shared_data)


@pytest.mark.big
def test_the_table_is_what_the_tool_compiles():
    done = subprocess.run(
        [sys.executable, "tools/compile_contexts.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "is up to date" in done.stdout, done.stdout + done.stderr


@pytest.mark.big
def test_every_digest_is_that_of_the_official_bytes(official: Official):
    assert set(official.index) == set(contexts.table())
    for url, entry in official.index.items():
        data = (official.folder / entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == contexts.pinned(url).sha256


class Processor:
    """PyLD's own processing of contexts, over some source of documents."""

    def __init__(self, load: Any) -> None:
        def loader(url: str, options: Any) -> dict[str, Any]:
            return {"contextUrl": None, "documentUrl": url, "document": load(url)}

        resolver = jsonld.ContextResolver({}, loader)
        self.options = {
            "base": "",
            "documentLoader": loader,
            "contextResolver": resolver,
            "processingMode": "json-ld-1.1",
        }
        self.processor = jsonld.JsonLdProcessor()

    def after(self, names: list[str]) -> Any:
        """The active context, or the code of the error."""
        try:
            initial = self.processor._get_initial_context(self.options)
            return self.processor.process_context(initial, names, self.options)
        except jsonld.JsonLdError as error:
            return error.code

    def meaning(self, context: Any, depth: int = 3) -> Any:
        """An active context in a form that can be compared, with what its scoped contexts lead to."""
        if isinstance(context, str):
            return context
        terms = {}
        for name, mapping in context["mappings"].items():
            said = {
                key: value for key, value in mapping.items() if key not in ("@context", "_term_has_colon")
            }
            said["@container"] = sorted(said.get("@container", []))
            if "@context" in mapping and depth:
                inside = self.processor._process_context(
                    context, mapping["@context"] or None, self.options, override_protected=True
                )
                said["@context"] = self.changes(context, inside, depth - 1)
            terms[name] = said
        return {"terms": terms, "vocab": context.get("@vocab")}

    def changes(self, outside: Any, inside: Any, depth: int) -> Any:
        """What a scoped context adds; the rest was compared already."""
        kept = {
            name: mapping
            for name, mapping in inside["mappings"].items()
            if outside["mappings"].get(name) is not mapping
        }
        return self.meaning({**inside, "mappings": kept}, depth) | {"gone": not inside["mappings"]}


@pytest.mark.big
def test_every_generated_context_means_what_the_official_one_means(official: Official):
    ours, theirs = Processor(contexts.document), Processor(official.document)
    for url in contexts.table():
        assert ours.meaning(ours.after([url])) == theirs.meaning(theirs.after([url])), url


@pytest.mark.big
def test_every_pair_of_contexts_agrees_or_collides_as_the_official_pair_does(official: Official):
    """Also the fast path's own processing: the same terms, or the same refusal."""
    ours, theirs = Processor(contexts.document), Processor(official.document)
    names = list(contexts.table())
    for first in names:
        for second in names:
            mine, other = ours.after([first, second]), theirs.after([first, second])
            assert ours.meaning(mine, 0) == theirs.meaning(other, 0), (first, second)
            try:
                fast = active.root().with_addresses((first, second))
            except ProtectedTermError:
                assert mine == "protected term redefinition"
                continue
            assert fast.vocab == mine.get("@vocab")
            assert {name: _said(term) for name, term in fast.terms.items()} == {
                name: (
                    mapping["@id"],
                    mapping.get("@type", ""),
                    sorted(mapping.get("@container", ())),
                    mapping["reverse"],
                    mapping["_prefix"],
                    mapping["protected"],
                    "@context" in mapping,
                )
                for name, mapping in mine["mappings"].items()
            }, (first, second)


def _said(term: active.Term) -> tuple[Any, ...]:
    return (
        term.iri,
        term.type,
        sorted(term.container),
        term.reverse,
        term.prefix,
        term.protected,
        term.scoped is not active.ABSENT,
    )
