"""Checks of a document: the one engine behind loading, `learnwork validate` and publishing.

    check({"@type": "ceterms:Course", "ceterms:name": "Welding"}, "courses.json")
    → [Issue("ctid-missing", …, "courses.json#"), Issue("language-map-missing", …, "courses.json#/ceterms:name")]

A document is one resource, an object with `@graph`, or a list of resources. Any JSON value is judged in bounded
time and nothing is raised. What each code means: `findings.FINDINGS`, docs/reference/checks.md. A derived document
of a program takes under 40 µs, because what to check of a property of a class is worked out once.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from learnwork.vocabulary import types
from learnwork.vocabulary.check_values import Judge, Path, identity, in_range, judge, scheme_of, unsafe
from learnwork.vocabulary.ctid import ctid_in, is_ctid
from learnwork.vocabulary.errors import Issue
from learnwork.vocabulary.findings import FINDINGS
from learnwork.vocabulary.nearest import nearest
from learnwork.vocabulary.tables import PropertyTerm
from learnwork.vocabulary.terms import ancestors, mentioned, vocabulary

MAX_DEPTH = 40
MAX_VALUES = 500_000
MAX_FINDINGS = 500
MAX_GUESSES = 50  # how many unknown terms of one document get a nearest known one

# Judges by term; False where there is nothing to judge. Filled as classes and terms are met; only with known ones.
Plan = dict[str, "Judge | bool"]


Placed = tuple[dict[str, Any], Path]


class _Cut(Exception):  # noqa: N818 - never leaves this module
    """The rest of the document is not checked."""


class Run:
    """The check of one document. What is found goes into `issues`; bounds end the run early."""

    __slots__ = ("blanks", "blanks_used", "depth", "guesses", "ids", "issues", "left", "place")

    def __init__(self, place: str) -> None:
        self.place = place
        self.issues: list[Issue] = []
        self.depth = 0
        self.left = MAX_VALUES
        self.guesses = MAX_GUESSES
        self.blanks: set[str] = set()
        self.blanks_used: list[tuple[str, Path]] = []
        self.ids: dict[str, dict[str, Any]] = {}

    # What was found ---------------------------------------------------------------------------------------

    def found(self, code: str, path: Path, message: str, hint: str = "") -> None:
        finding = FINDINGS[code]
        self.issues.append(Issue(code, message, self.pointer(path), hint or finding.mend, finding.severity))
        if len(self.issues) >= MAX_FINDINGS:
            raise _Cut("findings-cut", path, f"{MAX_FINDINGS} findings are listed.")

    def pointer(self, path: Path) -> str:
        """A JSON pointer (RFC 6901) in a URI fragment, after the file's place."""
        keys: list[str] = []
        while path:
            path, key = path
            keys.append("/" + str(key)[:200].replace("~", "~0").replace("/", "~1"))
        pointer = "".join(reversed(keys))
        return f"{self.place}#{pointer}" if self.place else pointer

    def term(self, path: Path) -> str:
        """The property that a path leads through last."""
        while path:
            path, key = path
            if type(key) is str:
                return key[:100]
        return "The document"

    def quoted(self, value: object) -> str:
        text = str(value)
        return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"

    def spend(self, values: int, path: Path) -> None:
        self.left -= values
        if self.left < 0:
            raise _Cut("document-large", path, f"The document holds more than {MAX_VALUES:,} values.")

    # The walk ---------------------------------------------------------------------------------------------

    def node(self, node: dict[str, Any], path: Path) -> None:
        """One object: its class, then each property as the class's plan says."""
        self.left -= len(node)
        if self.left < 0:
            self.spend(0, path)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Cut("document-deep", path, f"The document is deeper than {MAX_DEPTH} objects.")
        class_: Any = node.get("@type")
        plan = _PLANS.get(class_) if type(class_) is str else None
        if plan is None:
            class_, plan = self.plan(class_, path)
        for term, value in node.items():
            judge_value = plan.get(term)
            if judge_value is None:
                judge_value = self.first_seen(plan, class_, term, path)
            if judge_value:
                judge_value(self, value, (path, term))  # type: ignore[operator]
        self.depth -= 1

    def plan(self, class_: Any, path: Path) -> tuple[str, Plan]:
        """The plan of an object's class; of several classes, the first known one; "" where none is known."""
        names = class_ if type(class_) is list else [class_]
        if type(class_) is not str:
            self.anything(class_, (path, "@type"))
        if class_ is not None:
            for name in names[:20]:
                if type(name) is str and (name in vocabulary().classes or name in mentioned()):
                    return name, _PLANS.setdefault(name, dict(_START))
            self.unknown(
                "type-unknown", (path, "@type"), names[0] if names else "", frozenset(vocabulary().classes)
            )
        return "", _PLANS[""]

    def first_seen(self, plan: Plan, class_: str, term: Any, path: Path) -> Judge | bool:
        """Work out what to judge of a term on a class, and keep it in the plan if the term is known."""
        entry = vocabulary().properties.get(term)
        if entry is not None:
            judge_value = _judge(entry)
            if class_ and not _in_domain(class_, entry):
                judge_value = _beyond_domain(class_, entry, judge_value)
            plan[term] = judge_value
            return judge_value
        if term in vocabulary().coercions or term in _by_iri():
            plan[term] = Run.anything
        elif class_ or ":" in term:
            self.unknown("property-unknown", (path, term), term, frozenset(vocabulary().properties))
        return Run.anything

    def unknown(self, code: str, path: Path, term: Any, choices: frozenset[str]) -> None:
        close = ""
        if type(term) is str and self.guesses > 0:
            self.guesses -= 1
            close = nearest(term, choices)
        hint = f"Did you mean {close}?" if close else ""
        self.found(code, path, f"{self.quoted(term)} is not in the vocabulary.", hint)

    def context(self, value: Any, path: Path) -> None:
        """A JSON-LD context: only bounds; its @type are rules of reading, not classes."""
        self.anything(value, path, typed=False)

    def anything(self, value: Any, path: Path, *, typed: bool = True) -> None:
        """A value that no rule is known for: only bounds, and the objects in it that say what they are."""
        if type(value) is dict:
            if typed and "@type" in value:
                self.node(value, path)
                return
            inner = value.items()
        elif type(value) is list:
            inner = enumerate(value)  # type: ignore[assignment]
        else:
            if type(value) is str and unsafe(value):
                self.found("uri-unsafe", path, f"{self.term(path)} begins with {scheme_of(value)}:.")
            return
        self.spend(len(value), path)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Cut("document-deep", path, f"The document is deeper than {MAX_DEPTH} objects.")
        for key, item in inner:
            self.anything(item, (path, key), typed=typed)
        self.depth -= 1

    # References -------------------------------------------------------------------------------------------

    def referred(self, entry: PropertyTerm, range_: frozenset[str], value: str, path: Path) -> None:
        """A reference to a thing: blank, by CTID, by address, or a compact name."""
        if self.ids and value in self.ids:
            class_ = self.ids[value].get("@type")
            if type(class_) is str and not in_range(class_, range_):
                self.found("range-unexpected", path, f"{entry.term} points to a {class_} of this document.")
        if value[:3] == "ce-":
            ctid_text = value if is_ctid(value) else value.lower()
            if not is_ctid(ctid_text):
                self.found(
                    "ctid-malformed", path, f"{entry.term} points to {self.quoted(value)}, which is no CTID."
                )
        elif value[:2] == "_:":
            self.blank_used(value, path)
        elif value[:4] != "http" and unsafe(value):
            self.found("uri-unsafe", path, f"{entry.term} begins with {scheme_of(value)}:.")

    def blank_used(self, value: str, path: Path) -> None:
        self.blanks_used.append((value, path))


# What every plan begins with. @type is a text by the time a plan is asked; other keywords hold anything.
_START: Plan = {"@type": False, "@id": identity}
_START["@context"] = Run.context
_START |= dict.fromkeys(("@graph", "@value", "@language", "@index", "@list", "@set"), Run.anything)
_PLANS: dict[str, Plan] = {"": dict(_START)}


@cache
def _judge(entry: PropertyTerm) -> Judge | bool:
    return judge(entry) or False


@cache
def _by_iri() -> frozenset[str]:
    return frozenset(entry.iri for entry in vocabulary().properties.values())


def _in_domain(class_: str, entry: PropertyTerm) -> bool:
    """Whether the vocabulary, or the resource type of the class, foresees a property on a class."""
    declared = vocabulary().classes.get(class_)
    if declared is None or declared.status == "own" or not entry.domain or "rdfs:Resource" in entry.domain:
        return True
    if not ancestors(class_).isdisjoint(entry.domain):
        return True
    return any(item.term == entry.term for item in types.by_class(class_).properties)


def _beyond_domain(class_: str, entry: PropertyTerm, judge_value: Judge | bool) -> Judge:
    def advise(run: Run, value: Any, path: Path) -> None:
        run.found("domain-unexpected", path, f"{entry.term} is not foreseen on {class_}.")
        if judge_value:
            judge_value(run, value, path)  # type: ignore[operator]

    return advise


# The document ---------------------------------------------------------------------------------------------


@cache
def _with_ctid() -> frozenset[str]:
    """Classes whose things have CTIDs."""
    return frozenset(vocabulary().properties["ceterms:ctid"].domain) | {
        class_ for class_, entry in vocabulary().classes.items() if entry.status == "own"
    }


def check(document: Any, place: str = "") -> list[Issue]:
    """All findings of a document: one resource, an object with @graph, or a list of resources.

    place: the file, or file and line, that each finding's JSON pointer is put behind.
    """
    run = Run(place)
    try:
        _document(run, document)
    except _Cut as cut:
        code, path, message = cut.args
        finding = FINDINGS[code]
        run.issues.append(Issue(code, message, run.pointer(path), finding.mend, finding.severity))
    return run.issues


def _document(run: Run, document: Any) -> None:
    if type(document) is dict and "@graph" not in document:
        _top(run, document, None)
    elif type(document) is dict:
        for key, value in document.items():
            if key != "@graph":
                run.anything(value, (None, key), typed=key != "@context")
        _nodes(run, document["@graph"], (None, "@graph"), graph=True)
    else:
        _nodes(run, document, None, graph=False)
    for blank, path in run.blanks_used:
        if blank not in run.blanks:
            message = f"{run.term(path)} points to {run.quoted(blank)}, which is not in the document."
            run.found("reference-dangling", path, message)


def _nodes(run: Run, nodes: Any, path: Path, *, graph: bool) -> None:
    if type(nodes) is dict:
        nodes = [nodes]
    if type(nodes) is not list:
        run.found("document-shape", path, "There is no object here.")
        return
    run.spend(len(nodes), path)
    things: list[Placed] = [(node, (path, place)) for place, node in enumerate(nodes) if type(node) is dict]
    if graph:
        _index(run, things)
    for place, node in enumerate(nodes):
        if type(node) is dict:
            _top(run, node, (path, place))
        else:
            run.found("document-shape", (path, place), "There is no object here.")
            run.anything(node, (path, place))
    if graph:
        _inverses(run, things)
        _frameworks(run, things)


def _index(run: Run, things: list[Placed]) -> None:
    """Nodes of a graph by @id and CTID, so that references inside it can be followed."""
    ctids: dict[str, Path] = {}
    for node, path in things:
        for name in (node.get("@id"), node.get("ceterms:ctid")):
            if type(name) is str:
                run.ids.setdefault(name, node)
        ctid = node.get("ceterms:ctid")
        if type(ctid) is str and ctids.setdefault(ctid, path) is not path:
            run.found("ctid-twice", (path, "ceterms:ctid"), f"{run.quoted(ctid)} is there twice.")


def _top(run: Run, node: dict[str, Any], path: Path) -> None:
    """A thing at the top: what it must have beside what any object must."""
    class_ = node.get("@type")
    identity_ = node.get("@id")
    if class_ is None:
        run.found("type-missing", path, "The thing has no @type.")
    ctid = node.get("ceterms:ctid")
    if ctid is None:
        if type(class_) is str and class_ in _with_ctid() and not str(identity_).startswith("_:"):
            run.found("ctid-missing", path, f"The {class_} has no ceterms:ctid.")
    elif type(ctid) is str and is_ctid(ctid):
        # What we derive has version 5 and no @id, which is put in on export.
        if ctid[17] != "4" and (ctid[17] != "5" or identity_ is not None):
            run.found("ctid-version", (path, "ceterms:ctid"), f"{ctid} is a UUID of version {ctid[17]}.")
        if type(identity_) is str and (other := ctid_in(identity_)) is not None and other != ctid:
            run.found("ctid-not-in-id", (path, "@id"), f"@id carries {other}, ceterms:ctid is {ctid}.")
    run.node(node, path)


def _targets(value: Any) -> list[str]:
    """The names that a reference property holds."""
    values = value if type(value) is list else [value]
    names = (item.get("@id") if type(item) is dict else item for item in values)
    return [name for name in names if type(name) is str]


def _names(node: dict[str, Any]) -> set[str]:
    return {name for name in (node.get("@id"), node.get("ceterms:ctid")) if type(name) is str}


@cache
def _inverse_pairs() -> tuple[tuple[str, str], ...]:
    return tuple((entry.term, entry.inverse) for entry in vocabulary().properties.values() if entry.inverse)


def _inverses(run: Run, things: list[Placed]) -> None:
    """A says that B belongs to it, and B names others but not A."""
    for node, path in things:
        for term, inverse in _inverse_pairs():
            if term not in node:
                continue
            for target in _targets(node[term]):
                other = run.ids.get(target)
                if other is None or inverse not in other:
                    continue
                if _names(node).isdisjoint(_targets(other[inverse])):
                    message = f"{term} names {run.quoted(target)}, whose {inverse} names others only."
                    run.found("inverse-mismatch", (path, term), message)


def _frameworks(run: Run, things: list[Placed]) -> None:
    """A competency published beside a framework should be part of it."""
    frameworks = [node for node, _ in things if node.get("@type") == "ceasn:CompetencyFramework"]
    if not frameworks:
        return
    names = {name for node in frameworks for name in _names(node)}
    for node, path in things:
        part_of = _targets(node.get("ceasn:isPartOf"))
        if node.get("@type") == "ceasn:Competency" and part_of and names.isdisjoint(part_of):
            message = f"ceasn:isPartOf is {run.quoted(part_of[0])}, which is no framework of this document."
            run.found("framework-elsewhere", (path, "ceasn:isPartOf"), message)
