"""What curators declare of the gap map is kept, dated, and never changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from learnwork.accounts.models import User
from learnwork.landscape.declaring import BadDeclarationError, declare, declared, log, state
from learnwork.landscape.gapmap import ColumnAxis, Declaration, RowAxis, Says

DAY = date(2024, 3, 1)
AXES = RowAxis.GOAL, ColumnAxis.STATE


@pytest.mark.django_db
def test_declarations_are_kept_in_order_and_belong_to_their_map() -> None:
    curator = User.objects.create_user("carla", role="curator")
    before = state()
    first = declare(Declaration(*AXES, "g1", "US-OH", Says.CHECKED, DAY, " looked\n at <b>all</b> "), curator)
    declare(Declaration(*AXES, "g1", "", Says.OUT_OF_SCOPE, DAY), curator)
    declare(Declaration(RowAxis.BLOCK, ColumnAxis.STATE, "g1", "US-OH", Says.CHECKED, DAY), None)
    assert [(one.row, one.column, one.says) for one in declared(*AXES)] == [
        ("g1", "US-OH", Says.CHECKED),
        ("g1", "", Says.OUT_OF_SCOPE),
    ]
    assert declared(*AXES)[0].number == first.pk
    assert first.note == "looked at <b>all</b>"
    assert [one.says for one in log(*AXES, "g1", "US-OH")] == ["out of scope", "checked"]
    assert [one.says for one in log(*AXES, "g1", "US-NJ")] == ["out of scope"]
    assert state() != before


@pytest.mark.django_db
def test_nobody_has_looked_on_a_day_to_come() -> None:
    with pytest.raises(BadDeclarationError) as caught:
        declare(Declaration(*AXES, "", "", Says.CHECKED, timezone.localdate() + timedelta(days=2)), None)
    assert caught.value.hint
    assert declared(*AXES) == []
