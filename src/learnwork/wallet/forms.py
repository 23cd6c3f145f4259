"""What a learner fills in: shapes are checked here, what makes sense by the services."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST_SHARE = 366  # days


class AddForm(forms.Form):
    file = forms.FileField(required=False, label=gettext_lazy("A file, a picture or a ZIP of several"))
    text = forms.CharField(
        required=False,
        max_length=2_000_000,
        label=gettext_lazy("Or a link, an offer of a record, a token or the text of a record"),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )
    code = forms.CharField(
        required=False,
        max_length=100,
        label=gettext_lazy("Code that came with an offer (if there is one)"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )


class GroupsForm(forms.Form):
    groups = forms.CharField(
        required=False,
        max_length=2_000,
        label=gettext_lazy("Groups"),
        help_text=gettext_lazy("Separate several with commas."),
    )

    def names(self) -> list[str]:
        return str(self.cleaned_data["groups"]).split(",")


class ShareForm(forms.Form):
    title = forms.CharField(max_length=200, label=gettext_lazy("What is it for?"))
    until = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        today = timezone.now().date()
        if not today <= until <= today + timedelta(days=LONGEST_SHARE):
            raise ValidationError(_("Choose a day from today to one year from now."))
        return until
