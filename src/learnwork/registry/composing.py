"""Keeping resources and links true to envelopes and decisions: reads both, composes, writes what follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from learnwork.formats.ctdl_documents import resource_document
from learnwork.registry.composition import Preference, Statement, as_list, compose
from learnwork.registry.models import Link
from learnwork.registry.store import Numbers, chunked, insert, resource_ids, select_in, update
from learnwork.vocabulary.documents import Document, caption, dated_references

_STATEMENTS = """
    SELECT e.resource_id, e.id, e.key, e.body, s.key, s.trust, r.date,
        CASE WHEN e.body LIKE '%%"_:%%' THEN g.body END
    FROM registry_envelope e
    LEFT JOIN registry_envelope g ON g.id = e.graph_id
    JOIN registry_source s ON s.id = e.source_id
    JOIN registry_release r ON r.id = e.release_id
    WHERE e.superseded_at IS NULL AND e.withdrawn_at IS NULL AND e.resource_id IN ({})
"""


def read_body(body: str, ctid: str, graph: str | None = None) -> Document:
    """The document of a resource in an envelope's text. graph: text of the document that the envelope is a node of."""
    return resource_document(body if graph is None else graph, ctid)


@dataclass(slots=True)
class Material:
    """All that compositions of some resources rest on. ids are those of the resources that others merged into."""

    statements: dict[int, list[Statement]] = field(default_factory=lambda: defaultdict(list))
    preferences: dict[int, list[Preference]] = field(default_factory=lambda: defaultdict(list))


def material(ids: Iterable[int]) -> Material:
    """Current statements and preferences of resources, those of resources merged into them included."""
    wanted = list(ids)
    root = {i: i for i in wanted}
    merged = select_in(
        "SELECT id, merged_into_id FROM registry_resource WHERE merged_into_id IN ({})", wanted
    )
    root.update(dict(merged))
    ctids = dict(select_in("SELECT id, ct_id FROM registry_resource WHERE id IN ({})", root))
    found = Material()
    for resource, envelope, key, body, source, trust, day, graph in select_in(_STATEMENTS, root):
        document = read_body(body, ctids[resource], graph)
        joined = resource != root[resource]
        statement = Statement(source, trust, _day(day), key, document, envelope, joined)
        found.statements[root[resource]].append(statement)
    for resource, term, source in select_in(
        "SELECT d.resource_id, d.property, s.key FROM registry_decision d JOIN registry_source s ON s.id = d.source_id"
        " WHERE d.kind = 'prefer' AND d.undone_at IS NULL AND d.resource_id IN ({}) ORDER BY d.id",
        root,
    ):
        found.preferences[root[resource]].append(Preference(term, source))
    return found


def _day(value: Any) -> Any:
    from datetime import date

    return date.fromisoformat(value) if isinstance(value, str) else value


def recompose(numbers: Numbers, ids: Iterable[int]) -> None:
    """Compose resources again: name, type, document, links. Withdrawn ones (no statement left) keep their last."""
    for chunk in chunked(dict.fromkeys(ids), 900):
        ctids = dict(select_in("SELECT id, ct_id FROM registry_resource WHERE id IN ({})", chunk))
        rest = material(chunk)
        rows, linked = [], []
        for resource in chunk:
            statements = rest.statements.get(resource, [])
            if not statements:
                continue
            document = compose(statements, rest.preferences.get(resource, ()), ctids[resource])
            alone = len(statements) == 1 and document is statements[0].document
            kept = None if alone else orjson.dumps(document).decode()
            rows.append((caption(document), class_of(document), kept, resource))
            linked.append((resource, document))
        update("UPDATE registry_resource SET name = %s, type = %s, document = %s WHERE id = %s", rows)
        update("DELETE FROM registry_link WHERE subject_id = %s", [(resource,) for resource, _ in linked])
        Linker(numbers).write(linked)


def class_of(document: Document) -> str:
    """The document's class; of several the first. "" if it names none."""
    return str(as_list(document.get("@type") or "")[0])


class Linker:
    """Writes links of documents; remembers CTIDs and URIs that it resolved, so that popular objects cost nothing."""

    _REMEMBER = 200_000

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._known: dict[str, int] = {}

    def learn(self, names: Iterable[tuple[str, int]]) -> None:
        """Tell of resources that were just made."""
        if len(self._known) > self._REMEMBER:
            self._known.clear()
        self._known.update(names)

    def write(self, documents: Sequence[tuple[int, Document]]) -> int:
        found = [(resource, dated_references(document)) for resource, document in documents]
        missing = {reference.target for _, named in found for reference in named} - self._known.keys()
        if missing:
            self.learn(self._resolve(missing).items())
        rows = []
        for resource, named in found:
            for predicate, name, begins, ends in named:
                target = self._known.get(name)
                if target != resource:
                    left = "" if target is not None else name
                    rows.append(
                        (self._numbers.next(Link), resource, predicate[:200], target, left, begins, ends)
                    )
        insert(
            Link, ("id", "subject_id", "predicate", "object_id", "reference", "valid_from", "valid_to"), rows
        )
        return len(rows)

    @staticmethod
    def _resolve(references: set[str]) -> dict[str, int]:
        found = resource_ids(r for r in references if r.startswith("ce-"))
        uris = [r for r in references if not r.startswith("ce-")]
        found.update(
            select_in(
                "SELECT value, resource_id FROM registry_identifier"
                " WHERE resource_id IS NOT NULL AND scheme = 'uri' AND value IN ({})",
                uris,
            )
        )
        return found


def close_references(names: Sequence[tuple[str, int]]) -> None:
    """Point open links at resources that have arrived; `names` are their CTIDs and URIs."""
    by_name = dict(names)
    rows = select_in(
        "SELECT reference, id FROM registry_link WHERE object_id IS NULL AND reference IN ({})", by_name
    )
    update(
        "UPDATE registry_link SET object_id = %s, reference = '' WHERE id = %s",
        [(by_name[reference], link) for reference, link in list(rows)],
    )
