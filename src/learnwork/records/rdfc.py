"""RDF Dataset Canonicalization (RDFC-1.0) of our own: canonical labels for blank nodes, within a budget of work.

Nodes whose statements differ are told apart by one digest each. Those that share a digest need the expensive part of
the algorithm, whose cost grows with the factorial of their number in graphs made for it; the budget counts its steps.

A neighbour that several statements relate in the same way is listed as often as they do, as in rdf-canonize, by which
most records are signed. pyoxigraph lists it once (`repeated=False`), which gives other labels to rare graphs, such as
two proofs that are alike in every word; the examples of the W3C do not tell the two readings apart.
Source: RDFC-1.0, sections 4.4 (the algorithm), 4.6 (first-degree hash), 4.7 and 4.8 (n-degree hash).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import permutations

from learnwork.records.nquads import Quad
from learnwork.records.work import Work

# Steps of the expensive part: some 5 million digests would take minutes, these take under half a second.
BUDGET = 60_000
DEPTH = 200
HASHES: dict[str, Callable[[bytes], hashlib._Hash]] = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}


def canonical(
    quads: Iterable[Quad],
    *,
    algorithm: str = "sha256",
    budget: int = BUDGET,
    repeated: bool = True,
    work: Work | None = None,
) -> tuple[list[str], dict[str, str]]:
    """The canonical lines in order, and the canonical label (`_:c14n0`) of each blank node of the input.

    Raises TooComplexError.
    """
    lines, blank = [], []
    for quad in dict.fromkeys(quads):
        s, p, o, g = quad
        if s[0] == "_" or o[0] == "_" or g[:1] == "_":
            blank.append(quad)
        else:
            lines.append(f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n")
    labels = label(blank, algorithm=algorithm, budget=budget, repeated=repeated, work=work)
    of = labels.get
    for s, p, o, g in blank:
        lines.append(f"{of(s, s)} {p} {of(o, o)} {of(g, g)} .\n" if g else f"{of(s, s)} {p} {of(o, o)} .\n")
    lines.sort()
    return lines, labels


def label(
    quads: Iterable[Quad],
    *,
    algorithm: str = "sha256",
    budget: int = BUDGET,
    repeated: bool = True,
    work: Work | None = None,
) -> dict[str, str]:
    """The canonical label of each blank node of distinct quads. Raises TooComplexError."""
    mentions: dict[str, list[Quad]] = {}
    for quad in quads:
        subject, _, thing, graph = quad
        if subject[0] == "_":
            mentions.setdefault(subject, []).append(quad)
        if thing[0] == "_" and thing != subject:
            mentions.setdefault(thing, []).append(quad)
        if graph and graph[0] == "_" and graph != subject and graph != thing:
            mentions.setdefault(graph, []).append(quad)
    make = HASHES[algorithm]
    by_hash: dict[str, list[str]] = {}
    for node, about in mentions.items():
        by_hash.setdefault(_first_degree(node, about, make), []).append(node)
    labels: dict[str, str] = {}
    ordered = sorted(by_hash.items())
    for _, nodes in ordered:
        if len(nodes) == 1:
            labels[nodes[0]] = f"_:c14n{len(labels)}"
    if len(labels) < len(mentions):
        hashes = {node: digest for digest, nodes in ordered for node in nodes}
        search = _Search(mentions, hashes, labels, make, work or Work(steps=budget), repeated)
        search.run(nodes for _, nodes in ordered if len(nodes) > 1)
    return labels


def _first_degree(node: str, about: list[Quad], make: Callable[[bytes], hashlib._Hash]) -> str:
    lines = []
    for s, p, o, g in about:
        s = ("_:a" if s == node else "_:z") if s[0] == "_" else s
        o = ("_:a" if o == node else "_:z") if o[0] == "_" else o
        if g:
            g = ("_:a" if g == node else "_:z") if g[0] == "_" else g
            lines.append(f"{s} {p} {o} {g} .\n")
        else:
            lines.append(f"{s} {p} {o} .\n")
    lines.sort()
    return make("".join(lines).encode()).hexdigest()


class _Issuer:
    """Labels given out in order, with a prefix; copied at every branch of the search."""

    __slots__ = ("given",)

    def __init__(self, given: dict[str, str] | None = None) -> None:
        self.given: dict[str, str] = given or {}

    def issue(self, node: str) -> str:
        return self.given.setdefault(node, f"_:b{len(self.given)}")

    def copy(self) -> _Issuer:
        return _Issuer(dict(self.given))


class _Search:
    """The n-degree hash: tells apart nodes whose own statements are the same, by their neighbours."""

    def __init__(
        self,
        mentions: dict[str, list[Quad]],
        hashes: dict[str, str],
        labels: dict[str, str],
        make: Callable[[bytes], hashlib._Hash],
        work: Work,
        repeated: bool,
    ) -> None:
        self.mentions, self.hashes, self.labels, self.make = mentions, hashes, labels, make
        self.work = work
        self.repeated = repeated

    def run(self, groups: Iterable[list[str]]) -> None:
        for nodes in groups:
            paths = []
            for node in nodes:
                if node not in self.labels:
                    issuer = _Issuer()
                    issuer.issue(node)
                    paths.append(self.n_degree(node, issuer, 0))
            paths.sort(key=lambda path: path[0])
            for _, issuer in paths:
                for node in issuer.given:
                    self.labels.setdefault(node, f"_:c14n{len(self.labels)}")

    def n_degree(self, node: str, issuer: _Issuer, depth: int) -> tuple[str, _Issuer]:
        if depth > DEPTH:
            self.work.search(self.work.steps + 1)
        data = []
        for digest, related in sorted(self.related(node, issuer).items()):
            chosen, best = "", issuer
            if len(related) > DEPTH and len(set(related)) > 1:
                self.work.search(self.work.steps + 1)
            for order in _orders(related):
                path, branch = self.follow(order, issuer, chosen, depth)
                if path and (not chosen or path < chosen):
                    chosen, best = path, branch
            issuer = best
            data.append(digest + chosen)
        return self.make("".join(data).encode()).hexdigest(), issuer

    def related(self, node: str, issuer: _Issuer) -> dict[str, list[str]]:
        """The blank nodes beside a node, by what relates them (4.7)."""
        about = self.mentions[node]
        self.work.search(len(about))
        found: dict[str, list[str]] = {}
        for subject, predicate, thing, graph in about:
            for position, other in (("s", subject), ("o", thing), ("g", graph)):
                if other and other[0] == "_" and other != node:
                    name = self.labels.get(other) or issuer.given.get(other) or self.hashes[other]
                    said = position + name if position == "g" else position + predicate + name
                    found.setdefault(self.make(said.encode()).hexdigest(), []).append(other)
        return (
            found if self.repeated else {said: list(dict.fromkeys(others)) for said, others in found.items()}
        )

    def follow(self, order: tuple[str, ...], issuer: _Issuer, chosen: str, depth: int) -> tuple[str, _Issuer]:
        """The path of one order of related nodes; "" as soon as it is worse than the chosen one (4.8.3, step 5.4)."""
        self.work.search(len(order) + len(issuer.given))
        issuer, path, deeper = issuer.copy(), "", []
        for other in order:
            if other in self.labels:
                path += self.labels[other]
                continue
            if other not in issuer.given:
                deeper.append(other)
            path += issuer.issue(other)
            if chosen and len(path) >= len(chosen) and path > chosen:
                return "", issuer
        for other in deeper:
            digest, branch = self.n_degree(other, issuer, depth + 1)
            path += f"{issuer.issue(other)}<{digest}>"
            issuer = branch
            if chosen and len(path) >= len(chosen) and path > chosen:
                return "", issuer
        return path, issuer


def _orders(nodes: list[str]) -> Iterator[tuple[str, ...]]:
    """Every order of some nodes, once, also where a node stands among them several times."""
    counts = Counter(nodes)
    if len(counts) == 1:
        yield tuple(nodes)
    elif len(counts) == len(nodes):
        yield from permutations(nodes)
    else:
        yield from _distinct(counts, len(nodes))


def _distinct(counts: Counter[str], left: int) -> Iterator[tuple[str, ...]]:
    if not left:
        yield ()
    for node in list(counts):
        if counts[node]:
            counts[node] -= 1
            for rest in _distinct(counts, left - 1):
                yield (node, *rest)
            counts[node] += 1
