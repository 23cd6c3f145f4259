"""The canonical form of a linked-data document: what signatures of the rdfc suites are made over.

`canonize` is what everybody calls: one walk over pinned contexts, and labels of our own. What the walk leaves out
goes by PyLD. `canonize_reference` gives the same text by other means (PyLD and pyoxigraph), and is what `canonize` is
tested against. In safe mode, which is the default, whatever a signature would not cover is an error.
Source: JSON-LD 1.1; RDF Dataset Canonicalization 1.0 (RDFC-1.0).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph

from learnwork.records import expansion, nquads, rdfc, walking
from learnwork.records.active import BeyondError
from learnwork.records.errors import LinkedDataError, TooComplexError
from learnwork.records.nquads import Quad
from learnwork.records.work import Work

_ALGORITHMS = {
    "sha256": pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0,
    "sha384": pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_384,
}


def canonize(
    document: dict[str, Any], *, safe: bool = True, algorithm: str = "sha256", work: Work | None = None
) -> str:
    """The canonical N-Quads of a document; `algorithm` is the digest inside RDFC-1.0, "sha256" or "sha384".

    `work` is what it may cost, shared by all parts of one verification.

    Raises UnknownContextError, InlineContextError, ProtectedTermError, UndefinedTermError, DisguisedTermError,
    KeywordRefusedError, RelativeIriError, BadIriError, DroppedValueError, LinkedDataError, TooComplexError.
    """
    quads = _statements(document, safe, work)[0]
    return "".join(rdfc.canonical(quads, algorithm=algorithm, work=work)[0])


def canonize_with_labels(
    document: dict[str, Any], *, safe: bool = True, algorithm: str = "sha256"
) -> tuple[list[str], dict[str, str]]:
    """The canonical lines in order, and the document's own blank node labels (`_:x`) → canonical ones (`_:c14n0`)."""
    quads, own = _statements(document, safe)
    lines, labels = rdfc.canonical(quads, algorithm=algorithm)
    return lines, {name: labels[used] for name, used in own.items() if used in labels}


def canonize_quads(
    quads: Iterable[Quad], *, algorithm: str = "sha256", work: Work | None = None
) -> tuple[list[str], dict[str, str]]:
    """The canonical lines of statements, and their blank node labels → canonical ones."""
    return rdfc.canonical(quads, algorithm=algorithm, work=work)


def to_quads(document: dict[str, Any], *, safe: bool = True, work: Work | None = None) -> list[Quad]:
    """The statements of a document, each once, as N-Quads terms; blank nodes are named in the order met."""
    return list(dict.fromkeys(_statements(document, safe, work)[0]))


def parse_quads(text: str) -> list[Quad]:
    """Statements from N-Quads text. Raises LinkedDataError."""
    try:
        parsed = list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True))
    except SyntaxError as wrong:
        raise LinkedDataError(f"The statements are no N-Quads: {wrong}.", hint="Mend their syntax.") from None
    found = []
    for quad in parsed:
        graph = "" if isinstance(quad.graph_name, pyoxigraph.DefaultGraph) else str(quad.graph_name)
        found.append((str(quad.subject), str(quad.predicate), str(quad.object), graph))
    return found


def canonize_reference(document: dict[str, Any], *, safe: bool = True, algorithm: str = "sha256") -> str:
    """What `canonize` gives, by PyLD and pyoxigraph: slower, and independent of it."""
    return canonical_of(expansion.to_quads(document, safe=safe)[0], algorithm)


def canonical_of(quads: list[Quad], algorithm: str = "sha256") -> str:
    """The canonical N-Quads of statements, by pyoxigraph; our own search has shown before that it ends.

    Raises TooComplexError.
    """
    rdfc.label(dict.fromkeys(quads), algorithm=algorithm)
    text = "".join(map(nquads.line, quads))
    parsed = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    dataset = pyoxigraph.Dataset(parsed)
    dataset.canonicalize(_ALGORITHMS[algorithm])
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    # Split at line feeds only: other characters that end lines may stand in a literal.
    return "".join(sorted(line + "\n" for line in written.decode("utf-8").split("\n") if line))


def _statements(
    document: dict[str, Any], safe: bool, work: Work | None = None
) -> tuple[list[Quad], dict[str, str]]:
    work = work or Work()
    work.state(0)
    try:
        found = _walked(document) if safe and isinstance(document, dict) else None
        found = found or expansion.to_quads(document, safe=safe, work=work)
    except TooComplexError:
        work.statements = 0
        raise
    work.state(len(found[0]))
    return found


def _walked(document: dict[str, Any]) -> tuple[list[Quad], dict[str, str]] | None:
    try:
        return walking.to_quads(document)
    except BeyondError:
        return None
