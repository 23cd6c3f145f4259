"""What curators fill in of an edition. The form checks shapes; `editions` checks what makes sense."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learnwork.landscape.editions import Setting
from learnwork.landscape.filters import Filter, is_day
from learnwork.landscape.inclusion import Rule
from learnwork.landscape.model import GoalScheme
from learnwork.vocabulary.ctid import is_ctid

KINDS = {
    "initiative": _("initiatives"),
    "alliance": _("alliances"),
    "product": _("products"),
    "programme": _("programmes"),
    "policy": _("policies"),
}
STATUSES = {"active": _("active"), "ended": _("ended"), "planned": _("planned")}


class EditionForm(forms.Form):
    title = forms.CharField(max_length=200, label=_("Title"))
    as_of = forms.CharField(max_length=10, label=_("As of"), help_text=_("A year, month or day: 2026-06-30."))
    scheme = forms.ChoiceField(required=False, label=_("Goals"))
    kinds = forms.MultipleChoiceField(
        required=False,
        label=_("Only"),
        choices=list(KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing marked: every kind."),
    )
    statuses = forms.MultipleChoiceField(
        required=False,
        label=_("Only those that are"),
        choices=list(STATUSES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing marked: all."),
    )
    reviewed_since = forms.CharField(required=False, max_length=10, label=_("Only those reviewed since"))
    led = forms.BooleanField(required=False, label=_("Only those whose lead is known"))
    cited = forms.BooleanField(required=False, label=_("Only those with a source"))
    left_out = forms.CharField(
        required=False,
        max_length=20_000,
        label=_("Left out by hand"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: its identifier, a space, the reason. The reason is printed."),
    )
    note = forms.CharField(
        required=False,
        max_length=10_000,
        label=_("A word to the readers"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, data: Any = None, *, schemes: Sequence[GoalScheme], setting: Setting | None = None
    ) -> None:
        super().__init__(data, initial=_initial(setting) if setting else None)
        field = self.fields["scheme"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", _("the usual ones")), *((one.key, one.title or one.key) for one in schemes)]
        self._setting = setting

    def clean_reviewed_since(self) -> str:
        text = str(self.cleaned_data["reviewed_since"]).strip()
        if text and not is_day(text):
            raise forms.ValidationError(_("Write 2026, 2026-06 or 2026-06-30."))
        return text

    def clean_left_out(self) -> dict[str, str]:
        chosen = {}
        for line in str(self.cleaned_data["left_out"]).splitlines():
            ctid, _space, reason = line.strip().partition(" ")
            if line.strip() and not (is_ctid(ctid.lower()) and reason.strip()):
                raise forms.ValidationError(
                    _("This line lacks an identifier or a reason: %(line)s"), params={"line": line[:80]}
                )
            if line.strip():
                chosen[ctid.lower()] = reason.strip()
        return chosen

    def setting(self) -> Setting:
        """What is asked; only of a form that is valid."""
        data = self.cleaned_data
        former = Rule() if self._setting is None else self._setting.rule
        asked = former.asked.with_values("kind", data["kinds"]).with_values("status", data["statuses"])
        rule = Rule(asked, data["reviewed_since"], data["led"], data["cited"], data["left_out"])
        correction = self._setting.correction if self._setting else ""
        return Setting(data["title"], data["as_of"].strip(), data["scheme"], rule, data["note"], correction)


def _initial(setting: Setting) -> dict[str, Any]:
    rule = setting.rule
    asked: Filter = rule.asked
    return {
        "title": setting.title,
        "as_of": setting.as_of,
        "scheme": setting.scheme,
        "kinds": list(asked.values("kind")),
        "statuses": list(asked.values("status")),
        "reviewed_since": rule.reviewed_since,
        "led": rule.led,
        "cited": rule.cited,
        "left_out": "\n".join(f"{ctid} {words}" for ctid, words in rule.chosen.items()),
        "note": setting.note,
    }
