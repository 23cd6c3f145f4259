"""Taking documents into the store: envelopes, the resources they are about, identifiers, links, changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson

from learnwork.formats.model import Document, Said
from learnwork.intake.report import Report
from learnwork.registry.composing import Linker, class_of, close_references, recompose
from learnwork.registry.models import Change, Envelope, Identifier, Release, Resource
from learnwork.registry.store import (
    ALIAS,
    Numbers,
    append_changes,
    insert,
    moment,
    resource_ids,
    select_in,
    update,
)
from learnwork.vocabulary.checks import check
from learnwork.vocabulary.documents import caption
from learnwork.vocabulary.errors import Issue

_CURRENT = """
    SELECT key, id, digest, resource_id, release_id FROM registry_envelope
    WHERE source_id = %s AND superseded_at IS NULL AND withdrawn_at IS NULL AND key IN ({})
"""
_ENVELOPE = (
    "id",
    "source_id",
    "release_id",
    "resource_id",
    "key",
    "digest",
    "body",
    "place",
    "graph_id",
    "received_at",
)


def _check(said: Said, document: Document) -> list[Issue]:
    """Findings of a document; of a `@graph` once, on the whole, where its nodes can be held against each other."""
    if said.graph:
        return []
    whole = said.text is not None and '"@graph"' in said.text
    return check(orjson.loads(said.text) if whole else document, said.place or said.key)  # type: ignore[arg-type]


class _Held(NamedTuple):
    envelope: int
    digest: bytes
    resource: int
    release: int


class _Known(NamedTuple):
    id: int
    status: str
    owner: int | None
    merged_into: int | None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document that is new or changed, built and checked."""

    said: Said
    document: Document
    body: str


class DocumentsIn:
    """The documents of one release. Feed it with `take`, then call `withdraw_missing` for a snapshot."""

    def __init__(self, release: Release, numbers: Numbers, at: datetime, report: Report) -> None:
        self._release = release
        self._numbers = numbers
        self._at = at
        self._report = report
        self._linker = Linker(numbers)
        self._graphs: dict[str, int] = {}
        self._seen: set[int] = set()
        later = Release.objects.filter(source_id=release.source_id, date__gt=release.date)
        self._newer = frozenset(later.values_list("id", flat=True))
        self._here: dict[str, int] = {}

    def take(self, chunk: list[Said]) -> dict[str, int]:
        """Take documents; returns which resources their CTIDs mean."""
        self._here = {}
        current = self._current(chunk)
        fresh: dict[str, Incoming] = {}
        changed: list[tuple[Incoming, _Held]] = []
        for said in chunk:
            held = current.get(said.key)
            if said.key in fresh or (held and held.release == self._release.pk):
                self._refuse("duplicate-key", f"The key {said.key!r} occurs twice in this release.", said)
            elif held is None:
                if incoming := self._build(said):
                    fresh[said.key] = incoming
            else:
                self._seen.add(held.envelope)
                self._here[said.ctid] = held.resource
                if held.release in self._newer:
                    self._report.older += 1
                elif held.digest == said.digest:
                    self._report.unchanged += 1
                elif incoming := self._build(said):
                    changed.append((incoming, held))
                    current[said.key] = held._replace(release=self._release.pk)
        self._report.documents += len(chunk)
        self._report.classes.update(said.type for said in chunk)
        self._take_fresh(list(fresh.values()))
        self._take_changed(changed)
        return self._here

    def withdraw_missing(self) -> int:
        """Withdraw what the former release had and this one lacks. Returns how many the source had before."""
        with_source = Envelope.objects.filter(
            source_id=self._release.source_id, superseded_at=None, withdrawn_at=None
        ).exclude(release_id=self._release.pk)
        held = dict(with_source.values_list("id", "resource_id"))
        missing = {envelope: resource for envelope, resource in held.items() if envelope not in self._seen}
        former = len(held) + self._report.changed
        time = moment(self._at)
        update(
            "UPDATE registry_envelope SET withdrawn_at = %s WHERE id = %s",
            [(time, e) for e in sorted(missing)],
        )
        self._report.withdrawn = len(missing)
        for (key,) in select_in("SELECT key FROM registry_envelope WHERE id IN ({})", sorted(missing)[:100]):
            self._report.name("withdrawn", key)
        self._settle_withdrawn(sorted(set(missing.values())))
        return former

    def _settle_withdrawn(self, resources: list[int]) -> None:
        speaking = {
            row[0]
            for row in select_in(
                "SELECT DISTINCT resource_id FROM registry_envelope"
                " WHERE superseded_at IS NULL AND withdrawn_at IS NULL AND resource_id IN ({})",
                resources,
            )
        }
        silent = [r for r in resources if r not in speaking]
        update(
            "UPDATE registry_resource SET status = 'withdrawn' WHERE status = 'current' AND id = %s",
            [(r,) for r in silent],
        )
        recompose(self._numbers, sorted(speaking))
        kinds = [(r, Change.Kind.UPDATED if r in speaking else Change.Kind.WITHDRAWN) for r in resources]
        append_changes(self._numbers, kinds, self._at, self._release.pk)

    def _current(self, chunk: list[Said]) -> dict[str, _Held]:
        rows = select_in(_CURRENT, [said.key for said in chunk], self._release.source_id)
        return {
            key: _Held(envelope, bytes(digest), resource, release)
            for key, envelope, digest, resource, release in rows
        }

    def _refuse(self, code: str, message: str, said: Said, hint: str = "") -> None:
        self._report.add(Issue(code, message, said.place or said.key, hint), refuses=True)

    def _build(self, said: Said) -> Incoming | None:
        document = said.document()
        findings = _check(said, document)
        for finding in findings:
            self._report.add(finding)
        if any(finding.severity == "error" and finding.code.startswith("ctid-") for finding in findings):
            self._report.refused += 1
            return None
        body = said.text if said.text is not None else orjson.dumps(document).decode()
        self._report.shapes[(said.type, tuple(document))] += 1
        return Incoming(said, document, body)

    def _take_fresh(self, incoming: list[Incoming]) -> None:
        if not incoming:
            return
        known = self._known(incoming)
        by_identifier = self._by_identifier(incoming, known)
        created: dict[str, tuple[int, Incoming]] = {}
        attached: list[tuple[int, Incoming]] = []
        restored: list[int] = []
        aliases: list[tuple[str, int]] = []
        for one in incoming:
            said = one.said
            here = known.get(said.ctid)
            if here and said.owned and here.owner not in (None, self._release.source_id):
                self._refuse(
                    "ctid-owned",
                    f"{said.ctid} belongs to another publisher.",
                    said,
                    "Publish under a CTID of your own, or ask the registry to say that the two are the same.",
                )
                continue
            if here:
                attached.append((here.id, one))
                if here.status == Resource.Status.WITHDRAWN:
                    restored.append(here.id)
            elif said.ctid in created:
                attached.append((created[said.ctid][0], one))
            elif (match := by_identifier.get(said.key)) is not None:
                attached.append((match, one))
                aliases.append((said.ctid, match))
            else:
                created[said.ctid] = (self._numbers.next(Resource), one)
        self._create(list(created.values()))
        self._here.update((one.said.ctid, resource) for resource, one in [*created.values(), *attached])
        self._name_again(aliases)
        self._attach(attached, restored)
        self._identify([*created.values(), *attached])
        self._report.new += len(created) + len(attached)

    def _known(self, incoming: list[Incoming]) -> dict[str, _Known]:
        rows = select_in(
            "SELECT ct_id, id, status, owner_id, merged_into_id FROM registry_resource WHERE ct_id IN ({})",
            {one.said.ctid for one in incoming},
        )
        known = {ctid: _Known(*rest) for ctid, *rest in rows}
        aliases = resource_ids(one.said.ctid for one in incoming if one.said.ctid not in known)
        rows = select_in(
            "SELECT id, status, owner_id, merged_into_id FROM registry_resource WHERE id IN ({})",
            aliases.values(),
        )
        named = {row[0]: _Known(*row) for row in rows}
        return known | {ctid: named[resource] for ctid, resource in aliases.items()}

    def _name_again(self, aliases: list[tuple[str, int]]) -> None:
        """Let the CTIDs that this source derived mean the resources that were here already."""
        insert(Identifier, ("scheme", "value", "resource_id"), [(ALIAS, ctid, r) for ctid, r in aliases])
        self._linker.learn(aliases)
        close_references(aliases)

    def _by_identifier(self, incoming: list[Incoming], known: dict[str, _Known]) -> dict[str, int]:
        """Key → resource that another source told of under the same identifier. Never one of this source's own."""
        wanted = {
            identifier: one.said.key
            for one in incoming
            if one.said.ctid not in known and not one.said.owned
            for identifier in one.said.identifiers
        }
        if not wanted:
            return {}
        rows = select_in(
            "SELECT scheme, value, resource_id FROM registry_identifier"
            " WHERE resource_id IS NOT NULL AND value IN ({})",
            {identifier.value for identifier in wanted},
        )
        found = {
            wanted[(scheme, value)]: resource  # type: ignore[index]
            for scheme, value, resource in rows
            if (scheme, value) in wanted
        }
        own = {
            row[0]
            for row in select_in(
                "SELECT DISTINCT resource_id FROM registry_envelope WHERE source_id = %s AND resource_id IN ({})",
                set(found.values()),
                self._release.source_id,
            )
        }
        taken: set[int] = set()
        matches = {}
        for key, resource in found.items():
            if resource not in own and resource not in taken:
                taken.add(resource)
                matches[key] = resource
        return matches

    def _create(self, created: list[tuple[int, Incoming]]) -> None:
        source = self._release.source_id
        insert(
            Resource,
            ("id", "ct_id", "type", "name", "status", "derived", "owner_id", "merged_into_id", "document"),
            [
                (
                    resource,
                    one.said.ctid,
                    class_of(one.document) or one.said.type,
                    caption(one.document),
                    "current",
                    one.said.derived,
                    source if one.said.owned else None,
                    None,
                    None,
                )
                for resource, one in created
            ],
        )
        self._write_envelopes(created)
        names = [(one.said.ctid, resource) for resource, one in created]
        self._linker.learn(names)
        self._report.links += self._linker.write([(resource, one.document) for resource, one in created])
        uris = [
            (i.value, resource)
            for resource, one in created
            for i in one.said.identifiers
            if i.scheme == "uri"
        ]
        close_references(names + uris)
        kinds = [(resource, Change.Kind.CREATED) for resource, _ in created]
        append_changes(self._numbers, kinds, self._at, self._release.pk)
        for _, one in created:
            self._report.name("new", one.said.key)

    def _attach(self, attached: list[tuple[int, Incoming]], restored: list[int]) -> None:
        """Envelopes of resources that are here already."""
        if not attached:
            return
        self._write_envelopes(attached)
        update("UPDATE registry_resource SET status = 'current' WHERE id = %s", [(r,) for r in restored])
        owned = [(self._release.source_id, resource) for resource, one in attached if one.said.owned]
        update(
            "UPDATE registry_resource SET owner_id = %s, derived = %s WHERE id = %s",
            [(s, False, r) for s, r in owned],
        )
        self._publish([resource for resource, _ in attached], set(restored))

    def _take_changed(self, changed: list[tuple[Incoming, _Held]]) -> None:
        if not changed:
            return
        time = moment(self._at)
        update(
            "UPDATE registry_envelope SET superseded_at = %s WHERE id = %s",
            [(time, held.envelope) for _, held in changed],
        )
        pairs = [(held.resource, one) for one, held in changed]
        self._write_envelopes(pairs)
        self._identify(pairs)
        self._publish([resource for resource, _ in pairs], set())
        self._report.changed += len(changed)
        for one, _ in changed:
            self._report.name("changed", one.said.key)

    def _publish(self, resources: list[int], restored: set[int]) -> None:
        roots = dict(
            select_in(
                "SELECT id, COALESCE(merged_into_id, id) FROM registry_resource WHERE id IN ({})", resources
            )
        )
        touched = sorted({roots[resource] for resource in resources})
        recompose(self._numbers, touched)
        kinds = [(r, Change.Kind.RESTORED if r in restored else Change.Kind.UPDATED) for r in touched]
        append_changes(self._numbers, kinds, self._at, self._release.pk)

    def _write_envelopes(self, pairs: list[tuple[int, Incoming]]) -> None:
        time = moment(self._at)
        source, release = self._release.source_id, self._release.pk
        rows = []
        for resource, one in pairs:
            envelope = self._numbers.next(Envelope)
            said = one.said
            if said.text is not None:
                self._graphs[said.key] = envelope
            graph = self._graphs.get(said.graph) if said.graph else None
            rows.append(
                (
                    envelope,
                    source,
                    release,
                    resource,
                    said.key,
                    said.digest,
                    one.body,
                    said.place,
                    graph,
                    time,
                )
            )
        insert(Envelope, _ENVELOPE, rows)

    def _identify(self, pairs: list[tuple[int, Incoming]]) -> None:
        """Keep identifiers. One that already names another resource of this source identifies nothing any more."""
        named: dict[tuple[str, str], int | None] = {}
        for resource, one in pairs:
            for identifier in one.said.identifiers:
                pair = (identifier.scheme, identifier.value)
                named[pair] = resource if named.get(pair, resource) == resource else None
        here = {
            (scheme, value): (pk, resource)
            for scheme, value, pk, resource in select_in(
                "SELECT scheme, value, id, resource_id FROM registry_identifier WHERE value IN ({})",
                {value for _, value in named},
            )
        }
        insert(
            Identifier,
            ("scheme", "value", "resource_id"),
            [(scheme, value, r) for (scheme, value), r in named.items() if (scheme, value) not in here],
        )
        ambiguous = [
            (here[pair][0],) for pair, r in named.items() if pair in here and here[pair][1] not in (None, r)
        ]
        update("UPDATE registry_identifier SET resource_id = NULL WHERE id = %s", ambiguous)
