"""What can go wrong with a survey, each with a sentence and a mend."""

from __future__ import annotations

from learnwork.vocabulary.errors import LearnworkError


class UnknownSurveyError(LearnworkError):
    """No survey, study or version has this key, or it is not for whoever asks."""

    code = "survey-unknown"


class SurveyStateError(LearnworkError):
    """The survey is not in a state in which this can be done."""

    code = "survey-state"


class DraftChangedError(LearnworkError):
    """Somebody else changed the draft since it was read; nothing was overwritten."""

    code = "draft-changed"


class InvitationRefusedError(LearnworkError):
    """Somebody cannot be invited: no such initiative, no address, or invited already."""

    code = "invitation-refused"


class BadLinkError(LearnworkError):
    """A personal link is forged, misspelt, withdrawn, or belongs to nobody any more."""

    code = "link-bad"


class TooLateError(LearnworkError):
    """The deadline has passed, or the survey is closed; what was saved before stays."""

    code = "survey-over"
