"""The alignments that the demonstration begins with: what the engine proposes of its two frameworks to each other."""

from __future__ import annotations

from learnwork.competencies import aligning, proposing
from learnwork.competencies.proposing import Run
from learnwork.formats import esco, onet_documents
from learnwork.registry.models import Resource

PAIR = (esco.FRAMEWORK, onet_documents.FRAMEWORK)


def load_demonstration() -> Run | None:
    """Propose; None where a framework is missing, or something was aligned already."""
    if Resource.objects.filter(ctid__in=PAIR).count() < len(PAIR) or aligning.in_force().exists():
        return None
    return proposing.propose(*PAIR)
