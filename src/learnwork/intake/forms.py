"""The forms of the intake's pages: suggesting, judging, ruling. Bounds stand here and in the model."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learnwork.intake.models import Suggestion
from learnwork.layout.presentation import safe_url
from learnwork.vocabulary.ctid import ctid_in


def _area(rows: int, **more: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **more})


class AnybodyForm(forms.Form):
    """What a reader without an account leaves. `website` is for machines: people do not see it."""

    mail = forms.EmailField(
        label=_("Your mail address, if you want the answer by mail"),
        max_length=254,
        required=False,
        help_text=_("Used for the answer alone, shown to nobody, erased when it is decided."),
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave the last field empty: only machines fill it."))
        return ""


class SuggestionForm(AnybodyForm):
    """What is wrong, what is right, who says so."""

    field_order = ("wrong", "right", "evidence", "mail", "website")

    wrong = forms.CharField(
        label=_("What is wrong?"), max_length=2000, widget=_area(3), help_text=_("In a sentence or two.")
    )
    right = forms.CharField(
        label=_("What is right?"),
        max_length=4000,
        required=False,
        widget=_area(3),
        help_text=_("The value as it should stand here. Of several, one a line."),
    )
    evidence = forms.CharField(
        label=_("Where does it say so?"),
        max_length=1000,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("The address of a page that a curator can look at."),
    )

    def clean_evidence(self) -> str:
        url: str = self.cleaned_data["evidence"].strip()
        if url and safe_url(url) is None:
            raise forms.ValidationError(_("This is no address of a page. Begin it with https://."))
        return url


class AnswerForm(SuggestionForm):
    """A reader answers a curator's question: the same without the mail address, which is known."""

    mail = None  # type: ignore[assignment]


class AcceptForm(forms.Form):
    """The value that a curator states. parts: whether it has to be JSON."""

    value = forms.CharField(label=_("The value to state"), max_length=20_000, widget=_area(4))


class SendBackForm(forms.Form):
    comment = forms.CharField(label=_("What do you want to know?"), max_length=2000, widget=_area(3))


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why"), choices=Suggestion.Reason.choices)
    comment = forms.CharField(
        label=_("A word to the reader"), max_length=2000, required=False, widget=_area(2)
    )


class _Reasoned(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, help_text=_("In a sentence; everybody reads it.")
    )


def _ctid(text: str) -> str:
    found = ctid_in(text.strip().lower().rsplit("/", 1)[-1].removesuffix(".json"))
    if found is None:
        raise forms.ValidationError(_("There is no identifier in this. It begins with “ce-”."))
    return found


class PairForm(forms.Form):
    """Two things that may be one; CTIDs, or addresses of their pages."""

    keep = forms.CharField(
        label=_("Keep"), max_length=300, help_text=_("Its identifier or the address of its page.")
    )
    other = forms.CharField(label=_("and add to it"), max_length=300)

    def clean_keep(self) -> str:
        return _ctid(self.cleaned_data["keep"])

    def clean_other(self) -> str:
        return _ctid(self.cleaned_data["other"])


class MergeForm(PairForm, _Reasoned):
    """The ruling, under the preview that names both."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("keep", "other"):
            self.fields[name].widget = forms.HiddenInput()


class SplitForm(_Reasoned):
    statement = forms.IntegerField(label=_("Statement that is about something else"), min_value=1)


class PreferForm(_Reasoned):
    claim = forms.CharField(label=_("Whose value is shown"), max_length=400)


class RetireForm(_Reasoned):
    pass
