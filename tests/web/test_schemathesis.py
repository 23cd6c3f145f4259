"""What schemathesis makes of the description of the API: questions of every kind, and no answer that it forbids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from learnwork.layout.security import LONGEST_ADDRESS

pytestmark = [pytest.mark.usefixtures("index"), pytest.mark.django_db]

bounded = settings(
    max_examples=15,  # questions of each kind to each address
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def described(index: None, db: None) -> Iterator[schemathesis.schemas.BaseSchema]:
    """The description as this site gives it, with its own examples."""
    from learnwork.web.wsgi import application

    # As Django's own test client does: the connection holds the test's transaction, so it has to stay open.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_question_breaks_what_the_description_says(
    described: schemathesis.schemas.BaseSchema, mode: GenerationMode
) -> None:
    """Every address, asked as described and otherwise; schemathesis judges status, type, shape and headers."""
    asked = []
    for found in described.get_all_operations():
        operation = found.ok()

        @bounded
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            response = case.call(headers={"Accept-Encoding": "identity"})
            if response.status_code == 414:  # right for any question, and schemathesis does not expect it
                assert len(response.request.url or "") > LONGEST_ADDRESS
            else:
                case.validate_response(response)

        try:
            ask()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label  # it takes nothing that could be wrong
        asked.append(operation.label)
    assert len(asked) >= 17
