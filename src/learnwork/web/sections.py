"""Which facts answer which question of a reader. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from learnwork.vocabulary.terms import is_a
from learnwork.web.claims import Field

# Question → the properties that answer it, in the order in which they are read.
COST = (
    "ceterms:estimatedCost",
    "ceterms:commonCosts",
    "ceterms:financialAssistance",
    "lw:booksAndMaterials",
)
TAKES = (
    "ceterms:estimatedDuration",
    "ceterms:timeRequired",
    "ceterms:creditValue",
    "lw:credits",
    "ceterms:deliveryType",
    "ceterms:learningDeliveryType",
    "ceterms:deliveryTypeDescription",
    "ceterms:scheduleTimingType",
    "ceterms:scheduleFrequencyType",
    "ceterms:learningMethodType",
    "ceterms:availableAt",
    "ceterms:availableOnlineAt",
    "ceterms:inLanguage",
)
NEEDS = (
    "ceterms:requires",
    "ceterms:entryCondition",
    "ceterms:recommends",
    "ceterms:corequisite",
    "ceterms:prerequisite",
    "ceterms:commonConditions",
    "ceterms:maintenanceProcess",
    "ceterms:renewal",
)
# What learners ask of the circumstances; most are plain yes or no.
SUITS = (
    "lw:eveningCourses",
    "lw:offeredOnline",
    "lw:childcare",
    "lw:childcareHelp",
    "lw:busRoutes",
    "lw:spanishSpoken",
    "lw:spokenLanguages",
    "lw:accessible",
    "lw:jobPlacementHelp",
    "lw:customizedTraining",
)
DOES = (
    "ceterms:teaches",
    "ceterms:assesses",
    "ceterms:assessmentOutput",
    "ceterms:learningMethodDescription",
    "ceterms:targetCompetency",
    "ceasn:isTopChildOf",
)
LEADS = (
    "ceterms:instructionalProgramType",
    "ceterms:occupationType",
    "lw:leadsTo",
    "lw:inDemand",
    "lw:inDemandIn",
    "ceterms:industryType",
    "lw:leadsToAward",
)
STACKS = (
    "ceterms:isPreparationFor",
    "ceterms:isRequiredFor",
    "ceterms:isRecommendedFor",
    "ceterms:advancedStandingFor",
    "ceterms:advancedStandingFrom",
    "ceterms:isAdvancedStandingFor",
    "ceterms:isPartOf",
    "ceterms:hasPart",
    "ceterms:targetPathway",
)
VOUCHES = (
    "ceterms:ownedBy",
    "ceterms:offeredBy",
    "ceterms:accreditedBy",
    "ceterms:approvedBy",
    "ceterms:recognizedBy",
    "ceterms:regulatedBy",
    "ceterms:accreditedIn",
    "ceterms:approvedIn",
    "ceterms:recognizedIn",
    "ceterms:regulatedIn",
    "ceterms:jurisdiction",
    "ceterms:copyrightHolder",
    "lw:status",
)
_LEARNING_CLASSES = (
    "ceterms:Credential",
    "ceterms:LearningOpportunity",
    "ceterms:LearningOpportunityProfile",
)
_LEDE = ("ceterms:description", "ceasn:description", "lw:description", "skos:definition")
_NAMES = ("ceterms:name", "ceasn:name", "ceasn:competencyText", "skos:prefLabel", "schema:name")


class Answers:
    """The facts of a page, of which each is taken once: where a question asks for it, else at the end."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._left = dict(fields)

    def take(self, *terms: str) -> tuple[Field, ...]:
        """Those of the properties that are there and not taken yet."""
        return tuple(self._left.pop(term) for term in terms if term in self._left)

    def name(self) -> Field | None:
        return next((self._left.pop(term) for term in _NAMES if term in self._left), None)

    def lede(self) -> Field | None:
        return next((self._left.pop(term) for term in _LEDE if term in self._left), None)

    def rest(self) -> tuple[Field, ...]:
        """All that no question asked for, in the order of the type's sheet."""
        return self.take(*list(self._left))


def is_learning(ctdl_class: str) -> bool:
    """Whether people ask of it what they ask of a program: credentials and learning opportunities of every kind."""
    return any(is_a(ctdl_class, ancestor) for ancestor in _LEARNING_CLASSES)
