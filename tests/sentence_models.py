"""Sentence models of a few numbers: what a publisher gives (`bert`), and ready models of every shape (`ready`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from learnwork.competencies.sentence_model import CONFIG, WEIGHTS
from learnwork.competencies.sentences import MODEL, TOKENIZER

VOCABULARY = {"[PAD]": 0, "[UNK]": 1, "weld": 2, "steel": 3, "read": 4, "drawings": 5, "cook": 6}
WIDTH, INSIDE, PLACES, LAYERS, HEADS = 8, 12, 300, 2, 2


def tokenizer(folder: Path) -> None:
    """One token a word."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Tokenizer(WordLevel(VOCABULARY, unk_token="[UNK]"))
    made.pre_tokenizer = WhitespaceSplit()
    made.enable_padding(length=4)  # as publishers leave it; whoever opens it decides
    made.save(str(folder / TOKENIZER))


def safetensors(path: Path, tensors: Mapping[str, np.ndarray]) -> None:
    """Numbers by name, one in 16 bits, as that format has them."""
    header: dict[str, Any] = {"__metadata__": {"format": "np"}}
    body = b""
    for name, values in tensors.items():
        half = name.endswith("intermediate.dense.bias")
        part = values.astype("<f2" if half else "<f4").tobytes()
        offsets = [len(body), len(body) + len(part)]
        header[name] = {"dtype": "F16" if half else "F32", "shape": values.shape, "data_offsets": offsets}
        body += part
    said = json.dumps(header).encode()
    path.write_bytes(len(said).to_bytes(8, "little") + said + body)


def bert(folder: Path) -> Path:
    """A BERT of two layers whose weights are drawn."""
    random = np.random.default_rng(7)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), WIDTH),
        "embeddings.position_embeddings.weight": (PLACES, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
    }
    normals = ["embeddings.LayerNorm"]
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        inside = {f"attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")}
        inside |= {
            "attention.output.dense": (WIDTH, WIDTH),
            "intermediate.dense": (INSIDE, WIDTH),
            "output.dense": (WIDTH, INSIDE),
        }
        shapes |= {f"{layer}.{name}.weight": shape for name, shape in inside.items()}
        shapes |= {f"{layer}.{name}.bias": shape[:1] for name, shape in inside.items()}
        normals += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    shapes |= {f"{name}.{part}": (WIDTH,) for name in normals for part in ("weight", "bias")}
    drawn = {name: random.normal(0, 0.4, shape) for name, shape in shapes.items()}
    # Around one, as a norm learns them; else what a text says drowns in what every text shares.
    drawn |= {f"{name}.weight": 1 + drawn[f"{name}.weight"] for name in normals}
    tokenizer(folder)
    safetensors(folder / WEIGHTS, drawn)
    config = {"model_type": "bert", "hidden_act": "gelu", "layer_norm_eps": 1e-12}
    config |= {"num_hidden_layers": LAYERS, "num_attention_heads": HEADS}
    (folder / CONFIG).write_text(json.dumps(config))
    return folder


def ready(
    folder: Path,
    *,
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
    outputs: Mapping[str, int] | None = None,
    rows: int = len(VOCABULARY),
    scale: float = 1.0,
) -> None:
    """A model that looks its tokens up, and answers by as many axes as each of `outputs` says (3: a vector a token)."""
    tokenizer(folder)
    outputs = outputs or {"last_hidden_state": 3}
    table = (np.random.default_rng(7).normal(0, 1, (rows, WIDTH)) * scale).astype(np.float32)
    ids, mask = inputs[0], inputs[-1] if len(inputs) == 1 else inputs[1]
    nodes = [
        helper.make_node("Gather", ["table", ids], ["tokens"], axis=0),
        # What padding says must not count: here it is loud.
        helper.make_node("Cast", [mask], ["kept"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["one", "kept"], ["padding"]),
        helper.make_node("Unsqueeze", ["padding", "axis"], ["wide"]),
        helper.make_node("Add", ["tokens", "wide"], ["loud"]),
    ]
    shapes = {
        1: helper.make_node("ReduceMean", ["loud"], ["1"], axes=[1, 2], keepdims=0),
        2: helper.make_node("ReduceMean", ["loud"], ["2"], axes=[1], keepdims=0),
        3: helper.make_node("Identity", ["loud"], ["3"]),
        4: helper.make_node("Unsqueeze", ["loud", "axis"], ["4"]),
    }
    nodes += [shapes[axes] for axes in set(outputs.values())]
    nodes += [helper.make_node("Identity", [str(axes)], [name]) for name, axes in outputs.items()]
    constants = {"table": table, "one": np.float32(1), "axis": np.array([2], dtype=np.int64)}
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "ready",
        [value(name, TensorProto.INT64, ["texts", "tokens"]) for name in inputs],
        [value(name, TensorProto.FLOAT, [None] * axes) for name, axes in outputs.items()],
        [numpy_helper.from_array(np.asarray(one), name) for name, one in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (folder / MODEL).write_bytes(model.SerializeToString())
