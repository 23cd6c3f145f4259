"""A small made world with one of everything that a page has to show. `load()` puts it into the database."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from tests.made import ctid, figure, reading, said, source

from learnwork.formats.model import Area, Group, Identifier, Observed, Said
from learnwork.intake.loading import load as load_reading
from learnwork.registry import decisions
from learnwork.vocabulary.ctid import derived_ctid

COLLEGE = "ceterms:CredentialOrganization"
PROGRAM = "ceterms:LearningProgram"
SCRIPT = "<script>alert('“x”')</script>"
FIELD = ctid("field")
OCCUPATION = ctid("occupation")
PUBLISHED = (
    '{"@context": "https://credreg.net/ctdl/schema/context/json",\n  "@type": "ceterms:Badge",'
    f' "ceterms:ctid": "{ctid("badge")}", "ceterms:name": {{"en": "Open Badge of Welding", "es": "Insignia"}},'
    ' "ceterms:subjectWebpage": "https://example.org/badge",   "unknown:term": {"unknown:inner": ["kept"]},'
    f' "ceterms:keyword": {json.dumps([f"keyword {n}" for n in range(30)])}}}'
)


def _code(framework: str, code: str, name: str, target: str) -> dict[str, Any]:
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:frameworkName": {"en": framework},
        "ceterms:codedNotation": code,
        "ceterms:targetNodeName": {"en": name},
        "ceterms:targetNode": target,
    }


def _program(key: str, name: str, **more: Any) -> Said:
    return said(
        key,
        PROGRAM,
        ceterms_name={"en": name},
        ceterms_offeredBy=[ctid("college")],
        ceterms_instructionalProgramType=[_code("CIP 2020", "48.0508", "Welding Technology/Welder", FIELD)],
        **more,
    )


def _welding() -> Said:
    return _program(
        "welding",
        "Welding",
        ceterms_description={"en": "Joining metal.", "es": "Unir metal."},
        ceterms_estimatedCost=[
            {
                "@type": "ceterms:CostProfile",
                "ceterms:price": 3450.0,
                "ceterms:currency": "USD",
                "ceterms:directCostType": _code("", "", "Tuition", "costType:Tuition"),
            },
            {
                "@type": "ceterms:CostProfile",
                "ceterms:price": 500,
                "ceterms:currency": "EUR",
                "ceterms:name": {"en": "Kit"},
            },
        ],
        ceterms_estimatedDuration=[
            {
                "@type": "ceterms:DurationProfile",
                "ceterms:minimumDuration": "P6M",
                "ceterms:maximumDuration": "P1Y",
            }
        ],
        ceterms_requires=[
            {
                "@type": "ceterms:ConditionProfile",
                "ceterms:name": {"en": "Admission"},
                "ceterms:description": {"en": "A diploma."},
                "ceterms:minimumAge": 18,
            }
        ],
        ceterms_availableAt=[
            {
                "@type": "ceterms:Place",
                "ceterms:streetAddress": {"en": "1 Main St"},
                "ceterms:addressLocality": {"en": "Riverside"},
                "ceterms:addressRegion": {"en": "NJ"},
                "ceterms:postalCode": "08012",
                "ceterms:latitude": 39.8,
                "ceterms:longitude": -75.0,
            }
        ],
        lw_eveningCourses=True,
        lw_childcare=False,
        lw_busRoutes=["403, 452"],
    )


def _list(wage: float = 6821.0) -> list[Any]:
    group = Group(ctid("college"), "48.0508")
    return [
        said("college", COLLEGE, ceterms_name={"en": "Riverside College"}, ceterms_address=[
            {"@type": "ceterms:Place", "ceterms:addressLocality": "Riverside", "ceterms:addressRegion": "NJ"}]),
        _welding(),
        _program("intro", "Intro to Welding", lw_sample=True, lw_status="suspended"),
        said("hostile", PROGRAM, ceterms_name={"en": SCRIPT}, ceterms_description={"en": '" onmouseover="alert(1)'},
             ceterms_subjectWebpage="javascript:alert(1)", ceterms_image="data:text/html,<script>alert(1)</script>",
             ceterms_keyword=[{"en": SCRIPT}], bad_term={"deep": [[[[[[[[[[[["down"]]]]]]]]]]]]}, x_y=SCRIPT),
        said("gone", ceterms_name={"en": "Dropped certificate"}),
        Observed(group, "etpl.quarterly_wage_q2", "not stated", wage, cohort="not stated", base=31),
        Observed(group, "etpl.employed_q2", "not stated", 77.5, cohort="not stated", base=40),
        Observed(group, "etpl.quarterly_wage_q8", "not stated", None, "suppressed", cohort="not stated"),
    ]  # fmt: skip


def _codes() -> list[Any]:
    return [
        said("field", "lw:FieldOfStudy", ceterms_name={"en": "Welding Technology/Welder"},
             ceterms_codedNotation="48.0508", lw_leadsTo=[OCCUPATION]),
        said("occupation", "ceterms:Occupation", ceterms_name={"en": "Welders"}, ceterms_codedNotation="51-4121",
             lw_jobZone=2, lw_inDemandIn=["NJ"]),
        said("surgeon", "ceterms:Occupation", ceterms_name={"en": "Surgeons"}, ceterms_codedNotation="29-1249"),
        Area("us", "United States", "nation"),
        Area("state:NJ", "New Jersey", "state", "NJ"),
        figure("occupation", 53750.0, "2025-05", measure="oews.annual_median", area="us"),
        figure("occupation", 59440.0, "2025-05", measure="oews.annual_median", area="state:NJ", precision=1.8),
        figure("occupation", 3730.0, "2025-05", measure="oews.employment", area="state:NJ"),
        figure("occupation", 416210.0, "2025-05", measure="oews.employment", area="us"),
        Observed(ctid("surgeon"), "oews.annual_median", "2025-05", None, "suppressed", "us"),
        figure("surgeon", 239200.0, "2025-05", measure="oews.annual_median_at_least", area="us"),
        figure("surgeon", 180000.0, "2025-05", measure="oews.annual_p10", area="us"),
        figure("occupation", 9900.0, "2024-2034", measure="projections.change", area="us"),
    ]  # fmt: skip


def load() -> None:
    """Four sources, eight releases, a merge, a retirement."""
    state_list = source("state-list", trust=70)
    load_reading(reading(*_codes(), by="codes"), "made")
    load_reading(reading(*_list(6000.0), by=state_list, snapshot=True), "made")
    kept = [item for item in _list() if not (isinstance(item, Said) and item.key == "gone")]
    load_reading(
        reading(*kept, by=state_list, snapshot=True, label="2025", day=date(2025, 7, 1)), "made", accept=True
    )
    load_reading(
        reading(
            said(
                "welding",
                PROGRAM,
                ceterms_name={"en": "Welding for beginners"},
                ceterms_keyword=[{"en": "metal"}],
            ),
            by=source("catalogue", trust=40),
        ),
        "made",
    )
    for year, programs in ((2022, ("old", "new")), (2024, ("new",))):
        load_reading(
            reading(
                *(
                    said(
                        key,
                        "ceterms:AssociateDegree",
                        ceterms_name={"en": f"{key} welding degree"},
                        lw_awardLevel="3",
                        lw_reportedProgram=True,
                        ceterms_offeredBy=[ctid("college")],
                    )
                    for key in programs
                ),
                *(figure(key, 12.0, str(year)) for key in programs),
                by="ipeds-completions",
                label=str(year),
                part=str(year),
                day=date(year, 7, 1),
            ),
            "made",
        )
    badge = Said(
        ctid("badge"),
        ctid("badge"),
        "ceterms:Badge",
        lambda: json.loads(PUBLISHED),
        b"b" * 16,
        PUBLISHED,
        derived=False,
        owned=True,
    )
    load_reading(reading(badge, by=source("publisher", trust=90)), "made")
    load_reading(
        reading(
            said(
                "initiative",
                "lw:Initiative",
                ceterms_name={"en": "A map"},
                ceterms_description={"en": "Our words."},
                lw_fundedBy=[ctid("funder")],
                lw_events=[{"lw:date": "2018", "lw:kind": "launch", "lw:text": "It began"}],
                lw_proposed=["ceterms:description"],
            ),
            said(
                "funder",
                "lw:Funder",
                ceterms_name={"en": "A foundation"},
                lw_funds=[ctid("initiative")],
            ),
            said("double", ceterms_name={"en": "The same badge"}),
            said("retired", ceterms_name={"en": "Retired one"}),
            by="others",
        ),
        "made",
    )
    load_reading(
        reading(
            said("initiative", "lw:Initiative", ceterms_name={"en": "A map"}),
            by=source("cited:made.example", trust=30),
        ),
        "made",
    )
    decisions.same(ctid("badge"), ctid("double"), author=None, reason="Two names of one badge.")
    decisions.retire(ctid("retired"), author=None, reason="It never existed.")  # fmt: skip


def words(html: str) -> str:
    """The text of a page, as a reader meets it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html.partition("<main")[2]))


__all__ = [
    "FIELD",
    "OCCUPATION",
    "PUBLISHED",
    "SCRIPT",
    "Identifier",
    "ctid",
    "derived_ctid",
    "load",
    "words",
]
