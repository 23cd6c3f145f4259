"""What those who issue fill in; the services say whether it makes sense."""

from __future__ import annotations

from typing import Any

import orjson
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnwork.records.issuing import Recipient
from learnwork.records.parsing import parse
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


class Files(forms.FileField):
    """Several files of one field. Whether there must be one the form decides: it may have them from before."""

    def __init__(self, **more: Any) -> None:
        widget = forms.ClearableFileInput()
        widget.allow_multiple_selected = True
        widget.attrs["multiple"] = True
        super().__init__(widget=widget, **more)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [one for one in (super(Files, self).clean(each, initial) for each in given) if one]


class TranscriptForm(forms.Form):
    """Members come as files, or as the JSON list that the page itself hands on once they were looked at."""

    title = forms.CharField(max_length=300, label=gettext_lazy("Name of the learner record"))
    to = forms.CharField(max_length=2_000, label=gettext_lazy("Whose it is: a mail address or a DID"))
    given = Files(label=gettext_lazy("The records to put in (JSON, or baked pictures)"))
    ties = forms.CharField(
        required=False,
        max_length=20_000,
        label=gettext_lazy("How they are tied, one a line: source id, kind, target id"),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    records = forms.CharField(required=False, max_length=MOST_BYTES, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("given") and not said.get("records", "").strip():
            raise ValidationError(_("Choose the records that go in."))
        return said

    def recipient(self) -> Recipient:
        to = self.cleaned_data["to"].strip()
        return Recipient(did=to) if to.startswith("did:") else Recipient(mail=to)

    def members(self) -> list[tuple[str, bytes]]:
        """Name and bytes of each record. Raises what parsing does."""
        files = [(one.name or "", one.read()) for one in self.cleaned_data["given"]]
        if files:
            return files
        listed = parse(self.cleaned_data["records"], where="the records")
        return [
            (str(each.get("name", "")), orjson.dumps(each.get("record")))
            for each in (listed if isinstance(listed, list) else [])
            if isinstance(each, dict)
        ]


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
