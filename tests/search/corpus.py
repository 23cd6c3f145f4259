"""A few records that a test can count by hand, and an index of any records."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from learnwork.search import index
from learnwork.search.record import Place, Record
from learnwork.vocabulary.ctid import derived_ctid

CAMDEN = Place("NJ", "34007", "Camden County", "Blackwood", "08012", 39.78, -75.04)
BOSTON = Place("MA", "25025", "Suffolk County", "Boston", "02116", 42.35, -71.07)
OCCUPATIONS = ("51-0000", "51-4000", "51-4120", "51-4121")


def record(number: int, name: str, **more: object) -> Record:
    values: dict[str, object] = {
        "type": "credential",
        "ctdl_class": "ceterms:AssociateDegree",
        "place": CAMDEN,
        "provider": derived_ctid("made", "college"),
        "provider_name": "Camden County College",
        "provider_kind": "public",
        **more,
    }
    return Record(id=number, ctid=derived_ctid("made", str(number)), name=name, **values)  # type: ignore[arg-type]


WELDING = ("48", "48.05", "48.0508")
RECORDS = (
    record(
        1, "Camden County College", type="organization", ctdl_class="ceterms:CredentialOrganization", provider="",
        provider_name="", popularity=900,
    ),
    record(
        2, "Welding Technology/Welder, Associate's degree", level="3", fields=WELDING, occupations=OCCUPATIONS,
        awards=4, awarded=True, sources=("ipeds",), derived=True, popularity=4,
    ),
    record(
        3, "Welding Technology/Welder, Certificate", level="2", fields=WELDING, occupations=OCCUPATIONS, cost=4000.5,
        weeks=26.0, hours=300.0, awards=0, awarded=False, ctdl_class="ceterms:Certificate", sources=("ipeds", "list"),
    ),
    record(
        4, "Registered Nursing, Bachelor's degree", level="5", fields=("51", "51.38", "51.3801"), place=BOSTON,
        provider=derived_ctid("made", "boston"), provider_name="Boston College", earnings=90000.0, cost=60000.0,
        delivery=("deliver:OnlineOnly",), ctdl_class="ceterms:BachelorDegree", awards=70, awarded=True, popularity=70,
    ),
    record(
        5, "Practical nurse", type="learning_opportunity", ctdl_class="ceterms:LearningProgram", cost=0.0,
        text="Prepares for the licence of the state.", earnings_quarter=6821.0, quality=("approved",),
    ),
)  # fmt: skip


def build(root: Path, records: Iterable[Record], cursor: int = 1) -> Path:
    """An index of the records that serves from `root`."""
    with index.writing(root):
        folder = index.new_folder(root)
        writer = index.Writer(folder, create=True, heap=30_000_000)
        writer.put(records)
        writer.commit(cursor)
        writer.close()
        index.switch(root, folder)
    return root
