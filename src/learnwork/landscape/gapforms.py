"""The form by which a curator declares what of the gap map was checked or is out of scope."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from learnwork.landscape.gapmap import ColumnAxis, Declaration, RowAxis, Says

SAYS = [
    (Says.CHECKED, _("Somebody looked: what was found is on the map")),
    (Says.OUT_OF_SCOPE, _("It is out of scope of this map")),
    (Says.NOT_CHECKED, _("An earlier declaration is taken back")),
]
EXTENT = [
    ("cell", _("This cell only")),
    ("row", _("The whole row")),
    ("column", _("The whole column")),
    ("all", _("The whole map of gaps")),
]


class DeclarationForm(forms.Form):
    """rows, columns, row and column come with the cell; the extent says how far the declaration reaches."""

    rows = forms.ChoiceField(choices=[(one, one) for one in RowAxis], widget=forms.HiddenInput)
    columns = forms.ChoiceField(choices=[(one, one) for one in ColumnAxis], widget=forms.HiddenInput)
    row = forms.CharField(max_length=300, widget=forms.HiddenInput)
    column = forms.CharField(max_length=300, widget=forms.HiddenInput)
    says = forms.ChoiceField(label=_("What do you declare?"), choices=SAYS)
    extent = forms.ChoiceField(label=_("Of what?"), choices=EXTENT)
    on = forms.DateField(
        label=_("When was it checked or decided?"), widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(
        label=_("How was it checked, or why is it so?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody can read this."),
    )

    def declaration(self) -> Declaration:
        """What is declared; only of a valid form."""
        data = self.cleaned_data
        extent = data["extent"]
        return Declaration(
            RowAxis(data["rows"]),
            ColumnAxis(data["columns"]),
            data["row"] if extent in ("cell", "row") else "",
            data["column"] if extent in ("cell", "column") else "",
            Says(data["says"]),
            data["on"],
            data["note"],
        )
