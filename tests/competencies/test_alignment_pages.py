"""Pages of alignments: the list, a pair, the queue of curators, many at once, what a competency is called elsewhere."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.competencies import aligning, review
from learnwork.competencies.aligning import Rater, Said
from learnwork.competencies.ends import end
from learnwork.competencies.models.alignments import Alignment
from learnwork.competencies.pairs import Asked
from learnwork.intake.loading import load

pytestmark = pytest.mark.django_db
URI = "http://data.europa.eu/esco/skill/1"
WELD, JOIN, CUT = ctid("weld"), ctid("join"), ctid("cut")


@pytest.fixture
def rows() -> list[Alignment]:
    items = [
        said(key, "ceasn:Competency", ceasn_competencyText={"en": f"{key.title()} <plates>"})
        for key in ("weld", "join", "cut")
    ]
    load(reading(*items), "made")
    words = [
        Said(end(WELD), end(JOIN), "broad", "proposed", 0.9, reasons=(("words-label", 1.5),)),
        Said(end(WELD), end(CUT), "related", "proposed", 0.6),
        Said(end(WELD), end(URI), "close", "proposed", 0.5),
    ]
    aligning.keep(words, Rater(aligning.OURS, "hybrid-1"))
    return list(review.waiting(Asked()))


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("alice", role=User.Role.CURATOR))
    return client


def test_the_list_and_its_sheet_say_who_how_sure_and_what_is_only_proposed(rows: list[Alignment]) -> None:
    page = Client().get("/alignments").content.decode()
    assert page.count("mark proposed") == 3
    assert "Weld &lt;plates&gt;" in page
    assert "not loaded here" in page
    assert "0.90" in page
    assert "2 pairs" not in Client().get("/alignments?relation=broad").content.decode()
    sheet = Client().get("/alignments.csv?least=0.6")
    lines = b"".join(sheet.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 3
    assert lines[0].startswith("number,source,")


def test_a_pair_tells_every_word(rows: list[Alignment], desk: Client) -> None:
    review.rule(rows[0].pk, state="accepted", relation="exact", rationale="Read both.", by=User.objects.get())
    page = Client().get(f"/alignments/{rows[0].pk}").content.decode()
    assert "Accepted by alice" in page
    assert "Read both." in page
    assert "hybrid-1" in page
    assert Client().get("/alignments/999999").status_code == 404


def test_a_curator_goes_through_the_queue(rows: list[Alignment], desk: Client) -> None:
    page = desk.get("/alignments/review").content.decode()
    assert "3 proposals wait" in page
    assert 'value="broad" checked' in page
    answer = desk.post(
        "/alignments/review",
        {"pair": rows[0].pk, "do": "accept", "relation": "exact", "rationale": "Same words."},
    )
    assert answer.status_code == 302
    skipped = desk.post("/alignments/review", {"pair": rows[1].pk, "do": "skip"})
    page = desk.get(skipped["Location"]).content.decode()
    assert "2 proposals wait" in page
    assert f'name="pair" value="{rows[2].pk}"' in page
    desk.post("/alignments/review", {"pair": rows[2].pk, "do": "reject", "relation": "close"})
    assert set(aligning.counted().values_list("relation", "state")) == {
        ("exact", "accepted"),
        ("related", "proposed"),
        ("close", "rejected"),
    }
    act, _ = review.last_act(User.objects.get())
    assert (
        "1 word was taken back"
        in desk.post("/alignments/review/undo", {"act": act}, follow=True).content.decode()
    )
    assert review.waiting(Asked()).count() == 2


@pytest.mark.parametrize(
    ("form", "status"),
    [({"do": "accept", "relation": "similar"}, 400), ({"pair": "x"}, 404), ({"pair": "0"}, 404)],
)
def test_what_cannot_be_kept_is_said(
    rows: list[Alignment], desk: Client, form: dict[str, str], status: int
) -> None:
    assert desk.post("/alignments/review", {"pair": str(rows[0].pk), **form}).status_code == status
    assert not aligning.in_force().filter(rank=2).exists()


def test_many_at_once_after_a_look(rows: list[Alignment], desk: Client) -> None:
    assert "Look first" in desk.get("/alignments/review/many").content.decode()
    page = desk.get("/alignments/review/many?least=0.6").content.decode()
    assert "2 proposals would be accepted" in page
    form = {"least": "0.6", "expected": "2"}
    page = desk.post("/alignments/review/many", form, follow=True).content.decode()
    assert "2 pairs were accepted" in page
    assert desk.post("/alignments/review/many", form).status_code == 400, "none of them wait any more"


@pytest.mark.parametrize("path", ["/alignments/review", "/alignments/review/many", "/alignments/review/undo"])
def test_others_do_not_judge(rows: list[Alignment], path: str) -> None:
    assert Client().get(path).status_code == 302
    other = Client()
    other.force_login(User.objects.create_user("bob"))
    assert other.post(path, {"pair": rows[0].pk, "do": "accept"}).status_code == 403
    assert not aligning.in_force().filter(rank=2).exists()


def test_what_a_competency_is_called_elsewhere(rows: list[Alignment], desk: Client) -> None:
    page = Client().get(f"/resources/{JOIN}").content.decode()
    assert "What is it called elsewhere?" in page
    assert "nobody has confirmed these" in page
    assert "broader than" in page, "read from this end"
    review.rule(rows[0].pk, state="accepted", by=User.objects.get())
    assert "accepted by alice" in Client().get(f"/resources/{JOIN}").content.decode()
    review.rule(rows[0].pk, state="rejected", by=User.objects.get())
    assert "called elsewhere" not in Client().get(f"/resources/{JOIN}").content.decode()
