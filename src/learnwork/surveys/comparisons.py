"""Tables of groups, of waves, of reconciled answers and of likeness."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from learnwork.surveys.analysis import count
from learnwork.surveys.answers import Study
from learnwork.surveys.reconcile import Reconciled
from learnwork.surveys.similarity import MEASURES, Measure, Similarity
from learnwork.surveys.tables import CATEGORY, ITEM, LABEL, Cell, Column, Mark, Table, Withheld, gettext_noop
from learnwork.surveys.waves import LEAST_CHANGED, PAIRS, Change, Waves
from learnwork.vocabulary.sentences import sentence


def groups_table(study: Study, *, withheld: frozenset[tuple[str, str, str]] = frozenset()) -> Table:
    """Yes and base of each yes/no item in each group of respondents that has a name."""
    names = sorted({one.group for one in study.respondents if one.group})
    parts = {
        name: count(study.part([at for at, one in enumerate(study.respondents) if one.group == name]))
        for name in names
    }
    columns = [ITEM, LABEL, CATEGORY]
    for number, name in enumerate(names, 1):
        for key, label in (("yes", "yes"), ("base", "base"), ("share", "share")):
            columns.append(Column(f"group_{number}_{key}", f"{name}, {label}", figure=True))
    rows = []
    for at in study.columns("yes/no"):
        item = study.items[at]
        row: list[Cell] = [item.key, item.label, item.category]
        for name in names:
            counts = parts[name][at]
            kept = {key for key in ("yes", "no", "base") if (item.key, key, name) in withheld}
            share: Cell = Fraction(counts.yes, counts.base) if counts.base else Mark.NONE
            row += [
                Mark.WITHHELD if "yes" in kept else counts.yes,
                Mark.WITHHELD if "base" in kept else counts.base,
                Mark.WITHHELD if kept else share,
            ]
        rows.append(tuple(row))
    return Table("groups", gettext_noop("Features by group"), tuple(columns), tuple(rows))


def waves_table(found: Waves, *, withheld: Withheld = frozenset()) -> Table:
    """What changed between two waves on the same initiatives."""
    columns = (
        *(ITEM, LABEL, CATEGORY),
        Column("stayed_yes", gettext_noop("Stayed yes"), figure=True),
        Column("stayed_no", gettext_noop("Stayed no"), figure=True),
        Column("gained", gettext_noop("From no to yes"), figure=True),
        Column("lost", gettext_noop("From yes to no"), figure=True),
        Column("pairs", gettext_noop("Initiatives compared"), figure=True),
        Column("before", gettext_noop("Share before"), figure=True),
        Column("after", gettext_noop("Share after"), figure=True),
        Column("p_value", gettext_noop("p, exact McNemar"), figure=True),
        Column("reworded", gettext_noop("Worded otherwise")),
    )
    notes = [
        sentence(
            "%(both)s initiatives answered in both waves; %(before)s only before and %(after)s only after are not "
            "compared.",
            both=len(found.matched),
            before=len(found.only_before),
            after=len(found.only_after),
        ),
        sentence("No p-value is given where fewer than %(n)s changed.", n=LEAST_CHANGED),
    ]
    if found.tested > 1:
        notes.append(
            sentence(
                "%(n)s items are tested: one in twenty would be below 0.05 by chance alone.", n=found.tested
            )
        )
    rows = tuple(_change_row(change, withheld) for change in found.changes)
    return Table("waves", gettext_noop("What changed between the waves"), columns, rows, tuple(notes))


def _change_row(change: Change, withheld: Withheld) -> tuple[Cell, ...]:
    item = change.item
    kept = {key for key in (*PAIRS, "pairs") if (item.key, key) in withheld}
    counts = (Mark.WITHHELD if key in kept else getattr(change, key) for key in (*PAIRS, "pairs"))
    p: Cell = Mark.NONE if change.p_value is None else f"{float(change.p_value):.4f}"
    derived = (*(Mark.NONE if share is None else share for share in (change.before, change.after)), p)
    return (
        *(item.key, item.label, item.category),
        *counts,
        *((Mark.WITHHELD,) * len(derived) if kept else derived),
        "yes" if change.reworded else "no",
    )


def rulings_table(found: Reconciled) -> Table:
    """How several answers of one initiative became one; ties are named here."""
    columns = (
        Column("initiative", gettext_noop("Initiative")),
        ITEM,
        LABEL,
        Column("how", gettext_noop("Decided by")),
        Column("said", gettext_noop("What was said")),
    )
    names = {one.key: one.label for one in found.study.respondents}
    labels = {item.key: item.label for item in found.study.items}
    rows = tuple(
        (
            names[one.initiative],
            one.item,
            labels[one.item],
            one.how,
            ", ".join(f"{text}: {many}" for text, many in one.said),
        )
        for one in found.rulings
        if one.how in ("majority", "tie")
    )
    agreed, known = found.agreement
    note = f"All who knew agreed on {agreed} of {known} answers that at least two knew."
    return Table("rulings", gettext_noop("Where answers differed"), columns, rows, (note,))


def similarity_table(found: Similarity) -> Table:
    """Each pair of initiatives with both measures side by side and the number of items that both answered."""
    columns = (
        Column("one", gettext_noop("Initiative")),
        Column("other", gettext_noop("Compared with")),
        *(Column(measure, name, figure=True) for measure, name in MEASURES.items()),
        Column("shared", gettext_noop("Items both answered"), figure=True),
    )
    rows = []
    for row, one in enumerate(found.respondents):
        for column in range(row + 1, len(found.respondents)):
            measured = (found.similarities[measure][row, column] for measure in MEASURES)
            cells: list[Cell] = [Mark.NONE if np.isnan(value) else f"{value:.3f}" for value in measured]
            other = found.respondents[column].label
            rows.append((one.label, other, *cells, int(found.shared[row, column])))
    return Table("similarity", gettext_noop("How alike initiatives are"), columns, tuple(rows), _notes(found))


def branches_table(found: Similarity, measure: Measure) -> Table:
    """The joins of a tree, from the closest on: who is in each, at which distance, and how often it comes again."""
    columns = (
        Column("members", gettext_noop("Initiatives")),
        Column("distance", gettext_noop("Distance"), figure=True),
        Column("stability", gettext_noop("In resampled trees"), figure=True),
    )
    tree = found.trees[measure]
    rows = tuple(
        (
            "; ".join(found.respondents[at].label for at in sorted(one.members)),
            f"{one.height:.3f}",
            Mark.NONE if one.stability is None else f"{100 * one.stability:.0f}%",
        )
        for one in (tree.branches if tree else ())
    )
    notes = [
        *_notes(found),
        sentence(
            "%(n)s times the features were drawn again (seed %(seed)s).", n=found.resamples, seed=found.seed
        ),
    ]
    if tree and tree.cophenetic is not None:
        notes.append(sentence("Cophenetic correlation %(r)s.", r=f"{tree.cophenetic:.3f}"))
    title = sentence("How initiatives join, by %(measure)s", measure=MEASURES[measure])
    return Table(f"branches_{measure}", title, columns, rows, tuple(notes))


def _notes(found: Similarity) -> tuple[str, ...]:
    notes = [
        sentence(
            "%(n)s initiatives by %(items)s items, each pair over what both answered.",
            n=len(found.respondents),
            items=len(found.items),
        )
    ]
    if found.universal:
        notes.append(sentence("%(n)s features that nearly all have are left out.", n=len(found.universal)))
    if found.left_out:
        named = ", ".join(
            f"{one.respondent.label} ({one.answered} of {one.applying})" for one in found.left_out
        )
        notes.append(sentence("Left out, because too few items were answered: %(named)s.", named=named))
    return tuple(notes)
