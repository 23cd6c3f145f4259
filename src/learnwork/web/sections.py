"""Which facts answer which question of a reader, by kind of thing. Pure; sections with nothing to say are absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from learnwork.vocabulary.terms import is_a
from learnwork.web.claims import Field

_COST = (
    "ceterms:estimatedCost",
    "ceterms:commonCosts",
    "ceterms:financialAssistance",
    "lw:booksAndMaterials",
)
_TAKES = (
    "ceterms:estimatedDuration",
    "ceterms:timeRequired",
    "ceterms:creditValue",
    "ceterms:deliveryType",
    "ceterms:learningDeliveryType",
    "ceterms:deliveryTypeDescription",
    "ceterms:scheduleTimingType",
    "ceterms:scheduleFrequencyType",
    "ceterms:learningMethodType",
    "ceterms:availableAt",
    "ceterms:availableOnlineAt",
    "ceterms:inLanguage",
    "lw:eveningCourses",
    "lw:childcare",
    "lw:accessible",
    "lw:busRoutes",
    "lw:spokenLanguages",
    "lw:customizedTraining",
    "lw:jobPlacementHelp",
)
_NEEDS = (
    "ceterms:requires",
    "ceterms:entryCondition",
    "ceterms:recommends",
    "ceterms:corequisite",
    "ceterms:prerequisite",
    "ceterms:advancedStandingFrom",
    "ceterms:commonConditions",
    "ceterms:maintenanceProcess",
    "ceterms:renewal",
)
_DOES = (
    "ceterms:teaches",
    "ceterms:assesses",
    "ceterms:assessmentOutput",
    "ceterms:hasPart",
    "ceterms:learningMethodDescription",
    "ceterms:targetCompetency",
    "ceasn:isTopChildOf",
)
_LEADS = (
    "ceterms:instructionalProgramType",
    "ceterms:occupationType",
    "lw:leadsTo",
    "lw:inDemand",
    "ceterms:industryType",
    "ceterms:isPreparationFor",
    "ceterms:isRequiredFor",
    "ceterms:isRecommendedFor",
    "ceterms:advancedStandingFor",
    "ceterms:targetPathway",
    "ceterms:jurisdiction",
)
_VOUCHES = (
    "ceterms:offeredBy",
    "ceterms:ownedBy",
    "ceterms:accreditedBy",
    "ceterms:approvedBy",
    "ceterms:recognizedBy",
    "ceterms:regulatedBy",
    "ceterms:accreditedIn",
    "ceterms:approvedIn",
    "ceterms:recognizedIn",
    "ceterms:regulatedIn",
    "ceterms:copyrightHolder",
)
LEARNING = {
    "does": "What will I be able to do?",
    "cost": "What does it cost?",
    "takes": "What does it take?",
    "needs": "What do I need first?",
    "leads": "Where does it lead?",
    "vouches": "Who vouches for it?",
}.items()
_TERMS = {
    "does": _DOES,
    "cost": _COST,
    "takes": _TAKES,
    "needs": _NEEDS,
    "leads": _LEADS,
    "vouches": _VOUCHES,
}
_LEARNING_CLASSES = (
    "ceterms:Credential",
    "ceterms:LearningOpportunity",
    "ceterms:LearningOpportunityProfile",
)
_LEDE = ("ceterms:description", "ceasn:description", "lw:description", "skos:definition")
_NAMES = ("ceterms:name", "ceasn:name", "ceasn:competencyText", "skos:prefLabel", "schema:name")


@dataclass(frozen=True, slots=True)
class Section:
    """A question and the facts that answer it."""

    key: str
    heading: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Arranged:
    """The facts of a page: name and description on top, then sections by question, then the rest."""

    name: Field | None
    lede: Field | None
    sections: Mapping[str, Section]
    rest: Section | None


def is_learning(ctdl_class: str) -> bool:
    """Whether people ask of it what they ask of a program: credentials and learning opportunities of every kind."""
    return any(is_a(ctdl_class, ancestor) for ancestor in _LEARNING_CLASSES)


def arrange(fields: Mapping[str, Field], ctdl_class: str) -> Arranged:
    """Every field in exactly one place."""
    left = dict(fields)
    name = next((left.pop(term) for term in _NAMES if term in left), None)
    lede = next((left.pop(term) for term in _LEDE if term in left), None)
    sections: dict[str, Section] = {}
    if is_learning(ctdl_class):
        for key, heading in LEARNING:
            if found := tuple(left.pop(term) for term in _TERMS[key] if term in left):
                sections[key] = Section(key, heading, found)
    heading = "What else is said about it?" if sections else "What is known about it?"
    rest = Section("rest", heading, tuple(left.values())) if left else None
    return Arranged(name, lede, sections, rest)
