from __future__ import annotations

import json

SAMPLES = "formats/samples/ecosystem"


def test_the_map_goes_out_and_comes_in(learnwork, samples, tmp_path):
    learnwork("load", "ecosystem", samples.parent.parent / SAMPLES)
    file = tmp_path / "map.json"
    assert "bytes" in learnwork("map", "export", file).stdout
    made = json.loads(file.read_text("utf-8"))
    assert (made["format"], len(made["digest"])) == ("learnwork-map/2", 64)
    there = {"LEARNWORK_DATA": str(tmp_path / "there")}
    done = json.loads(learnwork("map", "import", file, "--json", **there).stdout)
    assert (done["same"], done["digest"], done["statements"]) == (True, made["digest"], len(made["said"]))
    missing = learnwork("map", "import", tmp_path / "none.json", code=1, **there)
    assert missing.stderr.startswith("file-unreadable: ")
    file.write_text("{}", "utf-8")
    assert learnwork("map", "import", file, code=1, **there).stderr.startswith("landscape-bad: ")
