"""Records gathered by several processes are those that one gathers, in the same order."""

from __future__ import annotations

import pytest
from tests.made import ORGANIZATION, ctid, reading, said

from learnwork.intake.loading import load
from learnwork.registry.models import Resource
from learnwork.search import gathering


@pytest.mark.django_db(transaction=True)
def test_several_processes_gather_what_one_gathers(monkeypatch: pytest.MonkeyPatch) -> None:
    college = said("college", ORGANIZATION, ceterms_name={"en": "Camden County College"})
    programs = [
        said(str(n), ceterms_name={"en": f"Program {n}"}, ceterms_offeredBy=[ctid("college")])
        for n in range(2_500)
    ]
    load(reading(college, *programs), "made")
    ids = list(Resource.objects.order_by("-id").values_list("id", flat=True))
    alone = [record for batch in gathering.gathered(ids, 1) for record in batch]
    monkeypatch.setattr(gathering, "MANY", 1)
    monkeypatch.setattr(gathering.os, "cpu_count", lambda: 2)
    together = [record for batch in gathering.gathered(ids, len(ids)) for record in batch]
    assert together == alone
    assert [record.id for record in together] == ids
    assert together[0].provider_name == "Camden County College"
