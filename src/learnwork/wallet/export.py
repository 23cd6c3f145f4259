"""A collection as one ZIP, and back again: byte for byte, by a list of contents with digests.

`collection.json` names every record and file with its SHA-256, groups, ties and dates; records and files lie beside it
as they came. The same collection always gives the same bytes. Shares and the key to present with are not part of it.
"""

from __future__ import annotations

import zipfile
import zlib
from datetime import datetime
from hashlib import sha256
from typing import IO, Annotated, Literal

from django.db import transaction
from pydantic import BaseModel, Field, ValidationError, field_validator

from learnwork.accounts.models import User
from learnwork.wallet import collection
from learnwork.wallet.holder_errors import RestoreRefusedError
from learnwork.wallet.models import Held, Tie, Work
from learnwork.wallet.verifying import MOST_BYTES

_LIST = "collection.json"
_MOST_LIST = 20_000_000  # bytes of the list of contents
_DATE = (1980, 1, 1, 0, 0, 0)  # of every entry: the list has the dates
_BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, zlib.error)
_TAKE_AGAIN = "Take the archive exactly as it was downloaded."


# No database takes a null character in a text.
_Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]


class WorkEntry(BaseModel):
    file: _Text = Field(max_length=300)
    name: _Text = Field(max_length=200)
    media_type: _Text = Field(max_length=100)
    digest: str = Field(pattern="^[0-9a-f]{64}$")
    added_at: datetime


class RecordEntry(BaseModel):
    file: _Text = Field(max_length=300)
    name: _Text = Field(max_length=200)
    digest: str = Field(pattern="^[0-9a-f]{64}$")
    via: str = Field(pattern="^(upload|link|offer)$")
    added_at: datetime
    groups: list[_Text] = Field(max_length=collection.MOST_GROUPS)
    ties: list[_Text] = Field(max_length=collection.MOST_TIES)
    works: list[WorkEntry] = Field(max_length=collection.MOST_WORKS)


class Contents(BaseModel):
    format: Literal[1] = 1
    records: list[RecordEntry] = Field(max_length=collection.MOST_RECORDS)

    @field_validator("records")
    @classmethod
    def each_file_once(cls, records: list[RecordEntry]) -> list[RecordEntry]:
        """A file that is named again and again would be unpacked again and again."""
        files = [entry.file for entry in records]
        files += [work.file for entry in records for work in entry.works]
        if len(set(files)) != len(files):
            raise ValueError("a file is named twice")
        return records


def write(owner: User, out: IO[bytes]) -> None:
    """Write the archive of a collection, one record in memory at a time."""
    entries = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        kept = Held.objects.filter(owner=owner).order_by("added_at", "digest")
        for number, held in enumerate(kept.iterator(chunk_size=20), 1):
            entries.append(_entry(held, number))
            _put(archive, entries[-1].file, bytes(held.raw))
            for work, entry in zip(_works(held), entries[-1].works, strict=True):
                _put(archive, entry.file, work.path.read_bytes())
        _put(archive, _LIST, Contents(records=entries).model_dump_json(indent=1).encode())


def _works(held: Held) -> list[Work]:
    return list(held.works.order_by("added_at", "digest"))


def _entry(held: Held, number: int) -> RecordEntry:
    works = [
        WorkEntry(file=f"works/{number:04}-{place:02}", name=work.name, media_type=work.media_type,
                  digest=work.digest, added_at=work.added_at)
        for place, work in enumerate(_works(held), 1)
    ]  # fmt: skip
    return RecordEntry(
        file=f"records/{number:04}{_ending(bytes(held.raw[:64]))}", name=held.name, digest=held.digest,
        via=held.via, added_at=held.added_at, groups=sorted(held.groups.values_list("name", flat=True)),
        ties=list(held.ties.order_by("ctid").values_list("ctid", flat=True)), works=works,
    )  # fmt: skip


def _ending(head: bytes) -> str:
    start = head.lstrip()[:1]
    return (
        ".png"
        if head.startswith(b"\x89PNG")
        else ".svg"
        if start == b"<"
        else ".json"
        if start in b"{["
        else ".txt"
    )


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)


def restore(owner: User, file: IO[bytes]) -> int:
    """Put what an archive holds into a collection; what is there already stays as it is. Answers how many came.

    All or nothing. Raises RestoreRefusedError, CollectionFullError.
    """
    written: list[Work] = []
    try:
        with zipfile.ZipFile(file) as archive, transaction.atomic():
            contents = Contents.model_validate_json(_bytes(archive, _LIST, _MOST_LIST))
            return sum(_restore(owner, archive, entry, written) for entry in contents.records)
    except BaseException as error:
        for work in written:
            work.path.unlink(missing_ok=True)
        if isinstance(error, ValidationError):
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            told = f"The list of contents is damaged at {where or 'its start'}."
            raise RestoreRefusedError(told, hint=_TAKE_AGAIN) from error
        if isinstance(error, _BROKEN):
            raise RestoreRefusedError("The archive is broken.", hint=_TAKE_AGAIN) from error
        raise


def _restore(owner: User, archive: zipfile.ZipFile, entry: RecordEntry, written: list[Work]) -> bool:
    raw = _checked(archive, entry.file, entry.digest, MOST_BYTES)
    held, is_new = collection.add(owner, raw, entry.name, entry.via, added_at=entry.added_at)
    if not is_new:
        return False
    collection.put_into(held, entry.groups)
    for ctid in dict.fromkeys(entry.ties):
        Tie.objects.create(held=held, ctid=ctid[:60], added_at=entry.added_at)
    for work in entry.works:
        data = _checked(archive, work.file, work.digest, collection.MOST_WORK)
        collection.check_room(owner, len(data))
        written.append(
            collection.keep_work(
                held, [data], name=work.name, media_type=work.media_type, added_at=work.added_at
            )
        )
    return True


def _checked(archive: zipfile.ZipFile, name: str, digest: str, limit: int) -> bytes:
    data = _bytes(archive, name, limit)
    if sha256(data).hexdigest() != digest:
        raise RestoreRefusedError(f"{name} is not what the list of contents says.", hint=_TAKE_AGAIN)
    return data


def _bytes(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    try:
        with archive.open(name) as opened:
            data = opened.read(limit + 1)
    except KeyError:
        raise RestoreRefusedError(f"The archive has no {name[:80]}.", hint=_TAKE_AGAIN) from None
    if len(data) > limit:
        raise RestoreRefusedError(f"{name} is larger than {limit:,} bytes.", hint=_TAKE_AGAIN)
    return data
