"""Pages of frameworks: tree, search inside, uses, files, what changed; and what strange addresses get."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from tests.made import reading, said

from learnwork.cli.app import run
from learnwork.competencies import aligning
from learnwork.competencies.aligning import Rater, Said
from learnwork.competencies.ends import End, end
from learnwork.competencies.uses import Uses, uses
from learnwork.formats import case
from learnwork.formats.model import Options
from learnwork.intake.loading import load

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parent.parent / "formats" / "samples" / "case" / "winnemac.json"
CTID = "ce-3f2b8c1e-0000-4000-8000-000000000001"
ITEM = "ce-3f2b8c1e-0000-4000-8000-0000000000{}"


def loaded(path: Path = SAMPLE) -> None:
    [one] = case.FORMAT.open([path], Options())
    load(one, "case")


def page(address: str, status: int = 200) -> str:
    response = Client().get(address)
    assert response.status_code == status
    return unescape(response.content.decode())


def test_the_list() -> None:
    assert "No framework is here yet." in page("/frameworks")
    loaded()
    assert f'<a href="/frameworks/{CTID}">Welding basics</a>' in page("/frameworks")


def test_the_tree_opens_branch_by_branch() -> None:
    loaded()
    closed = page(f"/frameworks/{CTID}")
    assert "Weld flat joints." in closed
    assert "Strike and hold an arc." not in closed
    opened = page(f"/frameworks/{CTID}?at={ITEM.format(10)}")
    assert opened.index("Lee un plano de soldadura.") < opened.index("Strike and hold an arc.")
    assert 'lang="es"' in opened


def test_a_framework_leads_to_what_it_is_aligned_with() -> None:
    loaded()
    assert "Aligned with" not in page(f"/frameworks/{CTID}")
    pair = Said(
        End("ctid", ITEM.format(10), "", CTID), end("http://data.europa.eu/esco/skill/1"), "close", "proposed"
    )
    aligning.keep([pair], Rater(aligning.OURS, "hybrid-1"))
    address = f"/alignments?source={CTID}&target=esco"
    assert f'Aligned with <a href="{address}">Occupations of ESCO</a>' in page(f"/frameworks/{CTID}")
    assert "1 pair" in page(address)


def test_search_inside_shows_the_way() -> None:
    loaded()
    text = page(f"/frameworks/{CTID}?q=ARC")
    assert "1 statement has all of “ARC”" in text
    assert '<p class="way">Weld flat joints.</p>' in text
    assert "0 statements have all of" in page(f"/frameworks/{CTID}?q=<script>")


def test_where_a_competency_is_taught_tested_certified_and_required() -> None:
    loaded()
    arc = ITEM.format(12)
    needs = {"@type": "ceterms:ConditionProfile", "ceterms:targetCompetency": [arc]}
    load(
        reading(
            said("course", "ceterms:Course", ceterms_name={"en": "Arc"}, ceterms_teaches=[arc]),
            said("test", "ceterms:Assessment", ceterms_name={"en": "Arc test"}, ceterms_assesses=[arc]),
            said("badge", "ceterms:Badge", ceterms_name={"en": "Arc badge"}, ceterms_requires=[needs]),
            said("work", "ceterms:Occupation", ceterms_name={"en": "Welder"}, ceasn_skillEmbodied=[arc]),
        ),
        "made",
    )
    assert uses([arc, CTID]) == {arc: Uses(1, 1, 1, 1)}
    text = page(f"/frameworks/{CTID}?at={arc}")
    for words in ("taught by 1", "tested by 1", "certified by 1", "required by 1"):
        assert words in text


def test_a_circle_stands_apart_and_says_why(tmp_path: Path) -> None:
    package = json.loads(SAMPLE.read_text())
    package["CFAssociations"][2]["destinationNodeURI"]["identifier"] = ITEM.format(11).removeprefix("ce-")
    (tmp_path / "circle.json").write_text(json.dumps(package))
    loaded(tmp_path / "circle.json")
    assert "Apart from the tree" in page(f"/frameworks/{CTID}")
    assert "Lee un plano" in page(f"/frameworks/{CTID}?at={ITEM.format(12)}")


def test_files(tmp_path: Path) -> None:
    loaded()
    response = Client().get(f"/frameworks/{CTID}.case.json")
    assert response.json() == json.loads(SAMPLE.read_text())
    assert (
        Client().get(f"/frameworks/{CTID}.case.json", headers={"If-None-Match": response["ETag"]}).status_code
        == 304
    )
    assert Client().get(f"/frameworks/{CTID}.csv").content.startswith(b"framework,framework identifier")
    assert len(Client().get(f"/frameworks/{CTID}.jsonld").json()["@graph"]) == 5


def test_what_changed(tmp_path: Path) -> None:
    loaded()
    assert "One release of it is here" in page(f"/frameworks/{CTID}/changes")
    package = json.loads(SAMPLE.read_text())
    package["CFDocument"]["lastChangeDateTime"] = "2026-09-01T09:00:00+00:00"
    package["CFItems"][3]["fullStatement"] = "Always work safely."
    (tmp_path / "next.json").write_text(json.dumps(package))
    loaded(tmp_path / "next.json")
    text = page(f"/frameworks/{CTID}/changes")
    assert "<del>Work</del> <ins>Always work</ins> safely." in text
    assert "1 reworded, 3 unchanged" in text
    assert f"/frameworks/{CTID}/changes" in page(f"/frameworks/{CTID}")
    data = Client().get(f"/frameworks/{CTID}/changes?format=json").json()
    assert data["counts"]["reworded"] == 1
    page(f"/frameworks/{CTID}/changes?from=x", 404)


@pytest.mark.parametrize(
    "query", ["at=nothing", "at=%00", "from=-1", "from=9999999", "from=x", "q=%00", "q=" + "a" * 900]
)
def test_strange_questions(query: str) -> None:
    loaded()
    page(f"/frameworks/{CTID}?{query}")


def test_what_is_no_framework() -> None:
    loaded()
    assert "is no framework" in page(f"/frameworks/{ITEM.format(10)}", 404)
    page("/frameworks/ce-00000000-0000-4000-8000-000000000000", 404)
    assert Client().post(f"/frameworks/{CTID}").status_code == 405


def test_the_page_of_a_competency_says_where_it_stands() -> None:
    loaded()
    text = page(f"/resources/{ITEM.format(12)}")
    assert "Where does it stand?" in text
    assert (
        f'<a href="/frameworks/{CTID}?at={ITEM.format(12)}#{ITEM.format(12)}">In the tree of Welding basics</a>'
        in text
    )
    assert f'<li><a href="/resources/{ITEM.format(10)}">Weld flat joints.</a></li>' in text
    assert "As it stands in CASE" not in text
    assert "4 competencies, as a tree with search" in page(f"/resources/{CTID}")


def test_the_commands(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    loaded()
    assert run(["framework", "show"]) == 0
    assert "Welding basics" in capsys.readouterr().out
    assert run(["framework", "show", CTID, "--depth", "1"]) == 0
    assert "W.1 Weld flat joints. (+2)" in capsys.readouterr().out
    assert run(["framework", "show", CTID, "--find", "arc", "--json"]) == 0
    assert [one["code"] for one in json.loads(capsys.readouterr().out)["items"]] == ["W.1.2"]
    target = tmp_path / "out.json"
    assert run(["framework", "export", CTID, "--out", str(target)]) == 0
    assert json.loads(target.read_text()) == json.loads(SAMPLE.read_text())
    target.write_text(target.read_text().replace("Work safely.", "Work in safety."))
    capsys.readouterr()
    assert run(["framework", "diff", CTID, str(target)]) == 0
    assert "Work [-safely.-] {+in safety.+}" in capsys.readouterr().out
    assert run(["framework", "show", ITEM.format(10)]) == 1
