"""Forms for what is dated on the map. Readers suggest with them and curators state with them; the services judge.

Whoever is named in words is looked up by exact name, never guessed: see `meant`.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learnwork.intake.forms import AnybodyForm
from learnwork.landscape.answering import living
from learnwork.landscape.model import AmountType, RoleKind, TieKind
from learnwork.landscape.services import KINDS
from learnwork.landscape.shelves import shelves
from learnwork.landscape.wording import worded
from learnwork.vocabulary.ctid import ctid_in

_DATE = _("A year, month or day: 2023, 2023-10, 2023-10-04. Leave it empty where it is not known.")


def _text(label: Any, *, required: bool = True, most: int = 300, help_text: Any = "", **attrs: Any) -> Any:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=help_text,
        widget=forms.TextInput(attrs=attrs),
    )


def _day(label: Any, *, required: bool = False) -> Any:
    return _text(label, required=required, most=10, help_text=_DATE, inputmode="numeric")


def _who(label: Any, *, required: bool = True) -> Any:
    help_text = _("Its exact name on the map, the address of its page, or a name of somebody who has none.")
    return _text(label, required=required, help_text=help_text, list="known", autocomplete="off")


def _words(kinds: Any) -> list[tuple[str, str]]:
    return [(str(kind), worded(kind)) for kind in kinds]


def meant(text: str) -> str:
    """The CTID of whom a text names: one in it, or that of the party or entry of exactly this name; else the text."""
    found = ctid_in(text.strip().lower().rsplit("/", 1)[-1])
    if found:
        return found
    known = living()
    for group in (known.parties.values(), known.entries.values()):
        named = [one.ctid for one in group if one.name == text.strip() and not one.ctid.startswith("name:")]
        if len(named) == 1:
            return named[0]
    return text.strip()


class ChangeForm(forms.Form):
    """What every change needs: the page that says so. seen: what the person looked at when the form was made."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())
    citation = forms.CharField(
        label=_("Which page says so?"),
        max_length=1000,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("The address of a page that others can look at."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "citation"])


class RoleDatesForm(ChangeForm):
    start = _day(_("From"))
    end = _day(_("Until"))


class RoleForm(RoleDatesForm):
    party = _who(_("Who"))
    kind = forms.ChoiceField(label=_("In which role"), choices=lambda: _words(RoleKind))


class TieForm(RoleDatesForm):
    other = _who(_("Which other initiative"))
    kind = forms.ChoiceField(label=_("How it stands to that one"), choices=lambda: _words(TieKind))
    declared = _text(_("Who declares it"), required=False, help_text=_("Names on the map, parted by “;”."))


class NothingForm(ChangeForm):
    """Taking something away: nothing but the page that shows that it was never so."""


class ReasonForm(ChangeForm):
    reason = _text(_("Why"), most=1000)


class MilestoneForm(ChangeForm):
    name = _text(_("What is to be reached"))
    planned = _day(_("Planned for"), required=True)


class ReplanForm(ChangeForm):
    planned = _day(_("Now planned for"), required=True)
    reason = _text(_("Why the plan changed"), most=1000)


class ReachForm(ChangeForm):
    actual = _day(_("Reached on"), required=True)


class StageForm(ChangeForm):
    period = _text(_("Year"), most=5, help_text=_("Such as 2024, or <2018 for before."))
    low = forms.IntegerField(label=_("Stage"), min_value=1, max_value=5)
    high = forms.IntegerField(
        label=_("to"), min_value=1, max_value=5, required=False, help_text=_("Only of a range, such as 1/2.")
    )
    issued = _day(_("Said on"))
    forecast = forms.BooleanField(label=_("It was foreseen, not recorded"), required=False)


class GrantForm(ChangeForm):
    funder = _who(_("Who gives"))
    recipient = _who(_("Who receives"), required=False)
    amount = forms.DecimalField(label=_("Amount"), required=False, max_digits=16, decimal_places=2)
    currency = _text(_("Currency"), required=False, most=3, help_text=_("Three letters, such as USD."))
    amount_type = forms.ChoiceField(
        label=_("The amount is"), choices=lambda: _words(AmountType), initial=AmountType.NOT_STATED
    )
    start = _day(_("From"))
    end = _day(_("Until"))
    stated_on = _day(_("Stated on"))
    regrant_of = _text(
        _("Passes on the money of this grant"),
        required=False,
        help_text=_("The address of that grant's page."),
    )


class GoalsForm(ChangeForm):
    goals = forms.MultipleChoiceField(
        label=_("Goals of one scheme"),
        choices=lambda: _goals(),
        widget=forms.SelectMultiple(attrs={"size": 10}),
    )


class ParentForm(ChangeForm):
    parent = _text(
        _("Part of"),
        required=False,
        help_text=_("Its exact name or address; empty for nothing."),
        list="known",
        autocomplete="off",
    )


class NameForm(ChangeForm):
    name = _text(_("Name"))
    since = _day(_("Since"))


class DescribeForm(ChangeForm):
    """Each field is stated where it is filled in otherwise than it stands there."""

    description = forms.CharField(
        label=_("What it is"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: _words(KINDS))
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=lambda: [("", "—"), *_words(("planned", "active", "ended"))],
    )
    url = _text(_("Web page"), required=False, most=1000)
    start = _day(_("Since"))
    end = _day(_("Until"))


class SortForm(ChangeForm):
    shelves = forms.MultipleChoiceField(
        label=_("Building blocks and topics"),
        choices=lambda: [
            (block.name, [(block.ctid, block.name), *((topic.ctid, topic.name) for topic in block.topics)])
            for block in shelves().blocks
        ],
        widget=forms.SelectMultiple(attrs={"size": 14}),
    )


class NewEntryForm(ChangeForm):
    name = _text(_("Name"))
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: _words(KINDS))


class NewPartyForm(ChangeForm):
    name = _text(_("Name"))
    kind = _text(_("Kind"), help_text=_("“funder”, or what kind of organization it is, in a few words."))


class NewTermForm(ChangeForm):
    name = _text(_("Term"))
    means = forms.CharField(
        label=_("What it means, in a sentence"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


def _goals(of: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Schemes with their goals, as the choices of a field. of: only the scheme of this goal, without the goal."""
    return [
        (scheme.title, [(goal.ctid, goal.label) for goal in scheme.goals if goal.ctid != of])
        for scheme in living().schemes
        if not of or any(goal.ctid == of for goal in scheme.goals)
    ]


class NewSchemeForm(ChangeForm):
    title = _text(_("Title"))
    key = _text(_("Short name"), most=40, help_text=_("For files and addresses, such as guide_2027."))


class GoalForm(ChangeForm):
    label = _text(_("Goal"), most=500)
    key = _text(_("Short name"), most=40, help_text=_("Unique in its scheme, such as g7."))
    same_as = forms.ChoiceField(
        label=_("The same as this goal of another scheme"),
        required=False,
        choices=lambda: [("", "—"), *_goals()],
        help_text=_("Entries that are ordered by that one are then ordered by this one too."),
    )


class RemoveGoalForm(ReasonForm):
    """`initial["goal"]`: the goal that is removed; the others of its scheme may take its place."""

    instead = forms.ChoiceField(
        label=_("Which goal takes its place"),
        required=False,
        help_text=_("Needed where initiatives are ordered by it: they move there."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["instead"]
        field.choices = [("", "—"), *_goals(str(self.initial.get("goal", "")))]


class MeansForm(ChangeForm):
    name = _text(
        _("Name"), list="known", autocomplete="off", help_text=_("Exactly as it stands on a page of the map.")
    )


class ReviewedForm(ChangeForm):
    on = _day(_("Looked at on"), required=True)


class ReaderForm(AnybodyForm):
    """What a reader adds to a suggestion."""

    field_order = ("wrong", "mail", "website")
    wrong = forms.CharField(
        label=_("A word to the curator"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
