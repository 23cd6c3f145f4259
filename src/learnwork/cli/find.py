"""`learnwork find`: the search of the site on the command line, with the same questions as its URLs.

There is one option for every filter and band that the search has (`search/facets.py`), made from that list, so that
a page, the API and this command always ask in the same words.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, heading, print_json, say, table
from learnwork.search import own
from learnwork.search.facets import BANDS, CHOICES, DEFAULT, SORTS

if TYPE_CHECKING:
    from learnwork.search.results import Results
    from learnwork.search.schema import Hit


def find(words: list[str], as_json: bool, **parameters: Any) -> None:
    """Search: ranked, mending misspelt words, with counts of what the answer can be narrowed by.

    Write "a phrase" in quotation marks and -word to leave out. Filters may be given several times: any of the values.
    """
    site.ready()
    from learnwork.search.engine import search
    from learnwork.search.query import Query

    asked = {
        name: [str(v) for v in _listed(value)]
        for name, value in parameters.items()
        if value not in (None, [], False)
    }
    if parameters.get("exact"):
        asked["exact"] = ["1"]
    results = search(Query.from_params({"q": [" ".join(words)], **asked}))
    if as_json:
        print_json(_as_dict(results))
    else:
        _print(results)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _print(results: Results) -> None:
    from learnwork.layout.presentation import money

    for problem in results.problems:
        say(problem.message, style="yellow", errors=True)
    if results.corrected:
        say(f"Searched for: {results.corrected}")
    if results.suggestion:
        say(f"Perhaps you mean: {results.suggestion}")
    if results.place:
        say(f"Around {results.place}")
    say(f"{results.total:,} found")
    for hit in results.hits:
        say(hit.name, style="bold")
        facts = [hit.provider_name, _where(hit), "" if hit.cost is None else money(hit.cost)]
        say("  ", " · ".join(fact for fact in facts if fact))
        say("  ", hit.ctid)
    if results.next:
        say(f"More: --after {results.next}")
    for facet in results.facets:
        if facet.values:
            option, before = ("is", own.held(facet.key, "")) if own.is_own(facet.key) else (facet.key, "")
            heading(f"{facet.label} (--{option})")
            rows = [[f"{'  ' * v.depth}{v.label}", f"{v.count:,}", before + v.value] for v in facet.values]
            table(["", "", ""], rows, right=(1,))


def _where(hit: Hit) -> str:
    place = ", ".join(part for part in (hit.city, hit.state) if part)
    return f"{place} ({hit.distance:,.0f} miles)" if hit.distance is not None else place


def _as_dict(results: Results) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "query": results.query.to_params(),
        "total": results.total,
        "corrected": results.corrected or None,
        "suggestion": results.suggestion or None,
        "next": results.next,
        "hits": [asdict(hit) for hit in results.hits],
        "facets": [asdict(facet) for facet in results.facets],
        "problems": [asdict(problem) for problem in results.problems],
    }


def _options() -> dict[str, Any]:
    """Parameter of the question → how the command line says it. A trailing _ lets `class` be a name in Python."""
    made: dict[str, Any] = {
        "words": (list[str] | None, typer.Argument(help="What to search for.", metavar="WORDS…"), None),
        **{
            f"{name}_": (
                list[str] | None,
                typer.Option(f"--{name}", help=f"{facet.label}.", metavar="VALUE"),
                None,
            )
            for name, facet in CHOICES.items()
        },
    }
    further = typer.Option("--is", help="A property that its type makes a filter.", metavar="TERM=VALUE")
    made["is_"] = (list[str] | None, further, None)
    for name, band in BANDS.items():
        for end, said in (("min", "at least"), ("max", "at most")):
            option = typer.Option(
                f"--{name.replace('_', '-')}-{end}", help=f"{band.label}: {said}.", metavar="NUMBER"
            )
            made[f"{name}_{end}"] = (float | None, option, None)
    made |= {
        "near": (str, typer.Option("--near", help="ZIP code, or LATITUDE,LONGITUDE.", metavar="PLACE"), ""),
        "within": (
            float | None,
            typer.Option("--within", help="Miles around that place.", metavar="MILES"),
            None,
        ),
        "sort": (str, typer.Option("--sort", help=f"Order: {', '.join(SORTS)}.", metavar="ORDER"), ""),
        "size": (int, typer.Option("--size", help="How many to show, at most 100.", metavar="NUMBER"), 20),
        "after": (str, typer.Option("--after", help="Where the former page ended.", metavar="CURSOR"), ""),
        "count": (
            list[str] | None,
            typer.Option("--count", help=f"Filter to count; else {', '.join(DEFAULT)}.", metavar="FILTER"),
            None,
        ),
        "exact": (bool, typer.Option("--exact", help="Do not mend the spelling."), False),
    }
    return made


def command() -> Callable[..., None]:
    """`find` with one declared option a parameter, as Typer reads it from a signature."""

    def run(as_json: bool, **parameters: Any) -> None:
        find(
            parameters.pop("words") or [],
            as_json,
            **{n.rstrip("_"): v for n, v in parameters.items() if v != ""},
        )

    declared = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
        )
        for name, (kind, option, default) in _options().items()
    ]
    declared.append(
        inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson)
    )
    run.__signature__ = inspect.Signature(declared)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in declared}
    run.__doc__ = find.__doc__
    return run
