"""What a learner fills in: shapes are checked here, what makes sense by the services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnwork.accounts.models import User

LONGEST_SHARE = 366  # days


class SignUpForm(forms.Form):
    name = forms.CharField(
        max_length=150,
        label=gettext_lazy("Name to sign in with"),
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        max_length=200,
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least 12 characters."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        name, password = self.cleaned_data.get("name", ""), self.cleaned_data.get("password", "")
        if User.objects.filter(username__iexact=name).exists():
            self.add_error("name", _("Somebody has this name already. Choose another."))
        if password:
            try:
                validate_password(password, User(username=name))
            except ValidationError as error:
                self.add_error("password", error)
        return self.cleaned_data


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
