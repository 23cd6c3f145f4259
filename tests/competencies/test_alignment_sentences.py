"""Alignment with a sentence model: a ninth signal, its own order and confidence; and without one nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.made import ctid, reading, said
from tests.sentence_models import bert

from learnwork.cli.app import run
from learnwork.competencies import alignment, learning, proposing, scoring, sentence_model, sentences, trained
from learnwork.competencies.aligning import in_force
from learnwork.competencies.alignment import Accepted, Index
from learnwork.competencies.calibration import CEILING
from learnwork.competencies.features import SENTENCE_FEATURES, TEXT_FEATURES
from learnwork.competencies.learning import Crosswalk
from learnwork.competencies.precedents import PRECEDENT_FEATURES
from learnwork.competencies.scoring import SENTENCE, SENTENCE_WEIGHT, Signals
from learnwork.competencies.sentences import Encoder
from learnwork.competencies.texts import LONGEST, Text
from learnwork.competencies.vectors import Floats, unit
from learnwork.intake.loading import load

TARGETS = (
    Text("weld", "Join metal parts by heat"),
    Text("care", "Give medicines to patients"),
    Text("code", "Write and test programs"),
    Text("teach", "Show children how to count", long="Numbers up to a hundred"),
    Text("cook", long="Prepare soups and sauces"),
)
SUBJECTS = {"metal": 0, "steel": 0, "patients": 1, "ward": 1, "programs": 2, "software": 2, "children": 3}


def subjects(texts: Sequence[str]) -> Floats:
    """A sentence model that knows what a text is about by a few of its words."""
    found = np.full((len(texts), 5), 0.1, dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().split():
            if word in SUBJECTS:
                found[row, SUBJECTS[word]] += 1
    return unit(found)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    folder = tmp_path_factory.mktemp("tiny")
    sentence_model.make(bert(folder / "given"), folder / "model", check=sentences.opened)
    return sentences.opened(folder / "model")


def test_what_is_said_in_other_words_is_found() -> None:
    sources = [Text("s1", "Bend steel"), Text("s2", "Look after a ward"), Text("s3", "Develop software")]
    found = list(Index(TARGETS, sentences=subjects).align(sources, k=1))
    assert [one.target for one in found] == ["weld", "care", "code"]
    assert {one.method for one in found} == {alignment.WITH_SENTENCES} == {"hybrid-1+minilm"}
    assert all(SENTENCE in {reason.key for reason in one.reasons} for one in found)
    assert all(0 <= one.confidence <= CEILING for one in found)


def test_without_a_model_nothing_is_asked_of_one() -> None:
    index = Index(TARGETS)
    assert index.model.ranker.features == TEXT_FEATURES
    found = list(index.align([Text("s", "Join steel parts")], k=5))
    assert {one.method for one in found} == {alignment.METHOD} == {"hybrid-1"}
    assert not any(SENTENCE in reason.key for one in found for reason in one.reasons)
    values = Signals(TARGETS).of([Text("s", "Join steel parts")])
    assert set(values) == set(scoring.SIGNALS)
    assert (scoring.joined(values)[0] == sum(scoring.joined(values)[1].values()) / np.float32(8)).all()


def test_the_sentence_model_counts_half_as_much_as_the_eight() -> None:
    values = Signals(TARGETS, subjects).of([Text("s", "Join steel parts")])
    total, each = scoring.joined(values)
    eight = sum(each[name] for name in scoring.SIGNALS)
    assert np.allclose(total, (eight + SENTENCE_WEIGHT * each[SENTENCE]) / 12, atol=1e-6)


def test_a_statement_is_the_label_or_else_the_longer_text() -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return subjects(texts)

    Signals(TARGETS, embed).of([Text("s", long="metal " * LONGEST)])
    assert asked[3:5] == ["Show children how to count", "Prepare soups and sauces"]
    assert len(asked[5]) == LONGEST


def test_accepted_pairs_speak_beside_it() -> None:
    taught = tuple(Text(f"t{n}", f"Underwater basket weaving {n}") for n in range(120))
    accepted = Accepted(taught, {text.key: ["teach"] for text in taught})
    index = Index(TARGETS, accepted=accepted, sentences=subjects)
    found = next(iter(index.align([Text("s", "Underwater basket weaving")], k=1)))
    assert found.target == "teach"
    assert found.method == alignment.WITH_SENTENCES


def test_some_of_the_targets_are_scored_as_among_all() -> None:
    signals, sources = Signals(TARGETS, subjects), [Text("s", "Bend steel"), Text("t", "programs")]
    columns = np.array([0, 2, 4])
    assert (signals.only(columns).of(sources)[SENTENCE] == signals.of(sources)[SENTENCE][:, columns]).all()


def test_threads_and_a_real_network_change_nothing(tiny: Encoder) -> None:
    words = ("weld steel", "read drawings", "cook", "weld", "", "steel read")
    targets = [Text(f"t{n}", words[n % 6], long="cook steel") for n in range(40)]
    sources = [Text(f"s{n}", f"{words[n % 6]} {words[n % 5]}") for n in range(600)]
    index = Index(targets, sentences=tiny)
    found = list(index.align(sources, k=2))
    assert found == list(index.align(sources, k=2, workers=2))
    assert {one.source for one in found} == {text.key for text in sources if text.label.strip()}


def test_the_shipped_models_speak_of_the_features_that_there_are() -> None:
    alone, told = (trained.trained(precedent=one, sentences=True).ranker.features for one in (False, True))
    assert alone == SENTENCE_FEATURES == learning.names(precedent=False, sentences=True)
    assert told == (*SENTENCE_FEATURES, *PRECEDENT_FEATURES)
    assert set(SENTENCE_FEATURES) - set(TEXT_FEATURES) == {
        f"{reading}:{SENTENCE}" for reading in ("z", "value", "behind", "rank")
    }


def test_a_set_is_asked_and_learned_with_a_model() -> None:
    words = list(SUBJECTS)
    sources = tuple(Text(f"s{n}", f"{words[n % 7]} thing {n}", group=str(n)) for n in range(60))
    gold = {text.key: frozenset({TARGETS[SUBJECTS[words[n % 7]]].key}) for n, text in enumerate(sources)}
    walk = Crosswalk("made", sources, TARGETS, gold)
    asked = learning.ask(walk, Signals(TARGETS, subjects))
    assert asked.seen.shape == (60, 5, len(SENTENCE_FEATURES))
    assert (asked.ranks[SENTENCE] == 1).all()
    held = learning.hold_out([asked], precedent=False, grouped=True, sentences=True)[0]
    assert (learning.first_right(held.scores, asked.right) == 1).mean() > 0.95
    assert SENTENCE not in learning.ask(walk).ranks


@pytest.mark.django_db
def test_a_run_with_a_model_replaces_one_without(
    tiny: Encoder, tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    names = {"shop": ["Weld steel plates", "Read drawings"], "trade": ["Weld steel plates", "Cook soups"]}
    for frame, skills in names.items():
        items = [
            said(
                f"{frame}{n}",
                "ceasn:Competency",
                ceasn_competencyText={"en": text},
                ceasn_isPartOf=[ctid(frame)],
            )
            for n, text in enumerate(skills)
        ]
        own = said(frame, "ceasn:CompetencyFramework", ceasn_name={"en": frame})
        load(reading(own, *items), frame)
    methods = []
    for embed in (None, tiny, None):
        proposing.propose(ctid("shop"), ctid("trade"), least=0.0, k=2, sentences=embed)
        methods.append(set(in_force().exclude(state="withdrawn").values_list("method", flat=True)))
    assert methods == [{"hybrid-1"}, {"hybrid-1+minilm"}, {"hybrid-1"}]
    settings.SENTENCE_MODEL = tmp_path / "nowhere"
    assert run(["align", "run", ctid("shop"), ctid("trade"), "--sentences"]) == 1
    assert "sentence-model-missing" in capsys.readouterr().err
    assert run(["align", "model", str(tmp_path)]) == 1
    assert "sentence-model-bad" in capsys.readouterr().err
