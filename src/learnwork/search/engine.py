"""Searching: a question in, an answer out. It never raises for what a person typed.

search(Query.from_params({"q": "weldign camden county"}))
suggest("weld")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from pathlib import Path

import tantivy
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from learnwork.search import counting, geo, paging, snapshot, words
from learnwork.search.compiling import compiled
from learnwork.search.geo import Centre
from learnwork.search.query import Query, QueryProblem
from learnwork.search.results import Results, Suggestion
from learnwork.search.schema import SHORT, Hit
from learnwork.search.snapshot import Snapshot
from learnwork.search.words import Part

_SUGGESTED = 20  # names kept of what was typed
_LOOKED_AT = 300  # things, to find so many names
_KEPT = 500  # answers that are remembered until the index changes
_TOTALS = 10_000  # counts that are remembered as long
_FEW = 3  # answers; below, a rare word is checked for a likelier one
_LIKELIER = 20  # times as frequent must a word be to be offered in place of a rare one


def search(query: Query, root: Path | None = None, *, remember: bool = True) -> Results:
    """The answer to a question. root: the index folder, that of the installation if None."""
    at_hand, message = snapshot.current(root or settings.INDEX)
    if at_hand is None:
        missing = QueryProblem(
            "", f"{message} {_('Nothing can be found until it is built: learnwork index --rebuild')}"
        )
        return Results(query, problems=(*query.problems, missing), ready=False)
    if not remember:
        return _answer(query, at_hand)
    asked = (query, get_language() or "")  # labels and problems are in words
    known = at_hand.answers.get(asked)
    if known is None:
        known = _answer(query, at_hand)
        if len(at_hand.answers) >= _KEPT:
            at_hand.answers.clear()
        at_hand.answers[asked] = known
    return replace(known, query=query, problems=_once((*query.problems, *known.problems)))


def spread(query: Query, key: str, root: Path | None = None) -> dict[str, int]:
    """Every value of one facet (of text, not a tree) with its count, whatever is chosen of it: what a map draws."""
    at_hand, _message = snapshot.current(root or settings.INDEX)
    if at_hand is None:
        return {}
    parts, centre = words.parse(query.words), _centre(query, at_hand, [])
    mended = () if query.exact else _mended(query, parts, at_hand, centre)
    return counting.spread(key, compiled(query, mended or parts, at_hand, centre))


def total(filters: Mapping[str, tuple[str, ...]], root: Path | None = None) -> int:
    """How many resources have some values of some facets: no words, no order, nothing else counted."""
    at_hand, _message = snapshot.current(root or settings.INDEX)
    if at_hand is None:
        return 0
    chosen = tuple((key, values) for key, values in sorted(filters.items()) if values)
    if chosen not in at_hand.totals:
        if len(at_hand.totals) >= _TOTALS:
            at_hand.totals.clear()
        made = compiled(Query(filters=chosen), (), at_hand, None)
        at_hand.totals[chosen] = at_hand.total(made.counting())
    return at_hand.totals[chosen]


def among(query: Query, ids: Sequence[int], root: Path | None = None) -> dict[int, Hit]:
    """Those of some resources, by number, that answer a question."""
    at_hand, _message = snapshot.current(root or settings.INDEX)
    if at_hand is None or not ids:
        return {}
    made = compiled(query, words.parse(query.words), at_hand, _centre(query, at_hand, []))
    these = tantivy.Query.term_set_query(at_hand.schema, "key", [str(one) for one in ids])
    both = tantivy.Query.boolean_query([(tantivy.Occur.Must, made.counting()), (tantivy.Occur.Must, these)])
    found = at_hand.searcher.search(both, len(ids), count=False, order_by_field="by_popularity").hits
    hits = (at_hand.stored(address) for _, address in found)
    return {hit.id: hit for hit in hits}


def _once(problems: Sequence[QueryProblem]) -> tuple[QueryProblem, ...]:
    return tuple(dict.fromkeys(problems))


def _answer(query: Query, at_hand: Snapshot) -> Results:
    problems = list(query.problems)
    centre = _centre(query, at_hand, problems)
    cursor = paging.read(query) if query.after else None
    if query.after and cursor is None:
        problems.append(
            QueryProblem("after", _("That page belongs to another question; this is the first page."))
        )
    parts = words.parse(query.words)
    if not parts and query.words:
        problems.append(
            QueryProblem("q", _("There is no letter or digit in the words; everything is shown."))
        )
    mended = () if query.exact else _mended(query, parts, at_hand, centre)
    made = compiled(query, mended or parts, at_hand, centre)
    if made.least > counting.LARGE:
        ranked = counting.WORKERS.submit(paging.page, query, made, cursor)
        total, facets = counting.count(query, made)
        found, following = ranked.result()
    else:
        found, following = paging.page(query, made, cursor)
        total, facets = counting.count(query, made)
    hits = [at_hand.stored(address) for address, _, _ in found]
    suggestion = _likelier(query, parts, at_hand) if not mended and not query.exact and total < _FEW else ""
    return Results(
        query=query,
        hits=tuple(_placed(hit, centre, at_hand) if centre else hit for hit in hits),
        total=total,
        facets=facets,
        next=following,
        corrected=_spelled(mended) if mended else "",
        suggestion=suggestion,
        place=centre.note if centre else "",
        problems=tuple(problems),
    )


def _centre(query: Query, at_hand: Snapshot, problems: list[QueryProblem]) -> Centre | None:
    if not query.near:
        return None
    if point := query.point:
        return Centre(*point)
    centre = at_hand.points.centre(query.near)
    if centre is None:
        problems.append(
            QueryProblem(
                "near",
                _("No institution here has a ZIP code like %(zip)s; the place was left out.")
                % {"zip": query.near},
            )
        )
    return centre


def _placed(hit: Hit, centre: Centre, at_hand: Snapshot) -> Hit:
    """The hit with its distance: from its own coordinates, else from those of its ZIP code."""
    latitude, longitude, approximate = hit.latitude, hit.longitude, False
    if latitude is None or longitude is None:
        middle = at_hand.points.centre(hit.zip)
        if middle is None:
            return hit
        latitude, longitude, approximate = middle.latitude, middle.longitude, True
    miles = geo.miles(centre.latitude, centre.longitude, latitude, longitude)
    return replace(hit, distance=miles, approximate=approximate)


def _mended(
    query: Query, parts: Sequence[Part], at_hand: Snapshot, centre: Centre | None
) -> tuple[Part, ...]:
    """The parts with words that the index does not hold replaced; () if there is nothing to mend.

    Of several likely words the first that has answers together with the others is taken.
    """
    choices: list[list[Part]] = []
    for part in parts:
        likely = []
        if not part.excluded and not part.phrase and not at_hand.forms(part.tokens[0]):
            likely = at_hand.corrections(part.tokens[0])
        choices.append([Part((term,)) for term, _ in likely] or [part])
    candidates = list(islice(product(*choices), 10))
    if candidates == [tuple(parts)]:
        return ()
    for candidate in candidates:
        made = compiled(query, candidate, at_hand, centre)
        if at_hand.searcher.search(made.counting(), 1, count=False).hits:
            return candidate
    return candidates[0]


def _likelier(query: Query, parts: Sequence[Part], at_hand: Snapshot) -> str:
    """The words with rare ones replaced by far more frequent ones that look alike; "" if there are none."""
    changed = []
    for part in parts:
        if not part.excluded and not part.phrase:
            count = sum(n for _, n in at_hand.forms(part.tokens[0]))
            for term, often in at_hand.corrections(part.tokens[0])[:1]:
                if often >= _LIKELIER * max(count, 1):
                    part = Part((term,))
        changed.append(part)
    return _spelled(changed) if changed != list(parts) else ""


def _spelled(parts: Sequence[Part]) -> str:
    def one(part: Part) -> str:
        text = " ".join(part.tokens)
        return f"{'-' * part.excluded}" + (f'"{text}"' if part.phrase else text)

    return " ".join(one(part) for part in parts)


def suggest(typed: str, limit: int = 8, root: Path | None = None) -> list[Suggestion]:
    """Names of things that may be meant by what was typed so far, the most important first."""
    at_hand, _message = snapshot.current(root or settings.INDEX)
    tokens = words.tokens(typed[:100])[:8] if at_hand else ()
    if at_hand is None or not tokens:
        return []
    if tokens not in at_hand.suggestions:
        if len(at_hand.suggestions) >= _KEPT:
            at_hand.suggestions.clear()
        at_hand.suggestions[tokens] = _suggestions(tokens, at_hand)
    return at_hand.suggestions[tokens][:limit]


def _suggestions(tokens: Sequence[str], at_hand: Snapshot) -> list[Suggestion]:
    """Names that hold every word; where there are few, also things of which the words stand elsewhere."""
    found = _popular(tokens, "name", at_hand)
    if len(found) < _FEW:
        known = {(hit.type, hit.name.casefold()) for hit in found}
        found += [h for h in _popular(tokens, "text", at_hand) if (h.type, h.name.casefold()) not in known]
    return [
        Suggestion(
            hit.ctid, hit.type, hit.name, hit.provider_name, ", ".join(filter(None, (hit.city, hit.state)))
        )
        for hit in found
    ]


def _popular(tokens: Sequence[str], field: str, at_hand: Snapshot) -> list[Hit]:
    """The most important things, one of each name. Hundreds are looked at, for programs share few names."""
    made, must, searcher = at_hand.schema, tantivy.Occur.Must, at_hand.searcher
    clauses = [(must, tantivy.Query.term_query(made, field, token, "freq")) for token in tokens[:-1]]
    begun = tokens[-1]
    if field == "name" and len(begun) <= SHORT:
        clauses.append((must, tantivy.Query.term_query(made, "start", begun, "basic")))
    else:
        clauses.append((must, tantivy.Query.fuzzy_term_query(made, field, begun, distance=0, prefix=True)))
    asked = tantivy.Query.boolean_query(clauses)
    hits = searcher.search(asked, _LOOKED_AT, count=False, order_by_field="by_popularity").hits
    addresses = [address for _, address in hits]
    first: dict[object, tantivy.DocAddress] = {}
    for name, address in zip(searcher.fast_field_values("alike", addresses), addresses, strict=True):
        first.setdefault(name, address)
    found = [at_hand.stored(address) for address in islice(first.values(), _SUGGESTED)]
    typed = " ".join(tokens)
    # What begins as typed before what merely holds it; both remain in order of importance.
    return sorted(found, key=lambda hit: not " ".join(words.tokens(hit.name)).startswith(typed))
