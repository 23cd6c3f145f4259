"""The parts that alignment stands on: words, BM25, signals, calibration, learning."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies import learning, scoring, trained
from learnwork.competencies.calibration import CEILING, isotonic, least, pooled, reliability
from learnwork.competencies.features import TEXT_FEATURES, words_of
from learnwork.competencies.lexical import Bm25
from learnwork.competencies.precedents import PRECEDENT_FEATURES, precedents
from learnwork.competencies.relations import Relation, relation
from learnwork.competencies.reranking import fit_confidence, fit_ranker
from learnwork.competencies.texts import Text, signs, stem, words
from learnwork.competencies.vectors import vectors


@pytest.mark.parametrize(
    ("one", "other"),
    [("managers", "managing"), ("studies", "study"), ("classes", "class"), ("welder", "welding")],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_are_folded_and_common_ones_left_out() -> None:
    assert words("The café of C++ and C# studies") == ["cafe", "c++", "c#", "study"]
    assert words("of the and") == []
    assert signs("11-1011.00") == "11101100"


def test_bm25_is_the_formula() -> None:
    index = Bm25(["weld steel", "pipe", "read"], k1=1.2, b=0.5)
    found = index.scores(["weld pipe"])[0]
    idf = math.log(1 + (3 - 1 + 0.5) / 1.5)
    long = 1 - 0.5 + 0.5 * 2 / (4 / 3)
    assert found[0] == pytest.approx(idf * 2.2 / (1 + 1.2 * long) / (2 * idf), rel=1e-5)
    assert found[2] == 0
    assert index.scores(["", "unknown"]).max() == 0


@given(st.lists(st.text(max_size=30), max_size=8), st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_bm25_takes_any_text(documents: list[str], queries: list[str]) -> None:
    found = Bm25(documents).scores(queries)
    assert found.shape == (len(queries), len(documents))
    assert np.isfinite(found).all()


def test_vectors_are_unit_or_nothing() -> None:
    found = vectors(["welding", "", "nursing"])
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 0, 1], abs=1e-5)


def test_signals_see_the_best_of_all_labels() -> None:
    targets = [Text("a", "one", ("arc welder",)), Text("b", "nurse")]
    found = scoring.Signals(targets).of([Text("s", "job", ("arc welder", "smith")), Text("t", "nurse")])
    assert set(found) == set(scoring.SIGNALS)
    assert found["words-labels"][0].argmax() == 0
    assert found["words-label"][0].max() == 0
    assert found["meaning-label"][1].argmax() == 1


def test_standard_scores_and_a_row_without_differences() -> None:
    found = scoring.standard(np.array([[1, 2, 3], [5, 5, 5]], dtype=np.float32))
    assert found[0] == pytest.approx([-math.sqrt(1.5), 0, math.sqrt(1.5)], rel=1e-5)
    assert found[1].tolist() == [0, 0, 0]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(1, 12))
def test_first_are_the_highest_and_of_equals_the_earlier(values: list[int], size: int) -> None:
    found = scoring.first(np.array([values], dtype=np.float32), size)[0].tolist()
    assert found == sorted(range(len(values)), key=lambda column: (-values[column], column))[:size]


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 9)), min_size=1, max_size=20))
def test_pooled_rises_and_keeps_the_mean(pairs: list[tuple[float, int]]) -> None:
    values, weights = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    blocks = pooled(values, weights)
    assert all(one[0] < other[0] for one, other in pairwise(blocks))
    assert sum(mean * weight for mean, weight, _ in blocks) == pytest.approx(
        float(values @ weights), abs=1e-6
    )
    assert sum(length for _, _, length in blocks) == len(pairs)


def test_a_calibration_keeps_its_word_on_what_it_did_not_see() -> None:
    random = np.random.default_rng(3)
    scores = random.normal(size=20_000)
    right = random.random(20_000) < 1 / (1 + np.exp(-2 * scores))
    line = isotonic(scores[:10_000], right[:10_000])
    said = line(scores[10_000:])
    assert said.max() <= CEILING
    for level in reliability(said, right[10_000:], [0, 0.2, 0.4, 0.6, 0.8, 1]):
        assert level.said - 0.04 < level.held < level.said + 0.12


def test_the_least_of_two_calibrations() -> None:
    low, high = (
        isotonic(np.arange(100.0), np.arange(100) > 80),
        isotonic(np.arange(100.0), np.arange(100) > 20),
    )
    points = np.linspace(0, 100, 50)
    assert (least([low, high])(points) <= high(points) + 1e-9).all()


@pytest.mark.parametrize(
    ("source", "target", "confidence", "expected"),
    [
        ("Welding", "welder", 0.1, Relation.EXACT),
        ("underwater welding", "welding", 0.8, Relation.BROAD),
        ("welding", "underwater welding", 0.8, Relation.NARROW),
        ("underwater welding", "welding", 0.2, Relation.RELATED),
        ("pipe fitting", "plumbing", 0.8, Relation.CLOSE),
    ],
)
def test_relations(source: str, target: str, confidence: float, expected: Relation) -> None:
    one, other = words_of([Text("s", source), Text("t", target)])
    assert relation(one, other, confidence) is expected


def test_precedents_never_hear_their_own_group() -> None:
    sources = [Text(str(n), f"welding {n}", code=f"48.05{n:02}", group="48.05") for n in range(4)]
    targets = [Text("a", "welders", code="51-4121"), Text("b", "nurses", code="29-1141")]
    told = precedents(sources, targets, {source.key: ["a"] for source in sources})
    columns = np.array([[0, 1]])
    silent = told.features([Text("x", "welding", code="48.0599", group="48.05")], columns)
    heard = told.features([Text("x", "welding", code="48.0599")], columns)
    share = PRECEDENT_FEATURES.index("neighbours-share")
    assert silent[0, :, share].tolist() == [0, 0]
    assert heard[0, :, share] == pytest.approx([1, 0])


def test_a_ranker_learns_what_decides_and_never_a_fold_that_is_held_out() -> None:
    random = np.random.default_rng(5)
    features = random.normal(size=(400, 6, 3))
    right = np.zeros((400, 6), dtype=bool)
    right[np.arange(400), (features[:, :, 1] - features[:, :, 2]).argmax(axis=1)] = True
    ranker = fit_ranker([(features[:300], right[:300])], ("noise", "for", "against"))
    assert ranker.coefficients[1] > 1 > -1 > ranker.coefficients[2]
    assert abs(ranker.coefficients[0]) < 0.5
    scores = ranker.scores(features[300:])
    assert (learning.first_right(scores, right[300:]) == 1).mean() > 0.9
    confidence = fit_confidence([(ranker.scores(features[:300]), right[:300])])(scores)
    assert confidence[right[300:]].mean() > 0.7 > 0.1 > confidence[~right[300:]].mean()


def test_folds_keep_groups_together_and_do_not_move() -> None:
    sources = [Text(str(n), group=str(n // 4)) for n in range(40)]
    dealt = learning.folds(sources, grouped=True)
    assert all(len(set(dealt[n : n + 4].tolist())) == 1 for n in range(0, 40, 4))
    assert learning.folds(sources[::-1], grouped=True)[::-1].tolist() == dealt.tolist()
    assert len(set(dealt.tolist())) > 2


def test_the_shipped_models_speak_of_the_features_that_there_are() -> None:
    assert trained.trained(precedent=False).ranker.features == TEXT_FEATURES
    assert trained.trained(precedent=True).ranker.features == (*TEXT_FEATURES, *PRECEDENT_FEATURES)
    for precedent in (False, True):
        model = trained.trained(precedent=precedent)
        assert trained.read(trained.written(model)).ranker.scores(
            np.zeros((1, 1, len(model.ranker.features)))
        ) == pytest.approx(model.ranker.scores(np.zeros((1, 1, len(model.ranker.features)))), abs=1e-3)
        assert list(model.confidence.calibration.confidences) == sorted(
            model.confidence.calibration.confidences
        )
