"""A learner's collection: records taken in as they are, grouped, tied to the registry, with the work behind them.

Every function takes the owner, and finds nothing that is somebody else's. What is deleted is gone: rows and files.
"""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum

from learnwork.accounts.models import User
from learnwork.records.jose import json_bytes
from learnwork.records.reading import MOST_PICTURE, Found, read, wanted_entries
from learnwork.records.verification import verify
from learnwork.registry.queries import captions
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet.holder_errors import CollectionFullError, HeldUnknownError, UploadRefusedError
from learnwork.wallet.models import Group, Held, Holder, OwnProfile, Permission, Share, Tie, Work
from learnwork.wallet.models.holding import folder
from learnwork.wallet.verifying import MOST_BYTES, fetcher

MOST_RECORDS = 2_000  # of one learner
MOST_GROUPS = 200
MOST_WORKS = 20  # files behind one record
MOST_WORK = 25_000_000  # bytes of one file
MOST_TOGETHER = 500_000_000  # bytes of records and files of one learner
MOST_TIES = 50
MOST_UPLOAD = 100_000_000  # bytes of one upload
_ZIP = b"PK\x03\x04"
_CONTROLS = dict.fromkeys(
    [*range(32), *range(127, 160)], " "
)  # no list shows them, and PostgreSQL takes no null


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking something in: records that are new, how many were there already, what was refused."""

    new: tuple[Held, ...] = ()
    known: int = 0
    refused: tuple[str, ...] = ()


def held_by(owner: User, pk: int) -> Held:
    """Raises HeldUnknownError; somebody else's record is as unknown as none."""
    found = Held.objects.filter(owner=owner, pk=pk).first()
    if found is None:
        raise HeldUnknownError("There is no such record in your collection.", hint="Go back to your records.")
    return found


def take_in(owner: User, data: bytes, name: str = "", *, via: str = "upload") -> Taken:
    """Add what is in a file, a text, a link or an archive.

    Raises UploadRefusedError, CollectionFullError, FetchError, and what reading raises.
    """
    if not data.strip():
        raise UploadRefusedError("Nothing was sent.", hint="Choose a file, or paste a link or the record.")
    new: list[Held] = []
    known = 0
    refused: list[str] = []
    for part, part_name in _parts(data, name):
        try:
            kept = [add(owner, one, one_name, via) for one, one_name in _records(part, part_name)]
        except LearnworkError as error:
            if isinstance(error, CollectionFullError) or not data.startswith(_ZIP):
                raise
            refused.append(f"{part_name}: {error.message}" if part_name else error.message)
            continue
        new += [held for held, is_new in kept if is_new]
        known += sum(not is_new for _, is_new in kept)
    if not new and not known:
        raise UploadRefusedError(
            refused[0] if refused else "There is no record in it.",
            hint="Send a badge or credential as it was issued.",
        )
    return Taken(tuple(new), known, tuple(refused))


def _parts(data: bytes, name: str) -> Iterator[tuple[bytes, str]]:
    """The files of an archive, or the one that is none. Raises UploadRefusedError."""
    if not data.startswith(_ZIP):
        if len(data) > MOST_BYTES:
            raise UploadRefusedError(
                f"The file is over {MOST_BYTES:,} bytes.", hint="Send one record at a time."
            )
        yield data, name
        return
    left = MOST_TOGETHER
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = wanted_entries(archive)
            if len(entries) > MOST_RECORDS:
                raise UploadRefusedError(
                    f"The archive has more than {MOST_RECORDS:,} files.", hint="Split it."
                )
            for entry in entries:
                with archive.open(entry) as opened:
                    part = opened.read(MOST_PICTURE + 1)
                left -= len(part)
                if left < 0 or len(part) > MOST_BYTES:
                    raise UploadRefusedError("The archive unpacks to more than is taken.", hint="Split it.")
                yield part, entry.filename.rpartition("/")[2]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise UploadRefusedError("The archive is broken.", hint="Pack it again.") from error


def _records(data: bytes, name: str) -> Iterator[tuple[bytes, str]]:
    """The records in a file, each as bytes of its own. A link is followed once. Raises what reading and fetching do."""
    found = read(data, name)
    if len(found) == 1:
        one = found[0]
        if one.kind == "link":
            got = fetcher(web=True).fetch(
                one.value, accept="application/json, image/*, */*;q=0.5", limit=MOST_BYTES
            )
            _check(read(got.body, one.value)[0])
            yield got.body, one.value.rpartition("/")[2][:200]
            return
        _check(one)
        yield data, name
        return
    for one in found:
        _check(one)
        yield _own_bytes(one), name


def _check(found: Found) -> None:
    if found.error is not None:
        raise found.error
    if found.kind == "link":
        raise UploadRefusedError("A link leads to another link.", hint="Use the link of the record itself.")


def _own_bytes(found: Found) -> bytes:
    return json_bytes(found.value) if isinstance(found.value, dict) else str(found.value).encode()


def add(
    owner: User, raw: bytes, name: str, via: str, *, added_at: datetime | None = None
) -> tuple[Held, bool]:
    """One record, and whether it is new. Raises CollectionFullError."""
    digest = sha256(raw).hexdigest()
    there = Held.objects.filter(owner=owner, digest=digest).first()
    if there is not None:
        return there, False
    if Held.objects.filter(owner=owner).count() >= MOST_RECORDS:
        raise CollectionFullError(f"A collection holds {MOST_RECORDS:,} records.", hint="Delete some first.")
    check_room(owner, len(raw))
    return Held.objects.create(
        owner=owner, name=name[:200], **said_by(raw, name), via=via, raw=raw, size=len(raw), digest=digest,
        added_at=added_at or datetime.now(UTC),
    ), True  # fmt: skip


def said_by(raw: bytes, name: str = "") -> dict[str, str]:
    """What a record says about itself, as it is listed: title, kind and issuer; nothing is fetched."""
    verdict = verify(raw, name=name)
    summary, kind = verdict.summary, verdict.kind
    said = {
        "title": (summary.title or summary.achievement or kind)[:300],
        "kind": kind[:60],
        "issuer": (summary.issuer.name or summary.issuer.id)[:300],
    }
    return {column: text.translate(_CONTROLS) for column, text in said.items()}


def check_room(owner: User, more: int) -> None:
    """Raises CollectionFullError where `more` bytes would be too many."""
    records = Held.objects.filter(owner=owner).aggregate(sum=Sum("size"))["sum"] or 0
    works = Work.objects.filter(held__owner=owner).aggregate(sum=Sum("size"))["sum"] or 0
    if records + works + more > MOST_TOGETHER:
        raise CollectionFullError(
            f"A collection holds {MOST_TOGETHER // 1_000_000} MB.", hint="Delete some files first."
        )


# Groups -------------------------------------------------------------------------------------------------------


def put_into(held: Held, names: Iterable[str]) -> None:
    """The record lies in these groups and no others; new ones are made, empty ones go. Raises CollectionFullError."""
    wanted = list(dict.fromkeys(name.strip()[:200] for name in names if name.strip()))
    with transaction.atomic():
        groups = [Group.objects.get_or_create(owner=held.owner, name=name)[0] for name in wanted]
        if Group.objects.filter(owner=held.owner).count() > MOST_GROUPS:
            raise CollectionFullError(f"A collection has {MOST_GROUPS} groups.", hint="Use fewer.")
        held.groups.set(groups)
        Group.objects.filter(owner=held.owner, records=None).delete()


# The registry -------------------------------------------------------------------------------------------------


def tie(held: Held, ctid: str) -> None:
    """The owner says that the record stands for a thing of the registry.

    Raises HeldUnknownError, CollectionFullError.
    """
    if ctid not in captions([ctid]):
        raise HeldUnknownError("The registry has nothing of that identifier.", hint="Search for it again.")
    if held.ties.count() >= MOST_TIES:
        raise CollectionFullError(f"A record has {MOST_TIES} ties to the registry.", hint="Take some away.")
    Tie.objects.get_or_create(held=held, ctid=ctid, defaults={"added_at": datetime.now(UTC)})


def untie(held: Held, ctid: str) -> None:
    held.ties.filter(ctid=ctid).delete()


# Work ---------------------------------------------------------------------------------------------------------


def attach(held: Held, file: UploadedFile[Any]) -> Work:
    """Put a file behind a record. Raises UploadRefusedError, CollectionFullError."""
    size = file.size or 0
    if not 0 < size <= MOST_WORK:
        raise UploadRefusedError(
            f"A file has between 1 and {MOST_WORK:,} bytes.", hint="Attach a smaller file, or a link as text."
        )
    if held.works.count() >= MOST_WORKS:
        raise CollectionFullError(f"A record has {MOST_WORKS} files.", hint="Delete one first.")
    check_room(held.owner, size)
    return keep_work(held, file.chunks(), name=file.name or "", media_type=file.content_type or "")


def keep_work(
    held: Held, pieces: Iterable[bytes], *, name: str, media_type: str, added_at: datetime | None = None
) -> Work:
    """Write a file and its row; the file goes again where the row does not hold."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    file, digest, size = secrets.token_hex(24), sha256(), 0
    path = folder() / file
    try:
        with path.open("xb") as out:
            path.chmod(0o600)
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        return Work.objects.create(
            held=held, name=_plain(name), media_type=media_type[:100], size=size, digest=digest.hexdigest(),
            file=file, added_at=added_at or datetime.now(UTC),
        )  # fmt: skip
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _plain(name: str) -> str:
    """A file's name without folders and control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:200] or "file"


def work_of(owner: User, pk: int) -> Work:
    """Raises HeldUnknownError."""
    found = Work.objects.filter(held__owner=owner, pk=pk).select_related("held").first()
    if found is None:
        raise HeldUnknownError("There is no such file in your collection.", hint="Go back to your records.")
    return found


# Deleting -----------------------------------------------------------------------------------------------------


def delete(held: Held) -> None:
    """For good: the record, the files behind it, and what was shared of it."""
    with transaction.atomic():
        owner = held.owner
        held.delete()
        Group.objects.filter(owner=owner, records=None).delete()


def delete_everything(owner: User) -> dict[str, int]:
    """For good: all that the wallet has of a learner, the key included. Answers how much it was."""
    with transaction.atomic():
        records = Held.objects.filter(owner=owner)
        count = {"records": records.count(), "files": Work.objects.filter(held__owner=owner).count()}
        records.delete()
        for model in (Share, Group, Holder, Permission, OwnProfile):
            model.objects.filter(owner=owner).delete()
    return count
