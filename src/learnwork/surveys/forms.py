"""What researchers fill in. Forms check shapes; services check what makes sense."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from learnwork.surveys.design import KINDS, Choice, Condition, Design, Item, say, slug
from learnwork.surveys.importing import condition, condition_words
from learnwork.surveys.models import Survey
from learnwork.surveys.services import Settings, intro_of, title_of
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.types import by_key

KIND_WORDS = {
    "yes/no": _("Yes or no"),
    "single": _("One of several"),
    "multiple": _("Any of several"),
    "scale": _("A scale"),
    "number": _("A number"),
    "date": _("A date"),
    "text": _("Text"),
}


def _zones() -> list[tuple[str, str]]:
    return [
        (zone, zone.replace("_", " "))
        for zone in sorted(available_timezones())
        if "/" in zone or zone == "UTC"
    ]


class SettingsForm(forms.Form):
    title = forms.CharField(max_length=300, label=_("Title"))
    intro = forms.CharField(
        max_length=10_000,
        required=False,
        label=_("What respondents read first"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    contact = forms.EmailField(required=False, label=_("Address for questions"))
    deadline = forms.DateTimeField(
        required=False,
        label=_("Deadline"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    zone = forms.ChoiceField(label=_("Time zone of the deadline"), choices=_zones)
    remind_before = forms.IntegerField(
        min_value=0, max_value=60, initial=3, label=_("Remind so many days before (0 for never)")
    )
    several = forms.BooleanField(required=False, label=_("Several answers an initiative, to be reconciled"))
    chosen = forms.BooleanField(
        required=False, initial=True, label=_("The respondents were chosen, not drawn at random")
    )
    smallest = forms.IntegerField(
        min_value=0,
        max_value=50,
        initial=0,
        label=_("Withhold groups smaller than this from the public (0 for no such promise)"),
    )
    former = forms.ChoiceField(required=False, label=_("The wave before this one"))
    most = forms.CharField(max_length=20, initial="3/4", label=_("Most common: at least"))
    least = forms.CharField(max_length=20, initial="1/2", label=_("Least common: at most"))

    def __init__(self, *args: Any, others: Iterable[Survey] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["former"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "—"), *((one.key, title_of(one)) for one in others)]

    @classmethod
    def of(cls, survey: Survey, others: Iterable[Survey] = ()) -> SettingsForm:
        local = (
            survey.deadline.astimezone(ZoneInfo(survey.zone)).replace(tzinfo=None)
            if survey.deadline
            else None
        )
        initial = {name: getattr(survey, name) for name in cls.base_fields if hasattr(survey, name)}
        return cls(
            initial=initial
            | {
                "title": title_of(survey),
                "intro": intro_of(survey),
                "deadline": local,
                "former": survey.former.key if survey.former else "",
            },
            others=others,
        )

    def clean_deadline(self) -> str:
        # The clock time as it was typed: Django would take it in the server's zone.
        found = self.cleaned_data.get("deadline")
        return found.replace(tzinfo=None).isoformat() if found else ""

    def settings(self) -> Settings:
        return Settings(**self.cleaned_data)


class ImportForm(forms.Form):
    file = forms.FileField(label=_("Feature list (YAML) or sheet (CSV, XLSX, ODS)"))


class CategoryForm(forms.Form):
    name = forms.CharField(max_length=200, label=_("Name of the category"))
    scope = forms.CharField(max_length=1000, required=False, label=_("What it covers"))


class ItemForm(forms.Form):
    label = forms.CharField(max_length=2000, label=_("Question"))
    category = forms.ChoiceField(label=_("Category"))
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind, KIND_WORDS[kind]) for kind in KINDS])
    choices = forms.CharField(
        max_length=20_000,
        required=False,
        label=_("Choices, one a line"),
        help_text=_("For one of several and any of several."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    low = forms.IntegerField(required=False, label=_("Lowest"), help_text=_("Of a scale or a number."))
    high = forms.IntegerField(required=False, label=_("Highest"))
    help = forms.CharField(max_length=4000, required=False, label=_("Help text"))
    when = forms.CharField(
        max_length=2000,
        required=False,
        label=_("Asked only if"),
        help_text=_("The key of an earlier question and its answers, such as: partners = yes | do not know"),
    )
    prefill = forms.ChoiceField(required=False, label=_("Proposed from the entry's property"))
    publishes = forms.ChoiceField(
        required=False, label=_("May go to the entry as"), help_text=_("Only if the respondent agrees.")
    )

    def __init__(self, design: Design, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = [("", "—"), *((one.term, one.label) for one in by_key("initiative").properties)]
        for name in ("prefill", "publishes"):
            self._choice(name).choices = terms
        self._choice("category").choices = [(one.key, say(one.name)) for one in design.categories]
        self._design = design
        for language in design.languages[1:]:
            for name, label in (("label", _("Question")), ("help", _("Help text"))):
                self.fields[f"{name}-{language}"] = forms.CharField(
                    max_length=4000, required=False, label=f"{label} ({language})"
                )

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        return field

    @classmethod
    def of(cls, design: Design, item: Item) -> ItemForm:
        first = design.languages[0]
        initial: dict[str, Any] = {
            "label": say(item.label, first), "help": item.help.get(first, ""), "category": item.category,
            "kind": item.kind, "choices": "\n".join(say(one.label, first) for one in item.choices),
            "low": item.low, "high": item.high, "when": condition_words(item),
            "prefill": item.prefill, "publishes": item.publishes,
        }  # fmt: skip
        for language in design.languages[1:]:
            initial |= {
                f"label-{language}": item.label.get(language, ""),
                f"help-{language}": item.help.get(language, ""),
            }
        return cls(design, initial=initial)

    def clean_when(self) -> Condition | None:
        words = self.cleaned_data.get("when", "").strip()
        if not words:
            return None
        try:
            made = condition(words)
        except LearnworkError as error:
            raise forms.ValidationError(str(error)) from error
        return Condition(made["item"], tuple(made["values"]))

    def item(self, former: Item | None = None) -> Item:
        """The item as filled in; an existing one keeps its key, and choices in the same words keep theirs."""
        data, first = self.cleaned_data, self._design.languages[0]
        keys = {say(one.label, first): one for one in former.choices} if former else {}
        words = [line.strip() for line in data["choices"].splitlines() if line.strip()]
        return Item(
            key=former.key if former else self._free_key(data["label"]),
            category=data["category"],
            kind=data["kind"],
            label=self._texts("label"),
            help=self._texts("help"),
            choices=tuple(keys.get(one) or Choice(slug(one), {first: one}) for one in words)
            if data["kind"] in ("single", "multiple")
            else (),
            low=data["low"] if data["kind"] in ("scale", "number") else None,
            high=data["high"] if data["kind"] in ("scale", "number") else None,
            when=data["when"],
            prefill=data["prefill"],
            publishes=data["publishes"],
        )

    def _free_key(self, label: str) -> str:
        taken = {item.key for item in self._design.items}
        base = slug(label)[:50]
        return next(key for n in range(1, 10_000) if (key := base if n == 1 else f"{base}-{n}") not in taken)

    def _texts(self, name: str) -> dict[str, str]:
        first = self._design.languages[0]
        every = {first: self.cleaned_data[name]} | {
            language: self.cleaned_data.get(f"{name}-{language}", "")
            for language in self._design.languages[1:]
        }
        return {language: words for language, words in every.items() if words}


class InviteForm(forms.Form):
    ctid = forms.CharField(max_length=80, label=_("Initiative (its identifier, ce-…)"))
    name = forms.CharField(max_length=200, required=False, label=_("Name of the contact"))
    email = forms.CharField(max_length=254, required=False, label=_("Mail address"))
    language = forms.ChoiceField(required=False, label=_("Language"))
    pilot = forms.BooleanField(required=False, label=_("Pilot: never counted with real answers"))

    def __init__(self, languages: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(one, one) for one in languages]


class StudyForm(forms.Form):
    title = forms.CharField(max_length=300, label=_("Title"))
    results = forms.FileField(
        label=_("What was printed (YAML or sheet)"),
        help_text=_("A sheet has the columns item and percent, and may have label, category and band."),
    )
    features = forms.FileField(required=False, label=_("What was asked (YAML), for labels and categories"))
