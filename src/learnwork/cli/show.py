"""`learnwork show`: one resource, every value with its sources, and what was measured about it."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, heading, print_json, say, table

if TYPE_CHECKING:
    from learnwork.registry.views import Figure, LinkView, ResourceView

_DAYS = ["%Y-%m-%d"]
_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
_LINKED = 20  # incoming links that are named; the total is given


def show(
    ctid: Annotated[str, typer.Argument(help="Identifier of the resource.", metavar="CTID")],
    claims: Annotated[
        bool, typer.Option("--claims", help="Each value with who says it, and why it is preferred.")
    ] = False,
    figures: Annotated[bool, typer.Option("--figures", help="The figures of every area and year.")] = False,
    history: Annotated[
        bool, typer.Option("--history", help="What each source said, from when to when.")
    ] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(help="The document as it was known here at that time (UTC).", formats=_TIMES),
    ] = None,
    valid_on: Annotated[
        datetime | None, typer.Option(help="Only what was so in the world on that day.", formats=_DAYS)
    ] = None,
    as_json: AsJson = False,
    jsonld: Annotated[
        bool, typer.Option("--jsonld", help="The JSON-LD that /resources/CTID serves, byte for byte.")
    ] = False,
) -> None:
    """Show a resource: its properties with their sources, newest figures, and what it is linked to."""
    site.ready()
    from learnwork.registry import queries

    if as_of or valid_on:
        known_at = as_of.replace(tzinfo=UTC) if as_of else None
        print_json(queries.as_of(ctid, known_at, valid_on.date() if valid_on else None))
    elif jsonld:
        _print_jsonld(ctid)
    elif history:
        _print_history(ctid, as_json=as_json)
    else:
        view = queries.resource(ctid)
        found = queries.figures(view, None if figures or as_json else ["us"])
        if as_json:
            print_json(_as_dict(view, found))
        elif claims:
            _print_claims(view)
        else:
            _print_resource(view, found, all_figures=figures)


def _print_jsonld(ctid: str) -> None:
    from django.conf import settings

    from learnwork.formats.ctdl_writer import expand
    from learnwork.registry import queries

    text = queries.published(ctid)
    body = (
        text.encode()
        if text is not None
        else orjson.dumps(expand(queries.resource(ctid).document, settings.BASE_URL))
    )
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


def _print_history(ctid: str, *, as_json: bool) -> None:
    from learnwork.cli.describe import source_dict
    from learnwork.registry import queries

    versions = queries.history(ctid)
    if as_json:
        rows = [
            {
                "source": source_dict(one.source),
                "received_at": one.received_at.isoformat(),
                "superseded_at": one.superseded_at and one.superseded_at.isoformat(),
                "withdrawn_at": one.withdrawn_at and one.withdrawn_at.isoformat(),
                "digest": one.digest,
                "body": one.body,
            }
            for one in versions
        ]
        print_json({"ctid": ctid, "history": rows})
        return
    lines = [
        [
            one.source.key,
            one.source.release,
            f"{one.received_at:%Y-%m-%d %H:%M}",
            _until(one.superseded_at, one.withdrawn_at),
            one.digest[:12],
            one.source.place,
        ]
        for one in versions
    ]
    table(["source", "release", "known from", "until", "digest", "place"], lines)


def _until(superseded_at: datetime | None, withdrawn_at: datetime | None) -> str:
    if withdrawn_at:
        return f"{withdrawn_at:%Y-%m-%d %H:%M} (withdrawn)"
    return f"{superseded_at:%Y-%m-%d %H:%M} (superseded)" if superseded_at else "now"


def _print_claims(view: ResourceView) -> None:
    from learnwork.cli.describe import Describer, short_names

    describer = Describer([view])
    heading(view.name)
    rows = [
        [
            term,
            describer.value(view, term, claim.value),
            ", ".join(short_names([claim])),
            _mark(claim.preferred, claim.reason),
        ]
        for term, said in view.claims.items()
        for claim in said
    ]
    table(["property", "value", "said by", "preferred"], rows)


def _mark(preferred: bool, reason: str) -> str:
    return f"{'yes' if preferred else 'no'}{f': {reason}' if reason else ''}"


def _print_resource(view: ResourceView, figures: list[Figure], *, all_figures: bool) -> None:
    from learnwork.cli.describe import Describer
    from learnwork.registry import queries
    from learnwork.vocabulary.terms import label

    heading(view.name)
    marks = [
        label(view.type),
        view.ctid,
        *(["derived"] if view.derived else []),
        *(["sample"] * bool(view.document.get("lw:sample"))),
    ]
    say(" · ".join(marks))
    if view.tombstone is not None:
        gone = view.tombstone
        at = f" on {gone.at:%Y-%m-%d}" if gone.at else ""
        say(f"{gone.kind}{at}: {gone.reason} {f'See {gone.into}.' if gone.into else ''}", style="bold")
    rows = [
        [
            fact.label,
            f"{fact.text}{' (proposed)' if fact.proposed else ''}",
            ", ".join(fact.sources) + (" (others disagree: --claims)" if fact.disputed else ""),
        ]
        for fact in Describer([view]).facts(view)
    ]
    table(["", "", "source"], rows)
    _print_figures(figures, all_figures=all_figures)
    linked, total = queries.linked(view, limit=_LINKED)
    if total:
        heading(f"Referred to by {total:,}")
        table(["", ""], [[one.name or one.reference, one.ctid] for one in linked])


def _print_figures(figures: list[Figure], *, all_figures: bool) -> None:
    from learnwork.cli.describe import sentence_of
    from learnwork.layout.comparison import newest

    shown = figures if all_figures else list(newest(figures).values())
    if not shown:
        return
    heading("Figures")
    rows = [
        [
            f"{one.measure.label}{f': {one.item_name}' if one.item_name else ''}",
            sentence_of(one),
            ", ".join(dict.fromkeys(part for part in (one.period, one.cohort) if part)),
            one.area_name,
            one.source.short_name or one.source.name,
        ]
        for one in shown
    ]
    table(["measure", "figure", "when", "where", "source"], rows)
    if len(shown) < len(figures):
        say(f"{len(figures) - len(shown):,} more: --figures")


def _as_dict(view: ResourceView, figures: list[Figure]) -> dict[str, Any]:
    from learnwork.cli.describe import figure_dict, source_dict
    from learnwork.registry import queries

    gone = view.tombstone
    return {
        "ctid": view.ctid,
        "type": view.type,
        "name": view.name,
        "status": view.status,
        "derived": view.derived,
        "tombstone": gone
        and {"kind": gone.kind, "reason": gone.reason, "at": _day(gone.at), "into": gone.into or None},
        "document": view.document,
        "claims": {
            term: [
                {
                    "value": claim.value,
                    "sources": [source_dict(source) for source in claim.sources],
                    "preferred": claim.preferred,
                    "reason": claim.reason,
                }
                for claim in said
            ]
            for term, said in view.claims.items()
        },
        "links": [_link(one) for one in queries.links(view)],
        "figures": [figure_dict(figure) for figure in figures],
    }


def _link(link: LinkView) -> dict[str, str | None]:
    return {
        "predicate": link.predicate,
        "ctid": link.ctid or None,
        "name": link.name or None,
        "type": link.type or None,
        "reference": link.reference or None,
    }


def _day(at: date | None) -> str | None:
    return at.isoformat() if at else None
