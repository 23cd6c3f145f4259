"""The description of the API: every example in it runs, and what comes back has the shape that it gives."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from django.test import Client
from tests.made import reading, said
from tests.surveys import making

from learnwork.intake import dumps
from learnwork.intake.loading import load
from learnwork.landscape import editions
from learnwork.surveys import services, studies

pytestmark = [pytest.mark.usefixtures("index"), pytest.mark.django_db]


@pytest.fixture
def described(client: Client, tmp_path: Path) -> Any:
    load(reading(said("frame", "ceasn:CompetencyFramework", ceasn_name={"en": "Shop"}), by="other"), "made")
    dumps.make()
    survey = making.survey()
    services.close(survey)
    services.publish(survey, public=True)
    (tmp_path / "printed.csv").write_text("item,percent\r\na,50.00\r\nb,75.00\r\n")
    studies.load(tmp_path / "printed.csv")
    edition = editions.make(editions.Setting("The map", "2026"))
    editions.freeze(edition)
    editions.publish(edition)
    return json.loads(client.get("/api/openapi.json").content)


def test_every_example_runs_and_has_its_shape(client: Client, described: Any) -> None:
    components = {"components": described["components"]}
    for path, operations in described["paths"].items():
        operation = operations["get"]
        address, query = path, {}
        for parameter in operation.get("parameters", ()):
            if parameter.get("required"):
                assert "example" in parameter, f"{path} {parameter['name']}"
            if "example" in parameter:
                value = parameter["example"]
                value = ",".join(value) if isinstance(value, list) else value
                if parameter["in"] == "path":
                    address = address.replace(f"{{{parameter['name']}}}", str(value))
                else:
                    query[parameter["name"]] = value
        response = client.get(f"{address}?{urlencode(query)}")
        assert response.status_code == 200, (path, response.content[:300])
        ((kind, said),) = operation["responses"]["200"]["content"].items()
        assert response["Content-Type"].partition(";")[0] == kind
        if kind == "application/json":
            jsonschema.validate(response.json(), {**said["schema"], **components})


def test_every_address_says_what_it_does_and_which_errors_it_has(described: Any) -> None:
    for path, operations in described["paths"].items():
        assert list(operations) == ["get"], path
        operation = operations["get"]
        assert operation["summary"], path
        assert operation["tags"], path
        for status in ("400", "404", "405", "413", "414", "429", "500", "503"):
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
        assert "304" in operation["responses"]


def test_shapes_are_described_without_loose_ends(described: Any) -> None:
    text = json.dumps(described)
    for name in re.findall(r'"#/components/schemas/([^"]+)"', text):
        assert name in described["components"]["schemas"]
