"""Documents of O*NET: an occupation from several tables, and the content model as a competency framework."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

import orjson

from learnwork.formats.model import Document, Identifier, Said
from learnwork.vocabulary.ctid import derived_ctid

VERSION = "onet 1"
PUBLISHER = "U.S. Department of Labor, Employment and Training Administration"
MODEL_PAGE = "https://www.onetcenter.org/content.html"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
FRAMEWORK = derived_ctid("onet.framework", "content-model")
# Abilities, basic and cross-functional skills, knowledge, work activities: what a person can have or do. The rest
# of the content model (interests, context, tasks, the labour market) describes work, not competencies.
ROOTS = {
    "1.A": "Ability",
    "2.A": "Basic skill",
    "2.B": "Cross-functional skill",
    "2.C": "Knowledge",
    "4.A": "Work activity",
}

# Work activities below the content model: 4.A.1.a.1.I01 is an intermediate one, 4.A.1.a.1.I01.D02 a detailed one.
_ACTIVITY = re.compile(r"\.([ID])\d+$")

Row = dict[str, str]


def _digest(*parts: object) -> bytes:
    return blake2b(orjson.dumps((VERSION, *parts)), digest_size=16).digest()


def element_ctid(element: str) -> str:
    return derived_ctid("onet.element", element)


@dataclass(slots=True)
class Occupation:
    """One occupation while the tables about it are read; `said` is what becomes of it."""

    code: str
    title: str
    description: str
    place: str
    titles: dict[str, None] = field(default_factory=dict)
    tasks: list[str] = field(default_factory=list)
    supplemental: list[str] = field(default_factory=list)
    technologies: dict[str, None] = field(default_factory=dict)
    hot: dict[str, None] = field(default_factory=dict)
    zone: str = ""
    activities: dict[str, None] = field(default_factory=dict)

    @property
    def ctid(self) -> str:
        return derived_ctid("onet", self.code)

    def add_title(self, row: Row) -> None:
        for title in (row["alternate title"], row.get("short title", "")):
            if title and title.lower() != "n/a" and title != self.title:
                self.titles[title] = None

    def add_task(self, row: Row) -> None:
        """Core tasks, and those that O*NET does not class (yet), are tasks; supplemental ones stand apart."""
        kind = row.get("task type", "").lower()
        (self.supplemental if kind == "supplemental" else self.tasks).append(row["task"])

    def add_technology(self, row: Row) -> None:
        self.technologies[row["example"]] = None
        if row.get("hot technology", "") == "Y":
            self.hot[row["example"]] = None

    def add_zone(self, row: Row) -> None:
        self.zone = row["job zone"]

    def add_activity(self, row: Row) -> None:
        """The detailed work activities that its tasks are examples of."""
        self.activities[element_ctid(row["dwa id"])] = None

    def said(self) -> Said:
        digest = _digest(
            self.code,
            self.title,
            self.description,
            list(self.titles),
            self.tasks,
            self.supplemental,
            list(self.technologies),
            list(self.hot),
            self.zone,
            *([list(self.activities)] if self.activities else ()),
        )
        return Said(
            self.code,
            self.ctid,
            "ceterms:Occupation",
            self.document,
            digest,
            identifiers=(Identifier("onet", self.code),),
            place=self.place,
        )

    def document(self) -> Document:
        document: Document = {
            "@type": "ceterms:Occupation",
            "ceterms:ctid": self.ctid,
            "ceterms:name": {"en": self.title},
            "ceterms:codedNotation": self.code,
            "lw:broader": derived_ctid("soc2018", self.code[:7]),
        }
        if self.description:
            document["ceterms:description"] = {"en": self.description}
        if self.titles:
            document["ceterms:alternateName"] = {"en": list(self.titles)}
        if self.zone.isdecimal():
            document["lw:jobZone"] = int(self.zone)
        for term, texts in (
            ("lw:tasks", self.tasks),
            ("lw:supplementalTasks", self.supplemental),
            ("lw:technologySkills", self.technologies),
            ("lw:hotTechnologies", self.hot),
        ):
            if texts:
                document[term] = list(texts)
        if self.activities:
            document["ceasn:skillEmbodied"] = list(self.activities)
        return document


class Elements:
    """The content model's elements: which are known, and what is said of each."""

    def __init__(self, known: Iterable[tuple[str, str, str]]) -> None:
        self._known = {
            element: (name, description) for element, name, description in known if _is_competency(element)
        }

    def framework(self) -> Iterator[Said]:
        """The framework, then each element that the reference lists, wider ones first."""
        top = [element for element in self._known if self._parent(element) == ""]
        yield Said(
            "framework",
            FRAMEWORK,
            "ceasn:CompetencyFramework",
            lambda: _framework(top),
            _digest("framework", top),
            identifiers=(Identifier("onet.framework", "content-model"),),
        )
        for element, (name, description) in self._known.items():
            yield self._said(element, name, description)

    def met(self, element: str, name: str) -> Iterator[Said]:
        """An element of a rating table; said once, if the reference did not list it."""
        if element not in self._known:
            self._known[element] = (name, "")
            yield self._said(element, name, "")

    def _parent(self, element: str) -> str:
        """The nearest wider element that is known; "" at the top."""
        while (element := element.rpartition(".")[0]) and element not in self._known:
            pass
        return element

    def _said(self, element: str, name: str, description: str) -> Said:
        parent = self._parent(element)
        return Said(
            element,
            element_ctid(element),
            "ceasn:Competency",
            lambda: _competency(element, name, description, parent),
            _digest("element", element, name, description, parent),
            identifiers=(Identifier("onet.element", element),),
        )


def _is_competency(element: str) -> bool:
    return ".".join(element.split(".")[:2]) in ROOTS


def _category(element: str) -> str | None:
    if match := _ACTIVITY.search(element):
        return "Detailed work activity" if match[1] == "D" else "Intermediate work activity"
    return ROOTS.get(".".join(element.split(".")[:2]))


def _framework(top: list[str]) -> Document:
    document: Document = {
        "@type": "ceasn:CompetencyFramework",
        "ceterms:ctid": FRAMEWORK,
        "ceasn:name": {"en": "O*NET content model: abilities, skills, knowledge and work activities"},
        "ceasn:publisherName": {"en": [PUBLISHER]},
        "ceasn:source": [MODEL_PAGE],
        "ceasn:license": LICENCE,
        "ceasn:inLanguage": ["en"],
    }
    if top:
        document["ceasn:hasTopChild"] = [element_ctid(element) for element in top]
    return document


def _competency(element: str, name: str, description: str, parent: str) -> Document:
    """CTDL-ASN wants the statement in `competencyText`; O*NET's is the element's name, its sentence a comment."""
    document: Document = {
        "@type": "ceasn:Competency",
        "ceterms:ctid": element_ctid(element),
        "ceasn:competencyText": {"en": name},
        "ceasn:codedNotation": element,
        "ceasn:isPartOf": [FRAMEWORK],
    }
    if category := _category(element):
        document["ceasn:competencyCategory"] = {"en": category}
    if description:
        document["ceasn:comment"] = {"en": [description]}
    if parent:
        document["ceasn:isChildOf"] = [element_ctid(parent)]
    else:
        document["ceasn:isTopChildOf"] = [FRAMEWORK]
    return document
