"""What a source's promise comes to when only a part of a release is loaded."""

from __future__ import annotations

from dataclasses import replace

from learnwork.formats.model import Expectation, SourceDeclaration

# A state may have few institutions, so that some leaving is no alarm; loading a state over the nation is one.
WITHDRAWN_OF_A_PART = 0.5


def of_a_part(source: SourceDeclaration) -> SourceDeclaration:
    """The declaration for one state of a national file: no counts, and only those fill rates that have no exception."""
    filled = {
        kind: {term: share for term, share in terms.items() if share == 1}
        for kind, terms in source.expects.filled.items()
    }
    expects = Expectation(
        filled={kind: terms for kind, terms in filled.items() if terms},
        withdrawn=max(source.expects.withdrawn, WITHDRAWN_OF_A_PART),
        refused=source.expects.refused,
    )
    return replace(source, expects=expects)
