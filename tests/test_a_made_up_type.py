"""A resource type is one YAML file: a made-up one walks from a sheet to page, API, search, command and export."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

TYPE = """
key: food_truck
label: Food truck
plural: Food trucks
order: 999
classes: [lw:FoodTruck]
properties:
  - {term: "ceterms:name", label: Name, kind: language map, searched: true, sorted: true, listed: true}
  - {term: "lw:cuisine", label: What it cooks, kind: text, searched: true, faceted: true, listed: true}
  - {term: "lw:opened", label: Since when, kind: date}
  - {term: "lw:dailySpecial", label: Price of the special, kind: money}
"""
SHEET = """id,Name,What it cooks,Since when,Price of the special
1,Rolling Stove,Georgian dumplings,2021-04-01,9.50
2,Hot Wheels,Welsh rarebit,2019-05-31,7.25
"""
PAGE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "learnwork.web.settings"
import django
django.setup()
from django.test import Client
client = Client(HTTP_HOST="127.0.0.1")
for path, accept in ((f"/resources/{sys.argv[1]}", "text/html"), (f"/api/resources/{sys.argv[1]}", "*/*"),
                     (f"/resources/{sys.argv[1]}", "application/ld+json"), ("/search?type=food_truck", "text/html"),
                     ("/search?type=food_truck&is=lw:cuisine%3DWelsh+rarebit", "text/html")):
    answer = client.get(path, HTTP_ACCEPT=accept)
    print(answer.status_code, answer.content.decode().replace("\\n", " "))
"""


def test_one_yaml_file_is_all_that_a_type_takes(installation: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "food_truck.yaml").write_text(TYPE)
    (tmp_path / "trucks.csv").write_text(SHEET)
    environment = installation | {"LEARNWORK_TYPES": str(tmp_path / "types")}

    def learnwork(*arguments: str) -> str:
        command = [sys.executable, "-m", "learnwork", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    learnwork("load", "sheet", str(tmp_path / "trucks.csv"), "--set", "type=food_truck")
    (hit,) = json.loads(learnwork("find", "dumplings", "--type", "food_truck", "--json"))["hits"]
    assert hit["name"] == "Rolling Stove"

    every = json.loads(learnwork("find", "--type", "food_truck", "--json"))
    (cuisine,) = (facet for facet in every["facets"] if facet["key"] == "is:lw:cuisine")
    assert cuisine["label"] == "What it cooks"
    assert {one["value"]: one["count"] for one in cuisine["values"]} == {
        "Georgian dumplings": 1,
        "Welsh rarebit": 1,
    }
    chosen = ("--is", "lw:cuisine=Georgian dumplings")
    narrowed = json.loads(learnwork("find", "--type", "food_truck", *chosen, "--json"))
    assert [one["name"] for one in narrowed["hits"]] == ["Rolling Stove"]
    assert "lw:cuisine=Welsh rarebit" in learnwork("find", "--type", "food_truck", *chosen)

    shown = learnwork("show", hit["ctid"])
    assert "What it cooks" in shown
    assert "Georgian dumplings" in shown

    rows = list(csv.DictReader(io.StringIO(learnwork("export", "--type", "food_truck", "--format", "csv"))))
    assert len(rows) == 2
    assert any("Welsh rarebit" in value for row in rows for value in row.values())

    command = [sys.executable, "-c", PAGE, hit["ctid"]]
    pages = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    page, api, published, results, welsh = pages.stdout.strip().split("\n")
    assert all(answer.startswith("200") for answer in (page, api, published, results, welsh))
    assert "What it cooks" in page
    assert "Price of the special" in page
    assert '"lw:cuisine"' in api
    assert '"lw:FoodTruck"' in published
    assert "Hot Wheels" in results
    assert "Food truck" in results
    assert "is=lw%3Acuisine%3DWelsh+rarebit" in results, "a link that narrows"
    assert "Hot Wheels" in welsh
    assert "Rolling Stove" not in welsh
    assert "What it cooks: Welsh rarebit" in welsh, "a filter that can be taken away"
