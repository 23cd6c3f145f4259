"""Values of documents: language maps, alignment objects, profiles, references, and whatever else is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.layout.values import Anchor, Known, Profile, Text, plain, show

CTID = "ce-6f1d2c34-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
KNOWN = Known({CTID: "Riverside College"}, {"lw:validFrom": ("From", "date")})


def test_language_maps_show_english_first_and_mark_the_rest() -> None:
    assert show({"es": "Soldadura", "en-US": "Welding"}) == (Text("Welding"), Text("Soldadura", "es"))
    assert show({"fr": ["un", "deux"]}) == (Text("un", "fr"), Text("deux", "fr"))
    assert show({"@value": "Schweißen", "@language": "de"}) == (Text("Schweißen", "de"),)


def test_references_are_links_where_the_thing_is_here() -> None:
    inside = (Anchor("Riverside College", f"/resources/{CTID}"),)
    assert show(CTID, "reference", KNOWN) == inside
    assert show(f"https://registry.example/resources/{CTID}", "reference", KNOWN) == inside
    assert show({"@id": CTID}, "", KNOWN) == inside
    elsewhere = show(f"https://registry.example/resources/{CTID}")[0]
    assert isinstance(elsewhere, Anchor)
    assert elsewhere.outside


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html,x", "https://a:b@example.org"])
def test_unsafe_addresses_are_words(text: str) -> None:
    assert all(isinstance(one, Text) for one in show(text, "uri"))
    assert isinstance(
        show({"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": text})[0], Text
    )


def test_codes_carry_their_framework() -> None:
    value = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:frameworkName": {"en": "Classification of Instructional Programs"},
        "ceterms:codedNotation": "48.0508",
        "ceterms:targetNodeName": {"en": "Welding"},
        "ceterms:targetNode": CTID,
    }
    assert show(value, "code") == (Anchor("Welding", f"/resources/{CTID}", "CIP 48.0508"),)


def test_concepts_are_shown_under_their_label() -> None:
    assert show("deliver:OnlineOnly") == (Text("Online Only"),)
    assert show(
        {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "deliver:OnlineOnly"}
    ) == (Text("Online Only"),)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"ceterms:price": 4500, "ceterms:directCostType": "costType:Tuition"}, "Tuition: $4,500"),
        ({"@type": "ceterms:CostProfile", "ceterms:price": "ask"}, "ask"),
        ({"@type": "ceterms:CostProfile", "ceterms:price": -5}, "−$5"),
        ({"ceterms:exactDuration": "P6M"}, "6 months"),
        ({"ceterms:minimumDuration": "P1M", "ceterms:maximumDuration": "P2M"}, "1 month to 2 months"),
        ({"ceterms:minimumDuration": "P1M"}, "at least 1 month"),
        ({"ceterms:addressLocality": "Camden", "ceterms:addressRegion": {"en": "NJ"}}, "Camden, NJ"),
        ({"@type": "schema:QuantitativeValue", "schema:value": 3, "schema:unitText": "credits"}, "3 credits"),
        ({"@type": "ceterms:Organization", "ceterms:name": {"en": "A college"}}, "A college"),
    ],
)  # fmt: skip
def test_profiles_lead_with_what_matters(value: dict[str, Any], said: str) -> None:
    assert plain(show(value)) == said


def test_rows_use_the_labels_of_the_sheet() -> None:
    shown = show({"lw:validFrom": "2024-05", "odd:thing": 1}, "profile", KNOWN)[0]
    assert isinstance(shown, Profile)
    assert [label for label, _ in shown.rows] == ["From", "Thing"]
    assert plain(shown.rows[0][1]) == "May 2024"


@pytest.mark.parametrize("nothing", [None, "", [], {}, [None, []]])
def test_nothing_is_shown_for_nothing(nothing: Any) -> None:
    assert show(nothing) == ()


def test_what_is_endless_is_bounded() -> None:
    deep: Any = "bottom"
    for _ in range(100):
        deep = {"lw:in": [deep]}
    assert "too deep" in plain(show(deep))
    assert len(show(list(range(10_000)))) <= 201
    assert "9,800 more" in plain(show(list(range(10_000))))
    assert len(plain(show("x" * 1_000_000))) <= 20_000


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@type",
                    "@id",
                    "@value",
                    "en",
                    "ceterms:price",
                    "ceterms:targetNode",
                    "ceterms:address",
                    "x:y",
                ]
            )
            | st.text(max_size=6),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json, st.sampled_from(["", "money", "date", "duration", "uri", "place", "code", "boolean", "number"]))
def test_any_json_can_be_shown(value: Any, kind: str) -> None:
    shown = show(value, kind, KNOWN)
    assert isinstance(plain(shown), str)

    def anchors(values: Any) -> Any:
        for one in values:
            if isinstance(one, Profile):
                yield from (found for _, inner in one.rows for found in anchors(inner))
            elif isinstance(one, Anchor):
                yield one

    assert all(one.href.startswith(("/resources/ce-", "http://", "https://")) for one in anchors(shown))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            {"lw:date": "2019-04-23", "lw:kind": "launch", "lw:text": "Nine universities"},
            "23 April 2019, launch: Nine universities",
        ),
        ({"lw:text": "Nine universities"}, "Nine universities"),
        (
            {"lw:date": "0000-00-00", "lw:text": {"en": "Began"}, "lw:who": "us"},
            "0000-00-00: Began (who: us)",
        ),
    ],
)
def test_an_event_is_one_line(value: dict[str, Any], said: str) -> None:
    assert plain(show(value)).lower() == said.lower()
