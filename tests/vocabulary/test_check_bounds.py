"""The checks under load and malice: bounds, any JSON value at all, speed."""

from __future__ import annotations

import timeit
import tracemalloc
from collections.abc import Callable
from copy import deepcopy
from time import perf_counter, process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.vocabulary import checks
from learnwork.vocabulary.checks import MAX_FINDINGS, check
from learnwork.vocabulary.ctid import derived_ctid, is_ctid
from learnwork.vocabulary.findings import FINDINGS

CTID = "ce-59e8d15f-7895-4346-a5a8-7a0739a3d344"


def course(**more: Any) -> dict[str, Any]:
    base = {"@type": "ceterms:Course", "ceterms:ctid": CTID, "ceterms:name": {"en": "Welding"}}
    return base | {key.replace("__", ":"): value for key, value in more.items()}


def codes(document: Any) -> list[str]:
    return [issue.code for issue in check(document)]


# Bounds -----------------------------------------------------------------------------------------------------


_STEPS = {
    "lists": lambda inner: [inner],
    "maps": lambda inner: {"en": inner},
    "values": lambda inner: {"@value": inner},
    "things": lambda inner: {"@type": "ceterms:Course", "ceterms:hasPart": inner},
}


@pytest.mark.parametrize(
    "term",
    [
        *("ceterms:name", "ceterms:ownedBy", "ceterms:price", "ceterms:ctid", "ceterms:deliveryType"),
        *("ceterms:subject", "nobody:x", "@id", "@type", "@context", "@graph", "@value"),
    ],
)
@pytest.mark.parametrize("step", _STEPS.values(), ids=_STEPS.keys())
def test_depth_is_bounded_everywhere(term: str, step: Any) -> None:
    inner: Any = "bottom"
    for _ in range(900):
        inner = step(inner)
    assert "document-deep" in codes({"@type": "ceterms:Course", "ceterms:ctid": CTID, term: inner})


def test_a_document_of_a_million_values_is_refused_soon() -> None:
    begun = perf_counter()
    assert "document-large" in codes(course(ceterms__hasPart=[CTID] * 1_000_000))
    assert "document-large" in codes([{} for _ in range(1_000_000)])
    assert perf_counter() - begun < 5


def test_many_unknown_terms_cost_little() -> None:
    begun = perf_counter()
    found = check(course(**{f"ceterms__descriptio{number}": 1 for number in range(100_000)}))
    assert len(found) == MAX_FINDINGS + 1
    assert found[-1].code == "findings-cut"
    assert perf_counter() - begun < 5


def test_unknown_terms_leave_nothing_behind() -> None:
    before = {class_: len(plan) for class_, plan in checks._PLANS.items()}
    check(
        [
            {"@type": f"nobody:Class{number}", f"nobody:p{number}": 1, "ceterms:ctid": CTID}
            for number in range(200)
        ]
    )
    after = {class_: len(plan) for class_, plan in checks._PLANS.items()}
    assert after.keys() == before.keys() | {""}
    assert not [term for plan in checks._PLANS.values() for term in plan if term.startswith("nobody:")]


# Any JSON value ---------------------------------------------------------------------------------------------

_TERMS = [
    *(
        "@id",
        "@type",
        "@context",
        "@graph",
        "@value",
        "@list",
        "ceterms:ctid",
        "ceterms:name",
        "ceterms:ownedBy",
    ),
    *(
        "ceterms:deliveryType",
        "ceterms:estimatedCost",
        "ceterms:price",
        "ceterms:dateEffective",
        "ceterms:hasPart",
    ),
    *(
        "ceterms:isPartOf",
        "ceterms:subjectWebpage",
        "ceasn:isPartOf",
        "ceterms:targetNode",
        "ceterms:isNonCredit",
    ),
    *("ceterms:inLanguage", "ceterms:exactDuration", "lw:busRoutes", "nobody:thing", "", "en"),
]
_TEXTS = [
    *(
        CTID,
        "_:a",
        "ceterms:Course",
        "ceasn:CompetencyFramework",
        "ceasn:Competency",
        "deliveryType:OnlineOnly",
    ),
    *("2024-02-30", "P1Y", "https://a.example/", "javascript:x", "@id"),
]
_leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(_TEXTS)
)
_json = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(_TERMS) | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=40,
)


@given(_json)
def test_any_json_value_is_judged(value: Any) -> None:
    begun = perf_counter()
    found = check(value, "any")
    assert perf_counter() - begun < 2
    assert all(issue.code in FINDINGS and issue.message and issue.place.startswith("any#") for issue in found)
    assert found == check(value, "any"), "the same document, the same findings"


@given(st.lists(_json, max_size=4))
def test_any_graph_is_judged(nodes: list[Any]) -> None:
    alone = {issue.code for issue in check({"@graph": nodes})}
    assert alone <= FINDINGS.keys()


# Speed ------------------------------------------------------------------------------------------------------


def _code(framework_name: str, scheme: str, code: str, name: str) -> dict[str, Any]:
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:frameworkName": {"en": framework_name},
        "ceterms:codedNotation": code,
        "ceterms:targetNodeName": {"en": name},
        "ceterms:targetNode": derived_ctid(scheme, code),
    }


PROGRAM = {
    "@type": "ceterms:AssociateDegree",
    "ceterms:ctid": derived_ctid("ipeds.program", "183655/48.0508/3"),
    "ceterms:name": {"en": "Welding Technology/Welder, associate degree"},
    "ceterms:ownedBy": [derived_ctid("ipeds.unitid", "183655")],
    "ceterms:offeredBy": [derived_ctid("ipeds.unitid", "183655")],
    "ceterms:instructionalProgramType": [
        _code("CIP 2020", "cip2020", "48.0508", "Welding Technology/Welder")
    ],
    "ceterms:occupationType": [
        _code("SOC 2018", "soc2018", "51-4121", "Welders, Cutters, Solderers, and Brazers"),
        _code("SOC 2018", "soc2018", "51-4122", "Welding, Soldering, and Brazing Machine Setters"),
    ],
    "lw:awardLevel": "3",
    "lw:reportedProgram": True,
    "lw:proposed": ["ceterms:occupationType"],
}


def test_a_derived_program_takes_under_40_microseconds() -> None:
    """Measured at 17 µs where copying the same document takes 21 µs.

    A busy machine slows both, so the bound of 40 µs is held as a ratio of the two.
    """

    def best(work: Callable[[], object]) -> float:
        return min(timeit.repeat(work, number=200, repeat=40, timer=process_time)) / 200

    assert best(lambda: check(PROGRAM)) < best(lambda: deepcopy(PROGRAM)) * 40 / 21


def test_what_we_derive_is_without_findings() -> None:
    assert check(PROGRAM) == []


def test_long_texts_that_begin_like_a_ctid_are_not_remembered() -> None:
    """A document of a few megabytes each would otherwise stay in memory for as long as the process lives."""
    for number in range(20):
        assert not is_ctid(f"ce-{number}{'0' * 1_000_000}")
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(20):
        assert not is_ctid(f"ce-{number}{'1' * 1_000_000}")
    assert tracemalloc.get_traced_memory()[0] - before < 1_000_000
    tracemalloc.stop()
