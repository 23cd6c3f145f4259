"""Verifying what a visitor puts in front of us: in memory, told as a verdict, and forgotten.

Nothing here writes to the database, to a file or to a log. The network is asked only where the visitor says so; our own
lists and keys are at hand either way.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import orjson
from django.utils.crypto import constant_time_compare, salted_hmac

from learnwork.records.check_codes import CheckError
from learnwork.records.fetching import Fetcher, NoNetwork, WebFetcher
from learnwork.records.judging import Recording
from learnwork.records.keeping import Kept, check_kept, verify_and_keep
from learnwork.records.parsing import parse
from learnwork.records.reading import Found, read, read_zip
from learnwork.records.verdict import Verdict
from learnwork.records.verification import verify
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import issuer_lists
from learnwork.wallet.holder_errors import UploadRefusedError
from learnwork.wallet.knowledge import OwnFetcher, knows

MOST_BYTES = 12_000_000  # of what is uploaded
MOST_RECORDS = 100  # of one archive on the page; the command takes more
MOST_KEPT = 1_000_000  # bytes of a kept verdict that a page carries
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict to show. kept: the verdict with its material as JSON, "" where it is not for one record or too large.

    again: whether a kept verdict was checked again; documents: of the record and its members by id, for our registry.
    """

    verdict: Verdict
    kept: str = ""
    again: bool = False
    document: dict[str, Any] | None = None

    @property
    def kept_link(self) -> str:
        """The kept verdict as an address of its own, so that keeping it sends nothing anywhere."""
        return "data:application/json;base64," + base64.b64encode(self.kept.encode()).decode()


def fetcher(*, web: bool) -> Fetcher:
    """Our own lists and keys, and the web where it may be asked."""
    return OwnFetcher(WebFetcher(requests=40) if web else NoNetwork())


def judge(data: bytes, name: str = "", *, recipient: str = "", web: bool = False) -> Judged:
    """The verdict on a file, picture, link or text, or on a kept verdict. Raises UploadRefusedError."""
    if not data.strip():
        raise UploadRefusedError("Nothing was sent.", hint="Choose a file, or paste a link or the record.")
    if len(data) > MOST_BYTES:
        raise UploadRefusedError(
            f"The file is over {MOST_BYTES:,} bytes.",
            hint="Send one record at a time, or use `learnwork verify`.",
        )
    kept, own = _kept(data)
    if kept is not None:
        return Judged(check_kept(kept, own=own), again=True, document=_document(read(kept.record)))
    found = _found(data, name)
    asked = Recording(fetcher(web=web))
    record: Found | bytes = found[0] if len(found) == 1 else data
    verdict = verify(
        record,
        fetcher=asked,
        knows=knows,
        registries=issuer_lists.registries(),
        recipient=recipient.strip(),
        name=name,
    )
    verdict = verdict if verdict.name else replace(verdict, name=name)
    return Judged(verdict, _to_keep(data, name, asked), document=_document(found))


def _found(data: bytes, name: str) -> list[Found]:
    if not data.startswith(_ZIP):
        return read(data, name)
    found = list(islice(read_zip(io.BytesIO(data), name), MOST_RECORDS + 1))
    if len(found) > MOST_RECORDS:
        raise UploadRefusedError(
            f"The archive holds more than {MOST_RECORDS} records.",
            hint="Use `learnwork verify`, which takes archives of any size.",
        )
    return found


def _kept(data: bytes) -> tuple[Kept | None, bool]:
    """A kept verdict and whether it was kept here; None where it is anything else."""
    head = data[:200].lstrip()
    if not head.startswith(b"{") or b'"verdict"' not in data or b'"fetched"' not in data:
        return None, False
    try:
        value = parse(data)
        kept = Kept.from_json(value)
    except LearnworkError:
        return None, False
    seal = value.pop("seal", "")
    return kept, isinstance(seal, str) and constant_time_compare(seal, _seal(value))


def _seal(kept: dict[str, Any]) -> str:
    """The mark by which this site knows again what it kept, whatever the order of its members."""
    text = json.dumps(kept, sort_keys=True)
    return salted_hmac("wallet.kept", text, algorithm="sha256").hexdigest()


def _to_keep(data: bytes, name: str, asked: Recording) -> str:
    """The verdict without what our registry says, which nobody could repeat from the material; sealed as ours."""
    try:
        kept = verify_and_keep(data, fetcher=asked, name=name).to_json()
    except CheckError:
        return ""
    text = orjson.dumps({**kept, "seal": _seal(kept)}).decode()
    return text if len(text) <= MOST_KEPT else ""


def _document(found: list[Found]) -> dict[str, Any] | None:
    one = found[0] if len(found) == 1 else None
    return one.value if one is not None and isinstance(one.value, dict) else None
