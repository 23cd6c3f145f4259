"""The canonical form of a linked-data document: what signatures of the rdfc suites are made over.

`canonize` is what everybody calls. `canonize_reference` gives the same text by other means (PyLD and pyoxigraph) and
is what `canonize` is tested against. Source: RDF Dataset Canonicalization 1.0 (RDFC-1.0).
"""

from __future__ import annotations

from typing import Any

import pyoxigraph

from learnwork.records import expansion, nquads
from learnwork.records.nquads import Quad

_ALGORITHMS = {
    "sha256": pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0,
    "sha384": pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_384,
}


def canonize(document: dict[str, Any], *, safe: bool = True, algorithm: str = "sha256") -> str:
    """The canonical N-Quads of a document. Raises the errors of linked data (errors module)."""
    return canonize_reference(document, safe=safe, algorithm=algorithm)


def canonize_reference(document: dict[str, Any], *, safe: bool = True, algorithm: str = "sha256") -> str:
    """The canonical N-Quads of a document, by PyLD and pyoxigraph."""
    return canonical_of(expansion.to_quads(document, safe=safe), algorithm)


def canonical_of(quads: list[Quad], algorithm: str = "sha256") -> str:
    """The canonical N-Quads of statements, by pyoxigraph."""
    text = "".join(map(nquads.line, quads))
    parsed = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    dataset = pyoxigraph.Dataset(parsed)
    dataset.canonicalize(_ALGORITHMS[algorithm])
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    return "".join(sorted(written.decode("utf-8").splitlines(keepends=True)))
