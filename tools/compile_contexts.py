"""Compile the official JSON-LD contexts into the table src/learnwork/records/tables/contexts.json.

Only facts go in: term, IRI, type, container, protection, scoped contexts; every IRI written out, so that the table
needs no prefixes. Each context keeps the SHA-256 and SHA-384 of the official document's bytes. What the table cannot
say is refused here, so that nothing is lost in silence.

    python tools/compile_contexts.py [--data ../shared/data] [--check]

`--check` compiles into memory and says whether the table differs, without writing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "src/learnwork/records/tables/contexts.json"
DATA = ROOT.parent / "shared/data"

# Keywords of a term definition that the table can say, and those of a context that it can say.
OF_A_TERM = {"@id", "@type", "@container", "@context", "@protected", "@reverse", "@prefix"}
OF_A_CONTEXT = {"@version", "@protected", "@vocab"}
CONTAINERS = {"@set", "@list", "@graph"}

Load = Callable[[str], dict[str, Any]]


class Words:
    """What words mean where a definition stands: its own context, then those around it, outermost last."""

    def __init__(self, contexts: list[dict[str, Any]]) -> None:
        self.contexts = contexts

    def iri(self, word: str, *, without: str = "") -> str:
        """A term, a compact IRI or an IRI, written out. `without` is the term that is being defined."""
        if word.startswith("@"):
            return word
        for number, context in enumerate(self.contexts):
            if word != without and word in context:
                return Words(self.contexts[number:]).of_term(word, context[word])
        prefix, colon, suffix = word.partition(":")
        if colon and not suffix.startswith("//"):
            for number, context in enumerate(self.contexts):
                if prefix in context:
                    return Words(self.contexts[number:]).of_term(prefix, context[prefix]) + suffix
        if colon:
            return word
        vocab = next((context["@vocab"] for context in self.contexts if "@vocab" in context), None)
        if vocab is None:
            raise SystemExit(f"no meaning for {word}")
        return str(vocab) + word

    def of_term(self, term: str, definition: Any) -> str:
        named = (
            definition if isinstance(definition, str) else definition.get("@id", definition.get("@reverse"))
        )
        return self.iri(term, without=term) if named in (None, term) else self.iri(named, without=term)


def context(official: Any, around: list[dict[str, Any]], load: Load) -> Any:
    """A local context for the table: null, an address, a list, or an object with vocab, protected, terms."""
    if official is None or isinstance(official, str):
        return official
    if isinstance(official, list):
        found = []
        for part in official:
            found.append(context(part, around, load))
            around = [*parts(part, load), *around]
        return found
    words = Words([official, *around])
    said: dict[str, Any] = {}
    if unknown := {key for key in official if key.startswith("@")} - OF_A_CONTEXT:
        raise SystemExit(f"the table cannot say {unknown}")
    if official.get("@protected"):
        said["protected"] = True
    if "@vocab" in official:
        said["vocab"] = official["@vocab"]
    said["terms"] = {
        term: definition(term, value, words, load)
        for term, value in official.items()
        if not term.startswith("@")
    }
    return said


def parts(official: Any, load: Load) -> list[dict[str, Any]]:
    """The objects of which a context is made, the last first, as words look through them."""
    if isinstance(official, str):
        return parts(load(official)["@context"], load)
    if isinstance(official, list):
        return [inner for part in reversed(official) for inner in parts(part, load)]
    return [official]


def definition(term: str, official: Any, words: Words, load: Load) -> Any:
    """A term for the table: its IRI alone where the official one is a string, else an object."""
    if isinstance(official, str):
        return words.of_term(term, official)
    if unknown := set(official) - OF_A_TERM:
        raise SystemExit(f"{term}: the table cannot say {unknown}")
    found: dict[str, Any] = {"iri": words.of_term(term, official)}
    if "@reverse" in official:
        found["reverse"] = True
    if "@type" in official:
        found["type"] = words.iri(official["@type"])
    if "@container" in official:
        container = official["@container"]
        found["container"] = sorted([container] if isinstance(container, str) else container)
        if set(found["container"]) - CONTAINERS:
            raise SystemExit(f"{term}: the table cannot say {container}")
    if "@context" in official:
        found["context"] = context(official["@context"], words.contexts, load)
    for key in ("@protected", "@prefix"):
        if key in official:
            found[key[1:]] = official[key]
    return found


def compiled(folder: Path) -> str:
    index = json.loads((folder / "index.json").read_text())

    def load(url: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((folder / index[url]["file"]).read_text())
        return document

    table = {}
    for url, entry in sorted(index.items()):
        data = (folder / entry["file"]).read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if digest != entry["sha256"]:
            raise SystemExit(f"{entry['file']} has another digest than index.json says")
        strong = hashlib.sha384(data).hexdigest()
        compiled = context(load(url)["@context"], [], load)
        table[url] = {"sha256": digest, "sha384": strong, "context": compiled}
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--data", type=Path, default=DATA)
    arguments.add_argument("--check", action="store_true")
    options = arguments.parse_args()
    text = compiled(options.data / "records/contexts")
    if options.check:
        same = TABLE.exists() and TABLE.read_text() == text
        print(f"{TABLE.name} {'is up to date' if same else 'differs'}")
        return 0 if same else 1
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(text)
    print(f"{TABLE.relative_to(ROOT)}: {len(text):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
