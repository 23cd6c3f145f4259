"""A question → the engine's queries: one that ranks, one that counts, and one for each facet with a choice made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import tantivy

from learnwork.search import own, schema
from learnwork.search.facets import BANDS, depth, number_of
from learnwork.search.geo import Centre
from learnwork.search.query import Limit, Query
from learnwork.search.snapshot import Snapshot
from learnwork.search.words import Part

Clause = tuple[tantivy.Occur, tantivy.Query]
_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_NAME = 2.0  # a word of the name counts for so much more than one elsewhere
_FORM = 0.7  # another form of a word for so much less than the word itself


@dataclass(frozen=True, slots=True)
class Compiled:
    """The clauses of a question. filters: facet or band → clause; "near" for the radius. least: an upper bound of
    the number of answers, cheap to know.
    """

    snapshot: Snapshot
    words: tuple[Clause, ...]
    ranking: tuple[Clause, ...]
    filters: dict[str, tantivy.Query]
    least: int

    @property
    def ranked(self) -> bool:
        return any(occur != _NOT for occur, _ in self.words)

    def counting(self, without: str = "") -> tantivy.Query:
        """What matches, without a score; without the choices of one facet where that is asked."""
        chosen = [(_MUST, clause) for key, clause in self.filters.items() if key != without]
        return self._joined([*self.words, *chosen])

    def scoring(self) -> tantivy.Query:
        """What matches, scored by its words alone: a filter adds nothing."""
        chosen = [(_MUST, tantivy.Query.const_score_query(clause, 0.0)) for clause in self.filters.values()]
        return self._joined([*self.words, *chosen, *self.ranking])

    def having(self, key: str) -> tantivy.Query:
        """What matches and has a property that its type makes a filter, whatever is chosen of it."""
        any_ = tantivy.Query.term_query(self.snapshot.schema, own.COLUMN, own.term_of(key), "basic")
        return tantivy.Query.boolean_query([(_MUST, self.counting(without=key)), (_MUST, any_)])

    def branches(self, key: str, tops: Iterable[str]) -> tantivy.Query:
        """What matches inside some branches of a tree, whatever is chosen of it."""
        inside = (_MUST, _choice(key, sorted(tops), self.snapshot))
        return tantivy.Query.boolean_query([(_MUST, self.counting(without=key)), inside])

    def count_of(self, key: str, value: str) -> int:
        """How many match with one value of a facet in place of those chosen."""
        return self.snapshot.total(self.branches(key, (value,)))

    def _joined(self, clauses: list[Clause]) -> tantivy.Query:
        if not any(occur == _MUST for occur, _ in clauses):
            clauses.append((_MUST, tantivy.Query.all_query()))
            clauses.append((_NOT, tantivy.Query.term_query(self.snapshot.schema, "key", schema.CURSOR)))
        if len(clauses) == 1:
            return clauses[0][1]
        return tantivy.Query.boolean_query(clauses)


def compiled(query: Query, parts: Sequence[Part], snapshot: Snapshot, centre: Centre | None) -> Compiled:
    """The clauses of a question whose words are `parts`."""
    words: list[Clause] = []
    ranking: list[Clause] = []
    least = int(snapshot.searcher.num_docs)
    for part in parts:
        clause, count = _part(part, snapshot, query.exact)
        words.append((_NOT if part.excluded else _MUST, clause))
        if not part.excluded:
            least = min(least, count)
            for token in part.tokens:
                named = tantivy.Query.term_query(snapshot.schema, "name", token)
                ranking.append((_SHOULD, tantivy.Query.boost_query(named, _NAME)))
    filters = {key: _choice(key, values, snapshot) for key, values in query.filters}
    filters |= {limit.key: _limit(limit, snapshot) for limit in query.limits}
    if centre is not None:
        near = snapshot.points.within(centre, query.within)
        filters["near"] = tantivy.Query.term_set_query(snapshot.schema, "point", near)
    return Compiled(snapshot, tuple(words), tuple(ranking), filters, least)


def _part(part: Part, snapshot: Snapshot, exact: bool) -> tuple[tantivy.Query, int]:
    """The query of a word or phrase, and the number of documents it can match at most."""
    made = snapshot.schema
    if part.phrase:
        least = min(snapshot.searcher.doc_freq("text", token) for token in part.tokens)
        return tantivy.Query.phrase_query(made, "text", list(part.tokens)), least
    (word,) = part.tokens
    forms = [] if exact else snapshot.forms(word)
    if len(forms) <= 1:
        term = forms[0][0] if forms else word
        return tantivy.Query.term_query(made, "text", term, "freq"), snapshot.searcher.doc_freq("text", term)
    any_form: list[Clause] = []
    for term, _ in forms:
        one = tantivy.Query.term_query(made, "text", term, "freq")
        any_form.append((_SHOULD, one if term == word else tantivy.Query.boost_query(one, _FORM)))
    return tantivy.Query.boolean_query(any_form), sum(count for _, count in forms)


def _choice(key: str, values: Sequence[str], snapshot: Snapshot) -> tantivy.Query:
    choice = own.choice(key)
    clauses: list[Clause] = []
    for value in values:
        if (level := depth(key, value)) is not None:
            held = number_of(value) if choice.numbered else own.held(key, value) if own.is_own(key) else value
            clauses.append(
                (_SHOULD, tantivy.Query.term_query(snapshot.schema, choice.columns[level], held, "basic"))
            )
    if not clauses:
        return tantivy.Query.empty_query()
    return clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)


def _limit(limit: Limit, snapshot: Snapshot) -> tantivy.Query:
    band = BANDS[limit.key]
    low, high = schema.bounds(limit.low, limit.high, band.best)
    return tantivy.Query.range_query(snapshot.schema, band.column, tantivy.FieldType.Unsigned, low, high)
