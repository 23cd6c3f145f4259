"""`learnwork index`: the search index, which follows the registry and can be thrown away."""

from __future__ import annotations

from contextlib import suppress

import typer

from learnwork.cli import site
from learnwork.cli.databases import DatabaseInUseError
from learnwork.cli.locks import taken
from learnwork.cli.output import AsJson, print_json, progress, say

app = typer.Typer(help="The search index.", no_args_is_help=True)


@app.command("status")
def status(as_json: AsJson = False) -> None:
    """Say how far the index has followed the registry."""
    site.ready()
    known, indexed = positions()
    if as_json:
        print_json({"changes": known, "indexed": indexed, "behind": known - indexed})
    else:
        say(
            f"The registry has {known:,} changes; the index has followed {indexed:,} ({known - indexed:,} behind)."
        )


@app.command("follow")
def follow(as_json: AsJson = False) -> None:
    """Catch up with the registry, unless a server on this machine does it already."""
    site.ready()
    done = follow_unless_served(quiet=as_json)
    if as_json:
        print_json({"indexed": done})


@app.command("rebuild")
def rebuild(as_json: AsJson = False) -> None:
    """Make the index anew, beside the old one, which serves meanwhile."""
    site.ready()
    from django.conf import settings

    from learnwork.registry.queries import counts
    from learnwork.search.follow import rebuild as rebuild_index

    with taken(settings.DATA, "work") as free:
        if not free:
            raise DatabaseInUseError(
                "A server on this machine keeps the index.", hint="Stop it, rebuild, and start it again."
            )
        with progress("Indexing", sum(counts().values())) as advance:
            done = rebuild_index(advance)
    if as_json:
        print_json({"indexed": done})
    else:
        say(f"Indexed {done:,} resources anew.")


@app.command("matches")
def matches(as_json: AsJson = False) -> None:
    """Make the table that matches are answered from and keep it on disk, unless it is there."""
    site.ready()
    from learnwork.competencies import knowing

    new = bool(knowing.missing())
    found = knowing.known(now=True)
    if as_json:
        print_json({"new": new, "programs": len(found.programs), "occupations": len(found.table.occupations)})
    else:
        counted = f"{len(found.programs):,} programs, {len(found.table.occupations):,} occupations"
        say(f"{'Made' if new else 'There already'}: {counted} that say what they ask.")


def positions() -> tuple[int, int]:
    """The last change of the registry, and the last one that the index has followed."""
    from learnwork.registry.queries import last_change
    from learnwork.search.follow import position

    return last_change(), position()


def follow_unless_served(*, quiet: bool = False) -> int:
    """Catch up with the registry; where a server keeps the index, leave it to that one and return 0."""
    from django.conf import settings

    from learnwork.search.errors import IndexBusyError
    from learnwork.search.follow import follow as follow_changes

    done = None
    with taken(settings.DATA, "work") as free, suppress(IndexBusyError):
        if free:
            with progress("Indexing") as advance:
                done = follow_changes(advance)
    if done is None:
        if not quiet:
            say("Another process of this machine makes it searchable within seconds.", errors=True)
        return 0
    if not quiet:
        say(f"Followed {done:,} changes into the search index.", errors=True)
    return done
