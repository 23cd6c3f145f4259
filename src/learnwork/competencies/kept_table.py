"""The table of expected competencies as a file: arrays of NumPy and a part in JSON, and nothing that could run. Pure.

    FOLDER/FORMAT-VERSION-STATE.npz    what is known as of one state of the registry
    FOLDER/lock                        held by the one process that makes the next

A file is written beside its place and put there in one step. A file that cannot be read is as good as none.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy import sparse

import learnwork
from learnwork.competencies.expected import Integers, Known, Row, Table, Thing, Work

FORMAT = 2  # raised whenever what is kept, or what may be expected of a program, changes
Arrays = Mapping[str, NDArray[np.generic]]
_NAME = re.compile(rf"{FORMAT}-{re.escape(learnwork.__version__)}-(\d+-\d+(?:\.\d+)?)\.npz")
_BROKEN = (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, zipfile.BadZipFile)


def path_of(folder: Path, state: str) -> Path:
    return folder / f"{FORMAT}-{learnwork.__version__}-{state}.npz"


def latest(folder: Path) -> str:
    """The state of the newest file there; "" without one."""
    found = [match for one in folder.glob("*.npz") if (match := _NAME.fullmatch(one.name))]
    return max((one[1] for one in found), key=lambda state: int(state.split("-")[0]), default="")


def write(folder: Path, known: Known) -> None:
    """Keep it, and remove every other file there. Call with the lock held. Raises OSError (a full disk)."""
    path = path_of(folder, known.state)
    new = path.with_suffix(".new")
    try:
        with new.open("wb") as out:
            np.savez(out, allow_pickle=False, **_arrays(known))
            out.flush()
            os.fsync(out.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    for old in chain(folder.glob("*.npz"), folder.glob("*.new")):
        if old != path:
            old.unlink(missing_ok=True)


def read(folder: Path, state: str) -> Known | None:
    """What is kept of a state; None where nothing is, or nothing that can be read."""
    with suppress(*_BROKEN), np.load(path_of(folder, state), allow_pickle=False) as file:
        found = _known({name: file[name] for name in file.files})
        return found if found.state == state else None
    return None


def _arrays(known: Known) -> dict[str, NDArray[np.generic]]:
    table = known.table
    words = {
        "state": known.state,
        "at": known.at.isoformat() if known.at else None,
        "competencies": [_said(one) for one in table.competencies],
        "things": [[key, *_said(one)] for key, one in table.things.items()],
        "work": [[one.ctid, one.titles, one.said] for one in known.work],
    }
    own = list(table.stated)
    return {
        "words": np.frombuffer(orjson.dumps(words), dtype=np.uint8),
        "programs": known.programs,
        "row_of_program": known.row_of_program,
        "occupations": np.array(table.occupations, dtype=np.int64),
        "shape": np.array(table.asked.shape, dtype=np.int64),
        "asked": table.asked.data,
        "columns": table.asked.indices,
        "ends": table.asked.indptr,
        "rated": np.array(list(table.levels), dtype=np.int64).reshape(-1, 2),
        "levels": np.fromiter(table.levels.values(), dtype=np.float64, count=len(table.levels)),
        "silent": np.array([row.silent for row in table.rows], dtype=np.int64),
        "own": np.array([row.own for row in table.rows], dtype=np.int64),
        "stating": np.array(own, dtype=np.int64),
        **_ragged("stated", (sorted(table.stated[key]) for key in own)),
        **_ragged("starts", (row.starts for row in table.rows)),
        **_ragged("through", (row.through for row in table.rows)),
        **_ragged("behind", (row.behind for row in table.rows)),
    }


def _known(file: Arrays) -> Known:
    words = orjson.loads(file["words"].tobytes())
    rows = zip(
        _lists(file, "starts"),
        _lists(file, "through"),
        _lists(file, "behind"),
        file["silent"].tolist(),
        file["own"].tolist(),
        strict=True,
    )
    rated = map(tuple, file["rated"].tolist())
    table = Table(
        competencies=tuple(Thing(*one) for one in words["competencies"]),
        occupations=tuple(file["occupations"].tolist()),
        asked=sparse.csr_matrix((file["asked"], file["columns"], file["ends"]), shape=tuple(file["shape"])),
        levels=dict(zip(rated, file["levels"].tolist(), strict=True)),
        rows=tuple(Row(*one) for one in rows),
        stated={
            key: frozenset(columns)
            for key, columns in zip(file["stating"].tolist(), _lists(file, "stated"), strict=True)
        },
        things={key: Thing(*rest) for key, *rest in words["things"]},
    )
    return Known(
        state=words["state"],
        at=datetime.fromisoformat(words["at"]).astimezone(UTC) if words["at"] else None,
        table=table,
        programs=_whole(file["programs"]),
        row_of_program=_whole(file["row_of_program"]),
        work=tuple(Work(ctid, tuple(titles), said) for ctid, titles, said in words["work"]),
    )


def _whole(array: NDArray[np.generic]) -> Integers:
    return np.asarray(array, dtype=np.int64)


def _said(one: Thing) -> list[str | bool]:
    return [one.ctid, one.name, one.here]


def _ragged(name: str, lists: Iterable[Sequence[int]]) -> dict[str, Integers]:
    """Lists of different lengths as one array and where each ends."""
    every = list(lists)
    return {
        name: np.array(list(chain.from_iterable(every)), dtype=np.int64),
        f"{name}_ends": np.cumsum([0, *(len(one) for one in every)], dtype=np.int64),
    }


def _lists(file: Arrays, name: str) -> list[tuple[int, ...]]:
    flat = file[name].tolist()
    return [tuple(flat[start:end]) for start, end in pairwise(file[f"{name}_ends"].tolist())]
