"""What those who issue fill in; the services say whether it makes sense."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnwork.records.suites import SUITES
from learnwork.wallet import issuers
from learnwork.wallet.models import Issuer
from learnwork.wallet.sheets import MOST_BYTES, Row, from_csv, from_upload

_SUITES = [(name, name) for name in (*SUITES, *issuers.TOKENS)]


class IssuerForm(forms.Form):
    name = forms.CharField(max_length=300, label=gettext_lazy("Name that people read"))
    slug = forms.SlugField(max_length=80, label=gettext_lazy("Short name for addresses"))
    url = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="https",
        label=gettext_lazy("Its own site"),
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    ctid = forms.CharField(required=False, max_length=60, label=gettext_lazy("Its page here (CTID)"))
    suite = forms.ChoiceField(
        choices=_SUITES, initial="eddsa-rdfc-2022", label=gettext_lazy("How its records are signed")
    )

    def make(self) -> tuple[Issuer, str]:
        """Raises IssuerRefusedError."""
        said = self.cleaned_data
        return issuers.make(
            said["name"], said["suite"], slug=said["slug"], url=said["url"], ctid=said["ctid"],
            purposes=issuers.PURPOSES,
        )  # fmt: skip


class GiveForm(forms.Form):
    """Recipients come as a file or as text; the text wins, because it was seen."""

    ctid = forms.CharField(max_length=60, label=gettext_lazy("Which credential (CTID)"))
    file = forms.FileField(required=False, label=gettext_lazy("A sheet of recipients (CSV, XLSX, ODS)"))
    people = forms.CharField(
        required=False,
        max_length=MOST_BYTES,
        label=gettext_lazy("Or its text, or one mail address a line"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        file = said.get("file")
        if not said.get("people", "").strip() and file is None:
            raise ValidationError(_("Say who gets the record: a sheet, or addresses."))
        if file is not None and (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("The sheet is too large. Split it."))
        return said

    def rows(self) -> list[Row]:
        """The recipients; addresses alone get a heading. Raises SheetError, UnreadableFileError, TooLargeError."""
        text = self.cleaned_data["people"].strip()
        if not text:
            file = self.cleaned_data["file"]
            return from_upload(file.read(), file.name or "")
        first = text.splitlines()[0]
        return from_csv((f"mail\n{text}" if "@" in first and "," not in first else text).encode())


class StatusForm(forms.Form):
    CHANGES = {
        "revoke": ("revocation", True),
        "suspend": ("suspension", True),
        "reinstate": ("suspension", False),
    }
    do = forms.ChoiceField(choices=[(name, name) for name in CHANGES])
    reason = forms.CharField(required=False, max_length=500)

    def change(self) -> tuple[str, bool]:
        return self.CHANGES[self.cleaned_data["do"]]
