"""Loading one release of one source: a stream of items into the store, in one transaction.

`load` is the only way in for files. It never leaves half a release behind: whatever raises, whatever kills the
process, the transaction is gone, and the last good release still serves.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from learnwork.formats.model import Area, Observed, Reading, Said, SourceDeclaration
from learnwork.intake.documents import DocumentsIn
from learnwork.intake.expectations import broken_promises
from learnwork.intake.figures import FiguresIn
from learnwork.intake.report import Report
from learnwork.registry import store
from learnwork.registry.models import Change, Release, Source
from learnwork.vocabulary.errors import Issue, LearnworkError, StorageFullError

if TYPE_CHECKING:
    from collections.abc import Iterator

Progress = Callable[[int], None]
Signature = list[Any]  # [reader's version, [[file name, digest], …]]

_DOCUMENTS = 2_000  # documents a batch: beyond that lookups gain nothing and memory grows
_FIGURES = 20_000  # observations a batch
_DECLARED = ("name", "publisher", "url", "licence", "licence_url", "trust", "note")


class StorageBusyError(LearnworkError):
    """Another process writes to the registry and did not end in time; nothing of the release was kept."""

    code = "storage-busy"


class _HeldBack(Exception):  # noqa: N818 - leaves the transaction, never this module
    pass


def load(
    reading: Reading,
    format_name: str,
    *,
    version: str = "1",
    dry_run: bool = False,
    accept: bool = False,
    reread: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Load one release; returns what it did. Raises `LearnworkError` when the release cannot be read.

    dry_run: do everything, keep nothing. accept: load even if the source's promise is broken. reread: compare row
    by row although the files are the ones that were loaded last. version: of the reader; a new one reads again.
    """
    begun = time.monotonic()
    report = Report(reading.source.key, reading.release.label, format_name)
    signature: Signature = [version, [[f.name, f.digest] for f in reading.release.files]]
    if not reread and not dry_run and reading.release.files and _is_loaded(reading, signature):
        report.outcome = "unchanged"
        report.seconds = time.monotonic() - begun
        return report
    try:
        with _clear_errors(), store.no_cycles_sought(), transaction.atomic():
            release = _open_release(reading, format_name, signature)
            _run(reading, release, report, progress)
            _judge(reading, report, accept=accept)
            if dry_run:
                report.outcome = "dry run"
            elif _changed_nothing(report):
                report.outcome = "unchanged"
            report.seconds = time.monotonic() - begun
            if report.outcome != "loaded":
                transaction.set_rollback(True)
            else:
                _close_release(release, report)
                store.refresh_statistics(report.new + report.observations)
    except _HeldBack:
        report.outcome = "dry run" if dry_run else "held"
        report.seconds = time.monotonic() - begun
        if not dry_run:
            _remember_held(reading, format_name, signature, report)
    return report


def _is_loaded(reading: Reading, signature: Signature) -> bool:
    return any(
        release.files == signature
        for release in Release.objects.filter(
            source__key=reading.source.key,
            part=reading.release.part,
            label=reading.release.label,
            status=Release.Status.LOADED,
            superseded_at=None,
        )
    )


def declare(declared: SourceDeclaration) -> tuple[Source, bool]:
    """The source of that key as declared, made if it is new; and whether it is."""
    facts = {name: getattr(declared, name) for name in _DECLARED}
    facts["short_name"] = declared.short_name or declared.name[:60]
    return Source.objects.update_or_create(key=declared.key, defaults=facts)


def _open_release(
    reading: Reading, format_name: str, signature: Signature, status: str = "loaded"
) -> Release:
    source, _ = declare(reading.source)
    return Release.objects.create(
        source=source,
        format=format_name,
        part=reading.release.part,
        label=reading.release.label,
        date=reading.release.date,
        files=signature,
        status=status,
        loaded_at=datetime.now(UTC),
    )


def _run(reading: Reading, release: Release, report: Report, progress: Progress | None) -> None:
    numbers = store.begin()
    former = _former(release)
    report.former_classes = former.report.get("classes", {}) if former else {}
    report.same_label = former is not None and former.label == release.label
    documents = DocumentsIn(release, numbers, release.loaded_at, report)
    figures = FiguresIn(
        release, numbers, report, compare_only=_same_figures(reading, former, release, numbers)
    )
    for said, observed, areas in _batches(reading, report, progress):
        if said:
            figures.learn(documents.take(said))
        figures.take_areas(areas)
        if observed:
            figures.take(observed)
    report.figures_digest = figures.digest
    report.same_figures = former is not None and former.report.get("figures_digest") == figures.digest
    if reading.snapshot and not (former and former.date > release.date):
        report.former_documents = documents.withdraw_missing()
    if not report.same_figures:
        _supersede(release)
    _tell_of_figures(figures, release, numbers)


def _batches(
    reading: Reading, report: Report, progress: Progress | None
) -> Iterator[tuple[list[Said], list[Observed], list[Area]]]:
    said: list[Said] = []
    observed: list[Observed] = []
    areas: list[Area] = []
    for item in reading.items():
        kind = type(item)
        if kind is Observed:
            observed.append(item)  # type: ignore[arg-type]
        elif kind is Said:
            said.append(item)  # type: ignore[arg-type]
        elif kind is Area:
            areas.append(item)  # type: ignore[arg-type]
        elif isinstance(item, Issue):
            report.add(item, refuses=item.severity == "error")
        if len(said) >= _DOCUMENTS or len(observed) >= _FIGURES:
            report.rows += len(said) + len(observed)
            yield said, observed, areas
            said, observed, areas = [], [], []
            if progress:
                progress(report.rows)
    report.rows += len(said) + len(observed)
    yield said, observed, areas
    if progress:
        progress(report.rows)


def _former(release: Release) -> Release | None:
    """The newest release of the same part that serves now."""
    return _serving(release).order_by("-date", "-id").first()


def _serving(release: Release) -> QuerySet[Release]:
    return Release.objects.filter(
        source_id=release.source_id, part=release.part, status=Release.Status.LOADED, superseded_at=None
    ).exclude(pk=release.pk)


def _same_figures(reading: Reading, former: Release | None, release: Release, numbers: store.Numbers) -> bool:
    """Whether the observations are the ones that the former release has: read once more, hashed, not written."""
    if former is None or not former.report.get("observations", {}).get("read"):
        return False
    scratch = Report("", "", "")
    compared = FiguresIn(release, numbers, scratch, compare_only=True)
    for _, observed, areas in _batches(reading, scratch, None):
        compared.take_areas(areas)
        if observed:
            compared.take(observed)
    return bool(compared.digest == former.report["figures_digest"])


def _supersede(release: Release) -> None:
    """Let the newer of two releases of one part serve; observations of the other are kept and not shown.

    A release whose figures are the former's leaves that one serving, so that no figure is written twice.
    """
    if _serving(release).filter(date__gt=release.date).exists():
        release.superseded_at = release.loaded_at
    else:
        _serving(release).update(superseded_at=release.loaded_at)


def _tell_of_figures(figures: FiguresIn, release: Release, numbers: store.Numbers) -> None:
    """Append the one change that stands for all figures of the release."""
    if figures.first:
        release.first_figure, release.last_figure = figures.first, figures.last
        store.append_changes(numbers, [(None, Change.Kind.FIGURES)], release.loaded_at, release.pk)


def _changed_nothing(report: Report) -> bool:
    """Whether the release is the one that serves, word for word, so that there is nothing to record."""
    return (
        report.same_label and report.same_figures and not (report.new or report.changed or report.withdrawn)
    )


def _judge(reading: Reading, report: Report, *, accept: bool) -> None:
    report.held = broken_promises(reading.source.expects, report, report.former_documents)
    if report.held and not accept:
        raise _HeldBack


def _close_release(release: Release, report: Report) -> None:
    release.report = report.to_dict()
    release.save(update_fields=["report", "superseded_at", "first_figure", "last_figure"])


def _remember_held(reading: Reading, format_name: str, signature: Signature, report: Report) -> None:
    with transaction.atomic():
        release = _open_release(reading, format_name, signature, status=Release.Status.HELD)
        release.report = report.to_dict()
        release.save(update_fields=["report"])


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "full" in str(error).lower() or "no space" in str(error).lower():
            raise StorageFullError(
                "The disk is full; nothing of this release was kept.",
                hint=f"Free space where {connection.settings_dict['NAME']} lies and load again.",
            ) from error
        if "locked" in str(error).lower():
            raise StorageBusyError(
                "Another load or ruling is being written; nothing of this release was kept.",
                hint="Wait for it to end and load again.",
            ) from error
        raise
