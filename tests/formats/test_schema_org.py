"""schema.org: the type for each class, only what the document says, and nothing that can leave its element."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats.schema_org import embedded, schema_org
from learnwork.vocabulary.ctid import derived_ctid

BASE = "https://learnwork.example"
COLLEGE, COURSE = derived_ctid("test", "college"), derived_ctid("test", "course")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ceterms:AssociateDegree", "EducationalOccupationalCredential"),
        ("ceterms:License", "EducationalOccupationalCredential"),
        ("ceterms:LearningProgram", "EducationalOccupationalProgram"),
        ("ceterms:Course", "Course"),
        ("ceterms:CredentialOrganization", "EducationalOrganization"),
        ("ceterms:QACredentialOrganization", "Organization"),
        ("ceterms:Occupation", "Occupation"),
        ("ceasn:Competency", "DefinedTerm"),
        ("lw:FieldOfStudy", "DefinedTerm"),
        ("lw:Initiative", "Project"),
        ("lw:Funder", "Organization"),
        (["ex:Strange", "ceterms:Badge"], "EducationalOccupationalCredential"),
        ("ex:Strange", "Thing"),
        (None, "Thing"),
    ],
)
def test_the_type_follows_the_class(kind: Any, expected: str) -> None:
    assert schema_org({"@type": kind, "ceterms:ctid": COURSE}, BASE)["@type"] == expected


def test_a_college_that_awards_degrees() -> None:
    document = {"@type": "ceterms:CredentialOrganization", "lw:degreeGranting": True}
    assert schema_org(document, BASE)["@type"] == "CollegeOrUniversity"


def test_a_program_with_cost_provider_and_time() -> None:
    document = {
        "@type": "ceterms:LearningProgram",
        "ceterms:ctid": COURSE,
        "ceterms:name": {"en": "Welding"},
        "ceterms:description": {"en": "Hot work."},
        "ceterms:subjectWebpage": "javascript:alert(1)",
        "ceterms:offeredBy": [COLLEGE, {"ceterms:name": {"en": "Another College"}}, "https://e.org/o"],
        "ceterms:estimatedCost": [
            {"ceterms:price": 1200.5, "ceterms:currency": "USD", "ceterms:name": {"en": "Tuition"}},
            {"ceterms:description": {"en": "Costs vary"}},
        ],
        "ceterms:estimatedDuration": [{"ceterms:exactDuration": "P9M"}],
        "ceterms:occupationType": [
            {
                "ceterms:codedNotation": "51-4121",
                "ceterms:targetNodeName": {"en": "Welders"},
                "ceterms:frameworkName": {"en": "SOC"},
            }
        ],
    }
    made = schema_org(document, BASE, {COLLEGE: "Example College"})
    assert made == {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalProgram",
        "@id": f"{BASE}/resources/{COURSE}",
        "name": "Welding",
        "description": "Hot work.",
        "identifier": {"@type": "PropertyValue", "propertyID": "CTID", "value": COURSE},
        "url": f"{BASE}/resources/{COURSE}",
        "provider": [
            {"@type": "Organization", "@id": f"{BASE}/resources/{COLLEGE}", "name": "Example College"},
            {"@type": "Organization", "name": "Another College"},
            {"@type": "Organization", "@id": "https://e.org/o"},
        ],
        "occupationalCategory": {
            "@type": "DefinedTerm",
            "termCode": "51-4121",
            "name": "Welders",
            "inDefinedTermSet": "SOC",
        },
        "timeToComplete": "P9M",
        "offers": {"@type": "Offer", "price": 1200.5, "priceCurrency": "USD", "category": "Tuition"},
    }


class _Page(HTMLParser):
    """What a browser takes for the content of the script element, and whether anything followed inside it."""

    def __init__(self) -> None:
        super().__init__()
        self.script = ""
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self.tags == ["script"]:
            self.script += data


@given(st.text() | st.sampled_from(["</script><script>alert(1)</script>", "<!--<script>", "&lt;", "\u2028"]))
def test_no_text_can_leave_its_element(text: str) -> None:
    document = {"@type": "ceterms:Course", "ceterms:name": {"en": f"x{text}"}, "ceterms:description": text}
    page = _Page()
    page.feed(f'<script type="application/ld+json">{embedded(document, BASE)}</script><p>after</p>')
    assert page.tags == ["script", "p"]
    assert json.loads(page.script)["name"] == f"x{text}".strip()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@id", "@type", "en", "ceterms:name", "ceterms:price", "ceterms:codedNotation"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
PROPERTIES = st.sampled_from(
    [
        "ceterms:name",
        "ceterms:alternateName",
        "ceterms:description",
        "ceterms:ownedBy",
        "ceterms:estimatedCost",
        "ceterms:estimatedDuration",
        "ceterms:address",
        "ceterms:requires",
        "ceterms:occupationType",
        "ceterms:deliveryType",
        "ceterms:keyword",
        "ceterms:subjectWebpage",
        "lw:ledBy",
        "ceterms:ctid",
    ]
)
CLASSES = ["ceterms:Course", "ceterms:LearningProgram", "ceterms:Badge", "ceterms:CredentialOrganization"]


@given(st.sampled_from([*CLASSES, "ceterms:Occupation", "lw:Initiative"]), st.dictionaries(PROPERTIES, JSON))
def test_any_document_has_a_description(kind: str, document: dict[str, Any]) -> None:
    made = json.loads(embedded({"@type": kind, **document}, BASE))
    assert made["@type"]
    assert made["name"]
    assert "javascript:" not in str(made.get("sameAs", ""))
