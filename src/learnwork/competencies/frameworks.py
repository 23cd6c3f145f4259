"""A competency framework as people read it: its statements, what stands under what, and in which order.

frame = framework(document, documents)
frame.tree.roots                        # what it begins with
frame.tree.below(ctid)                  # what stands right under it, in order
frame.tree.apart                        # what no way from the top leads to: circles, and what has no place
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from learnwork.competencies.tree import Node, Tree
from learnwork.vocabulary.ctid import ctid_in
from learnwork.vocabulary.documents import Document, caption, in_language, texts

UNNAMED = "(no name)"


@dataclass(frozen=True, slots=True)
class Item:
    """One competency. text: its statement, "" where it is not known. about: what else may change between versions."""

    ctid: str
    text: str
    language: str = ""
    code: str = ""
    label: str = ""
    kind: str = ""
    level: str = ""
    notes: str = ""
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    top: bool = False

    @property
    def name(self) -> str:
        return self.text or self.label or self.code or UNNAMED


@dataclass(frozen=True)
class Framework:
    """tops: what it begins with, as it lists it. document: its own."""

    ctid: str
    name: str
    items: Mapping[str, Item]
    tops: tuple[str, ...] = ()
    document: Document = field(default_factory=dict, repr=False)

    @cached_property
    def tree(self) -> Tree:
        nodes = (Node(one.ctid, one.parents, one.children, one.top) for one in self.items.values())
        return Tree(nodes, self.tops)

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {
            ctid: f"{one.code} {one.label} {one.text} {one.kind}".casefold()
            for ctid, one in self.items.items()
        }

    def find(self, words: str) -> list[Item]:
        """The statements that hold every one of the words, in their code, label, kind or text; a code alone first."""
        wanted = words.casefold().split()
        if not wanted:
            return []
        found = [
            self.items[ctid] for ctid, text in self._folded.items() if all(word in text for word in wanted)
        ]
        return sorted(found, key=lambda one: one.code.casefold() != words.strip().casefold())


def framework(
    document: Document, documents: Iterable[Document], means: Callable[[str], str] = lambda ctid: ctid
) -> Framework:
    """From the documents of CTDL-ASN. means: which CTID another CTID means, where things were found to be the same."""
    items = {one.ctid: one for one in (_item(each, means) for each in documents)}
    tops = _ctids(document.get("ceasn:hasTopChild"), means)
    return Framework(str(document.get("ceterms:ctid", "")), caption(document), items, tops, document)


def _item(one: Document, means: Callable[[str], str]) -> Item:
    """Hot: a framework of 10,000 statements is read whole."""
    statement = one.get("ceasn:competencyText")
    code = one.get("ceasn:codedNotation")
    return Item(
        ctid=str(one.get("ceterms:ctid", "")),
        text=in_language(statement),
        language=next(iter(statement), "") if isinstance(statement, dict) else "",
        code=code if isinstance(code, str) else "",
        label=in_language(one["ceasn:competencyLabel"]) if "ceasn:competencyLabel" in one else "",
        kind=in_language(one["ceasn:competencyCategory"]) if "ceasn:competencyCategory" in one else "",
        level="; ".join(_levels(one)),
        notes="\n\n".join(texts(one["ceasn:comment"])) if "ceasn:comment" in one else "",
        parents=_ctids(one["ceasn:isChildOf"], means) if "ceasn:isChildOf" in one else (),
        children=_ctids(one["ceasn:hasChild"], means) if "ceasn:hasChild" in one else (),
        top="ceasn:isTopChildOf" in one,
    )


def _levels(one: Document) -> list[str]:
    """Levels in words: of complexity, and of education, by the name or the end of the concept."""
    found = []
    for term in ("ceasn:complexityLevel", "ceasn:educationLevelType"):
        value = one.get(term, ())
        for each in value if isinstance(value, list | tuple) else [value]:
            if isinstance(each, dict):
                name = in_language(each.get("ceterms:targetNodeName")) or str(
                    each.get("ceterms:targetNode", "")
                )
                found.append(name.rpartition(":")[2] if name.count(":") == 1 else name)
            elif isinstance(each, str):
                found.append(each.rpartition("/")[2])
    raw = one.get("lw:case")
    item = raw.get("item") if isinstance(raw, dict) else None
    education = item.get("educationLevel", item.get("educationalLevel")) if isinstance(item, dict) else None
    return [one for one in (*found, *texts(education)) if one]


def _ctids(value: object, means: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(means(ctid_in(text) or text) for text in texts(value)))
