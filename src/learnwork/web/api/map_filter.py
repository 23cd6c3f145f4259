"""The filter of the map as parameters of the API: the same as on its pages."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from pydantic import Field

from learnwork.landscape import answering, declaring
from learnwork.landscape.answering import Asked
from learnwork.landscape.filters import MAX_VALUES
from learnwork.landscape.progress_pages import as_of
from learnwork.registry import listing
from learnwork.vocabulary.errors import LearnworkError
from learnwork.web.api.shape import Shape

# Years, months and days that exist, so that what the description allows is never refused.
_LONG, _SHORT = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])", "(0[469]|11)-(0[1-9]|[12][0-9]|30)"
_DAY = f"({_LONG}|{_SHORT}|02-(0[1-9]|1[0-9]|2[0-8]))"
_LEAP = "[1-9][0-9](0[48]|[2468][048]|[13579][26])-02-29"
_TIME = f"^([1-9][0-9]{{3}}(-(0[1-9]|1[0-2]|{_DAY}))?|{_LEAP})?$"


class BadMapFilterError(LearnworkError):
    """A filter of the map that cannot be taken as it is."""

    code = "map-filter-bad"


class MapFilter(Shape):
    """Each list means "or"; several parameters mean "and"."""

    block: list[str] = Field([], max_length=MAX_VALUES, description="CTIDs of building blocks")
    topic: list[str] = Field([], max_length=MAX_VALUES, description="CTIDs of topics")
    goal: list[str] = Field([], max_length=MAX_VALUES, description="CTIDs of goals")
    kind: list[str] = Field([], max_length=MAX_VALUES, description="Kinds, as initiative or programme")
    status: list[str] = Field([], max_length=MAX_VALUES, description="As active or ended")
    state: list[str] = Field([], max_length=MAX_VALUES, description="Places, as US-OH or EU")
    funder: list[str] = Field([], max_length=MAX_VALUES, description="CTIDs of funders")
    lead: list[str] = Field([], max_length=MAX_VALUES, description="CTIDs of those who lead")
    text: str = Field("", max_length=200, description="Words that must all stand in the name or description")
    valid_on: str = Field(
        "", pattern=_TIME, description="When it was so in the world: 2022, 2022-05, 2022-05-31"
    )
    edition: str = Field(
        "", max_length=20, description="Number of a frozen edition, such as 2.0; the map of now without"
    )
    as_of: date | None = Field(
        None, description="The day on which the reader stands; today, or that of the edition, by default"
    )

    def asked(self, known_at: datetime | None = None) -> Asked:
        """The map that is asked for. Raises BadMapFilterError where a parameter would have to be passed over."""
        asked = answering.ask(self.model_dump(exclude={"as_of"}), known_at)
        if asked.filter.problems:
            names = ", ".join(sorted({one.parameter for one in asked.filter.problems}))
            raise BadMapFilterError(
                f"These parameters cannot be used: {names}.",
                hint="A time is a year, month or day that exists; a list has at most fifty values.",
            )
        return asked

    def day(self, asked: Asked) -> date:
        """As the pages choose it: `as_of`, else the last day of `valid_on` or of the edition, else today."""
        return self.as_of or as_of({}, asked)


def state() -> str:
    """What answers about the map depend on: the registry, what was declared of gaps, and the day."""
    return f"{listing.state()} {declaring.state()} {timezone.localdate()}"
