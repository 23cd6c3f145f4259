from __future__ import annotations

import json

SAMPLES = "formats/samples/ecosystem"
RATE = "EUR=1.1 USD 2024-01-02"


def test_figures_of_the_map(learnwork, samples):
    learnwork("load", "ecosystem", samples.parent.parent / SAMPLES)
    found = json.loads(learnwork("map", "funders", "--json").stdout)
    assert found["by_entries"]["base"] == str(sum(one["entries"] for one in found["funders"]))
    party = found["funders"][0]["funder"]
    assert party["name"] in learnwork("map", "funders", party["key"], "--rate", RATE).stdout
    gaps = json.loads(learnwork("map", "gaps", "--json").stdout)
    assert {cell["standing"] for cell in gaps["cells"]} <= {"found", "not checked"}
    assert "seen from 2020-12-31" in learnwork("map", "progress", "--as-of", "2020").stdout
    assert learnwork("map", "progress", "--only", "colour=red", code=2).stderr
    assert learnwork("map", "funders", "--rate", "x", code=1).stderr.startswith("rate-bad: ")
