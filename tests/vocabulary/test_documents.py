"""Captions, texts and references of documents of any class."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.vocabulary.documents import caption, dated_references, in_language, primary, references, texts

A = "ce-00000000-0000-4000-8000-00000000000a"
B = "ce-00000000-0000-4000-8000-00000000000b"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"ceterms:name": {"en": "Welding"}}, "Welding"),
        ({"ceterms:name": {"es": "Soldadura", "en-US": "Welding"}}, "Welding"),
        ({"ceterms:name": "Bare"}, "Bare"),
        ({"ceasn:competencyText": {"en": "Weld"}}, "Weld"),
        ({"ceterms:name": {}, "ceterms:ctid": A}, A),
        ({}, "(no name)"),
    ],
)
def test_a_caption_is_never_empty(document: dict[str, Any], expected: str) -> None:
    assert caption(document) == expected


def test_a_language_is_chosen_exactly_then_by_language_then_english() -> None:
    value = {"fr-CA": "soudage", "en": "welding", "es": "soldadura"}
    assert in_language(value, "fr-CA") == in_language(value, "fr") == "soudage"
    assert in_language(value, "es-MX") == "soldadura"
    assert in_language(value, "de") == "welding"
    assert in_language({"de": "Schweißen"}, "fr") == "Schweißen"


def test_references_are_ctids_and_uris_of_resources_with_their_path() -> None:
    document = {
        "@type": "ceterms:Certificate",
        "ceterms:ctid": A,
        "ceterms:subjectWebpage": "https://example.org/about",
        "ceterms:ownedBy": [f"https://registry.example/resources/{B}"],
        "ceterms:offeredBy": ["https://example.org/college"],
        "ceterms:instructionalProgramType": [{"ceterms:targetNode": B, "ceterms:codedNotation": "48.0508"}],
        "ceterms:requires": [{"ceterms:targetCredential": [B, {"@id": A}], "ceterms:name": {"en": "x"}}],
        "ceterms:deliveryType": {"ceterms:targetNode": "deliver:OnlineOnly"},
    }
    assert references(document) == [
        ("ceterms:ownedBy", B),
        ("ceterms:offeredBy", "https://example.org/college"),
        ("ceterms:instructionalProgramType", B),
        ("ceterms:requires/ceterms:targetCredential", B),
        ("ceterms:requires/ceterms:targetCredential", A),
    ]


def test_a_reference_carries_the_dates_of_the_part_that_says_it() -> None:
    role = {"lw:agent": A, "ceterms:startDate": "2018-01-01", "ceterms:endDate": "2020"}
    (only,) = dated_references({"lw:role": [role]})
    assert only == ("lw:role/lw:agent", A, "2018-01-01", "2020")


def test_the_primary_node_of_a_graph_is_the_one_asked_for_else_the_first_with_a_ctid() -> None:
    graph = {"@graph": [{"@id": "_:b0"}, {"ceterms:ctid": A}, {"ceterms:ctid": B}]}
    assert primary(graph, B) == {"ceterms:ctid": B}
    assert primary(graph) == {"ceterms:ctid": A}
    assert primary({"ceterms:ctid": A}) == {"ceterms:ctid": A}


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.just(A)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["ceterms:name", "@id", "x", "ceterms:targetNode"]), inner, max_size=3
        ),
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["ceterms:name", "ceterms:ownedBy", "@graph", "y"]), JSON, max_size=4))
def test_any_json_is_read_without_complaint(document: dict[str, Any]) -> None:
    assert caption(document)
    assert all(isinstance(text, str) for text in texts(document))
    assert all(target == A or target.startswith("http") for _, target in references(document))
