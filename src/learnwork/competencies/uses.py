"""Where competencies are taught, tested, certified and required, counted for many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count

from learnwork.registry.models import Link, Resource
from learnwork.vocabulary.terms import is_a

TAUGHT = ("ceterms:teaches", "ceterms:targetLearningOpportunity/ceterms:teaches")
TESTED = ("ceterms:assesses",)
NEEDED = (
    "ceterms:requires/ceterms:targetCompetency",
    "ceasn:knowledgeEmbodied",
    "ceasn:skillEmbodied",
    "ceasn:abilityEmbodied",
)


@dataclass(frozen=True, slots=True)
class Uses:
    """How many programs and the like teach a competency, tests test it, credentials certify it, work requires it."""

    taught: int = 0
    tested: int = 0
    certified: int = 0
    required: int = 0

    def __add__(self, other: Uses) -> Uses:
        return Uses(
            self.taught + other.taught,
            self.tested + other.tested,
            self.certified + other.certified,
            self.required + other.required,
        )

    def __bool__(self) -> bool:
        return bool(self.taught or self.tested or self.certified or self.required)


def uses(ctids: Iterable[str]) -> dict[str, Uses]:
    """CTID → uses, of those that have any. One query. A credential that requires it certifies it; work needs it."""
    wanted = list(dict.fromkeys(ctids))
    rows = (
        Link.objects.filter(
            object__ctid__in=wanted,
            predicate__in=(*TAUGHT, *TESTED, *NEEDED),
            subject__status=Resource.Status.CURRENT,
        )
        .values_list("object__ctid", "predicate", "subject__type")
        .annotate(n=Count("subject", distinct=True))
    )
    found: dict[str, Uses] = {}
    for ctid, predicate, kind, count in rows:
        field = _field(predicate, kind)
        so_far = found.get(ctid, Uses())
        found[ctid] = replace(so_far, **{field: getattr(so_far, field) + count})
    return found


def _field(predicate: str, kind: str) -> str:
    if predicate in TAUGHT:
        return "taught"
    if predicate in TESTED:
        return "tested"
    return "certified" if is_a(kind, "ceterms:Credential") else "required"
