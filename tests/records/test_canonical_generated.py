"""Both ways to the canonical form agree on documents made from the pinned contexts, good and bad.

Documents are drawn along the terms that hold at each place: by type, by property, by further contexts; with keys in
any order, nodes that repeat, blank nodes, lists, languages, numbers, and now and then a fault.
"""

from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from learnwork.records import active, canonical, contexts, rdfc, walking
from learnwork.records.errors import RecordError

VC1 = "https://www.w3.org/2018/credentials/v1"
VC2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/"
SETS = [
    (VC2,),
    (VC1,),
    (VC2, OB + "context-3.0.3.json"),
    (VC2, OB + "context-3.0.3.json", CLR + "context-2.0.1.json"),
    (VC2, OB + "context-3.0.2.json"),
    (VC1, OB + "context.json"),
    (VC1, OB + "context-3.0.1.json", "https://w3id.org/security/suites/ed25519-2020/v1"),
    (VC2, "https://www.w3.org/ns/credentials/examples/v2"),
    (VC2, "https://w3id.org/citizenship/v4rc1"),
    (VC2, "https://w3id.org/vdl/v1", "https://w3id.org/vdl/aamva/v1"),
    (VC1, "https://w3id.org/dcc/v1"),
    ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"),
    ("https://w3id.org/security/v2",),
    ("https://w3id.org/security/jwk/v1",),
    ("https://w3id.org/openbadges/v2",),
]
IDENTIFIERS = [
    "urn:a",
    "https://example.org/a b",
    "did:example:1",
    "_:x",
    "_:y",
    "_:x",
    "a",
    "schema:Thing",
    "urn:b",
    "",
]
TEXTS = ["", "A", "B", 'a\n"\\', "é\u2028", "2026-01-15T00:00:00Z", "urn:a", "_:x", "AchievementCredential"]
scalars = st.sampled_from([*TEXTS, 0, 1, -1, 1.5, 2.0, 1e30, 10**25, True, False, None])
texts = st.sampled_from(TEXTS)
good_identifiers = st.sampled_from(["urn:a", "urn:b", "did:example:1", "_:x", "_:y", "https://example.org/c"])
identifiers = st.one_of(*[good_identifiers] * 20, st.sampled_from(IDENTIFIERS))


@st.composite
def values(draw: st.DrawFn) -> Any:
    """A value object, mostly a good one."""
    found: dict[str, Any] = {"@value": draw(texts)}
    kind = draw(st.integers(0, 9))
    if kind < 4:
        found["@language"] = draw(st.sampled_from(["en", "EN-gb", "e n"] if kind == 0 else ["en", "es"]))
    if kind in (2, 3, 4):
        found["@direction"] = draw(st.sampled_from(["ltr", "rtl"]))
    if kind > 7:
        found[draw(st.sampled_from(["@type", "type"]))] = draw(
            st.sampled_from(["xsd:date", "urn:t", "https://e.org/t"])
        )
        found["@value"] = draw(scalars)
    return found


@st.composite
def nodes(draw: st.DrawFn, context: active.Active, depth: int, pool: list[Any]) -> Any:
    """A node object under a context; `pool` keeps those made before, to be repeated."""
    if pool and draw(st.integers(0, 7)) == 0:
        return draw(st.sampled_from(pool))
    node: dict[str, Any] = {}
    if depth < 3 and draw(st.integers(0, 12)) == 0:
        node["@context"] = draw(st.sampled_from([list(names) for names in SETS] + [VC2]))
        try:
            names = node["@context"] if isinstance(node["@context"], list) else [node["@context"]]
            context = context.with_addresses(tuple(names))
        except RecordError:
            return node
    typed = [name for name, term in context.terms.items() if term.scoped is not active.ABSENT]
    plain = [name for name, term in context.terms.items() if term.iri[:1] != "@" and not term.prefix]
    if plain and draw(st.booleans()):
        types = draw(st.lists(st.sampled_from(typed or plain), min_size=0, max_size=2))
        node[context.type_key] = types[0] if len(types) == 1 and draw(st.booleans()) else types
        try:
            context = context.of_types(tuple(types))[0]
        except (RecordError, active.BeyondError):
            return node
        plain = [name for name, term in context.terms.items() if term.iri[:1] != "@" and not term.prefix]
    if draw(st.booleans()):
        node[context.id_key] = draw(identifiers)
    for name in draw(st.lists(st.sampled_from(plain or ["none"]), max_size=5, unique=True)):
        node[name] = draw(contents(context, name, depth, pool))
    if draw(st.integers(0, 60)) == 0:
        node[
            draw(st.sampled_from(["undefined", "@id", "@type", "@included", "schema:name", "urn:k", ""]))
        ] = "urn:a"
    pool.append(node)
    keys = draw(st.permutations(list(node)))
    return {key: node[key] for key in keys}


@st.composite
def contents(draw: st.DrawFn, context: active.Active, name: str, depth: int, pool: list[Any]) -> Any:
    """What stands under a key: one thing or several."""
    count = draw(st.sampled_from([1, 1, 1, 1, 0, 2, 3]))
    items = [draw(one(context, name, depth, pool)) for _ in range(count)]
    if count == 1 and draw(st.booleans()):
        return items[0]
    if items and draw(st.integers(0, 20)) == 0:
        return draw(st.sampled_from([[items], {"@list": items}, {"@set": items}]))
    return items


@st.composite
def one(draw: st.DrawFn, context: active.Active, name: str, depth: int, pool: list[Any]) -> Any:
    term = context.terms.get(name)
    kind = draw(st.integers(0, 9))
    if kind < 4 and depth:
        try:
            inside = context.key(name).within
        except (active.BeyondError, RecordError):
            inside = context
        return draw(nodes(inside, depth - 1, pool))
    if kind == 4:
        return draw(values())
    if kind == 5:
        return {context.id_key: draw(identifiers)}
    if term and term.type in ("@id", "@vocab"):
        return draw(identifiers) if kind < 9 else draw(scalars)
    return draw(scalars)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.sampled_from(SETS))
    node = draw(nodes(active.root().with_addresses(names), 4, []))
    return {"@context": list(names)} | {key: value for key, value in node.items() if key != "@context"}


def outcome(make: Any, document: dict[str, Any]) -> str:
    try:
        return make(document)
    except RecordError as error:
        return error.code


@given(documents())
def test_the_fast_path_and_the_reference_agree(document: dict[str, Any]):
    expected = outcome(canonical.canonize_reference, document)
    try:
        quads = walking.to_quads(document)[0]
    except active.BeyondError:
        event("left to the reference")
        # What the fast path leaves out is the reference's to answer, in the same words.
        assert outcome(lambda said: canonical.canonical_of(canonical.to_quads(said)), document) == expected
        return
    event("walked")
    # pyoxigraph counts a neighbour once; see rdfc.
    assert outcome(lambda _: "".join(rdfc.canonical(quads, repeated=False)[0]), document) == expected


blank = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "_:e", "<urn:x>"])
statements = st.tuples(
    blank,
    st.sampled_from(["<urn:p>", "<urn:q>"]),
    blank | st.sampled_from(['"v"']),
    st.sampled_from(["", "", "_:g", "_:a"]),
)


@given(st.lists(statements, max_size=12), st.permutations(["_:a", "_:b", "_:c", "_:d", "_:e", "_:g"]))
def test_labels_do_not_depend_on_names_or_order(quads: list[Any], names: list[str]):
    """Isomorphic statements have one canonical form, and pyoxigraph's where it reads the algorithm the same way."""
    renamed = dict(zip(["_:a", "_:b", "_:c", "_:d", "_:e", "_:g"], names, strict=True))
    turned = [tuple(renamed.get(part, part) for part in quad) for quad in reversed(quads)]
    assert rdfc.canonical(quads)[0] == rdfc.canonical(turned)[0]
    assert "".join(rdfc.canonical(quads, repeated=False)[0]) == canonical.canonical_of(quads)


@pytest.mark.big
def test_each_set_of_contexts_is_one_that_agrees():
    for names in SETS:
        assert set(names) <= set(contexts.table())
        assert active.root().with_addresses(names).terms
