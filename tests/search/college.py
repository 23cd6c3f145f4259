"""A college and a program of it, as a source may say them."""

from __future__ import annotations

from tests.made import ORGANIZATION, ctid, said

from learnwork.formats.model import Said

COLLEGE, PROGRAM = ctid("college"), ctid("welding")


def college(name: str = "Camden County College") -> Said:
    return said(
        "college",
        ORGANIZATION,
        ceterms_name={"en": name},
        lw_sector="Public, 2-year",
        ceterms_address=[
            {
                "@type": "ceterms:Place",
                "ceterms:addressLocality": {"en": "Blackwood"},
                "ceterms:addressRegion": {"en": "NJ"},
                "ceterms:postalCode": "08012-3456",
                "ceterms:latitude": 39.78,
                "ceterms:longitude": -75.04,
                "lw:county": "Camden County",
                "lw:countyCode": "34007",
            }
        ],
    )


def program() -> Said:
    return said(
        "welding",
        "ceterms:AssociateDegree",
        ceterms_name={"en": "Welding Technology"},
        ceterms_offeredBy=[COLLEGE],
        lw_awardLevel="3",
        ceterms_instructionalProgramType=[
            {
                "ceterms:codedNotation": "48.0508",
                "ceterms:targetNodeName": {"en": "Welding Technology/Welder"},
            }
        ],
        ceterms_estimatedCost=[
            {"ceterms:price": 5000, "ceterms:currency": "USD"},
            {"ceterms:price": 500, "ceterms:currency": "USD"},
        ],
        ceterms_estimatedDuration=[
            {"ceterms:exactDuration": "P6M"},
            {"ceterms:exactDuration": "PT300H"},
        ],
    )
