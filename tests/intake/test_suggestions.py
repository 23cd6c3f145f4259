"""Suggestions: made by anybody, shown to nobody, judged by curators, stated as a source of their own."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from tests.made import ctid, figure, reading, said, source

from learnwork.accounts.models import User
from learnwork.intake import suggestions
from learnwork.intake.loading import load
from learnwork.intake.models import Suggestion
from learnwork.intake.suggested_values import UnfitValueError, property_of, value_of, value_of_json
from learnwork.intake.suggestions import Given, SuggestionError, TooManySuggestionsError
from learnwork.registry import decisions, queries
from learnwork.registry.views import ResourceView

pytestmark = pytest.mark.django_db
PROGRAM = "ceterms:LearningProgram"
WELDING = ctid("welding")
GIVEN = {"wrong": "It is called otherwise.", "right": "Welding II", "evidence": "https://example.org/w"}


@pytest.fixture(autouse=True)
def _world() -> None:
    cache.clear()
    one = said(
        "welding",
        PROGRAM,
        ceterms_name={"en": "Welding"},
        ceterms_keyword=[{"en": "metal"}],
        ceterms_description={"en": "Joining."},
    )
    load(reading(one, figure("welding", 12.0, "2024"), by=source("list", trust=90)), "made")


@pytest.fixture
def curator() -> User:
    return User.objects.create_user("alice", password="a long password", role=User.Role.CURATOR)


def view() -> ResourceView:
    return queries.resource(WELDING)


def suggested(client: Client, about: str = "ceterms:name", **given: str) -> Suggestion:
    response = client.post(f"/resources/{WELDING}/suggest?about={about}", GIVEN | given)
    assert response.status_code == 302, response.content.decode()
    return Suggestion.objects.latest("pk")


def test_it_works(client: Client, curator: User) -> None:
    form = client.get(f"/resources/{WELDING}/suggest?about=ceterms:name").content.decode()
    assert "What stands there now" in form
    assert "Welding" in form
    made = suggested(client)
    assert view().name == "Welding", "nothing is shown before a curator accepts it"
    own = client.get(f"/suggestions/{made.token}").content.decode()
    assert "It waits for a curator." in own
    suggestions.accept(made.pk, {"en": "Welding II"}, author=curator)
    assert view().name == "Welding II"
    assert "It was accepted" in client.get(f"/suggestions/{made.token}").content.decode()
    [claim] = [claim for claim in view().claims["ceterms:name"] if claim.preferred]
    assert [one.key for one in claim.sources] == ["suggestions"]
    assert claim.reason == "a curator preferred this source"


def test_undoing_the_ruling_brings_back_what_was(client: Client, curator: User) -> None:
    suggestions.accept(suggested(client).pk, {"en": "Welding II"}, author=curator)
    ruling = decisions.listing()[0]
    decisions.undo(ruling.pk, author=curator)
    assert view().name == "Welding"


def test_of_many_values_one_is_added(client: Client, curator: User) -> None:
    suggestions.accept(suggested(client, "ceterms:keyword").pk, [{"en": "torch"}], author=curator)
    suggestions.accept(suggested(client, "ceterms:keyword").pk, [{"en": "fire"}], author=curator)
    assert view().document["ceterms:keyword"] == [{"en": "metal"}, {"en": "torch"}, {"en": "fire"}]
    assert not decisions.listing(), "nothing had to be preferred"


def test_a_property_that_nobody_spoke_of(client: Client, curator: User) -> None:
    made = suggested(client, "ceterms:subjectWebpage")
    suggestions.accept(made.pk, "https://example.org/w", author=curator)
    assert view().document["ceterms:subjectWebpage"] == "https://example.org/w"
    suggestions.accept(suggested(client).pk, {"en": "Welding II"}, author=curator)
    assert view().document["ceterms:subjectWebpage"] == "https://example.org/w", "what it said before stays"


def test_the_preview_is_what_accepting_does(client: Client, curator: User) -> None:
    made = suggested(client)
    before = view().document
    [change] = suggestions.preview(made, {"en": "Welding II"})
    assert view().document == before
    assert change.property == "ceterms:name"
    suggestions.accept(made.pk, {"en": "Welding II"}, author=curator)
    assert view().document["ceterms:name"] == {"en": "Welding II"}


def test_what_changes_nothing_is_refused(client: Client, curator: User) -> None:
    with pytest.raises(SuggestionError, match="change nothing"):
        suggestions.accept(suggested(client).pk, {"en": "Welding"}, author=curator)


def test_a_figure_cannot_be_stated(client: Client, curator: User) -> None:
    made = suggested(client, "ipeds.awards")
    with pytest.raises(SuggestionError, match="figure"):
        suggestions.accept(made.pk, 13, author=curator)
    suggestions.decline(made.pk, "measured", author=curator)
    page = client.get(f"/suggestions/{made.token}").content.decode()
    assert "only its next release can change it" in page


def test_a_question_and_its_answer(client: Client, curator: User) -> None:
    made = suggested(client, mail="reader@example.org")
    suggestions.send_back(made.pk, "Which campus?", author=curator)
    page = client.get(f"/suggestions/{made.token}").content.decode()
    assert "Which campus?" in page
    answered = client.post(f"/suggestions/{made.token}", GIVEN | {"wrong": "In Camden."})
    assert answered.status_code == 302
    made.refresh_from_db()
    assert (made.state, made.wrong, made.mail) == ("waiting", "In Camden.", "reader@example.org")


def test_the_answer_goes_by_mail_and_the_address_is_erased(
    client: Client, curator: User, django_capture_on_commit_callbacks: object
) -> None:
    made = suggested(client, mail="reader@example.org")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        suggestions.decline(made.pk, "otherwise", "Sorry.", author=curator)
    [letter] = mail.outbox
    assert letter.to == ["reader@example.org"]
    assert made.token in letter.body
    made.refresh_from_db()
    assert made.mail == ""


def test_a_decided_one_is_decided(client: Client, curator: User) -> None:
    made = suggested(client)
    suggestions.decline(made.pk, "otherwise", author=curator)
    for judge in (
        lambda: suggestions.decline(made.pk, "abuse", author=curator),
        lambda: suggestions.accept(made.pk, {"en": "x"}, author=curator),
        lambda: suggestions.send_back(made.pk, "?", author=curator),
    ):
        with pytest.raises(SuggestionError, match="decided already"):
            judge()
    with pytest.raises(SuggestionError, match="reason"):
        suggestions.decline(suggested(client).pk, "because", author=curator)


def test_a_value_that_changed_meanwhile_is_noticed(client: Client, curator: User) -> None:
    made = suggested(client)
    assert not suggestions.changed_meanwhile(made, view())
    newer = said("welding", PROGRAM, ceterms_name={"en": "Welding and cutting"})
    load(reading(newer, by=source("list", trust=90), label="2025"), "made")
    assert suggestions.changed_meanwhile(made, view())
    client.force_login(curator)
    page = client.get(f"/curate/suggestions/{made.pk}").content.decode()
    assert "The value has changed since the reader saw it." in page


def test_machines_and_floods_are_kept_out(client: Client) -> None:
    response = client.post(f"/resources/{WELDING}/suggest", GIVEN | {"website": "http://spam.example"})
    assert response.status_code == 400
    assert not Suggestion.objects.exists()
    for _ in range(suggestions.HOURLY):
        suggestions.suggest(WELDING, "", Given("wrong", client="203.0.113.7"))
    with pytest.raises(TooManySuggestionsError):
        suggestions.suggest(WELDING, "", Given("wrong", client="203.0.113.7"))
    suggestions.suggest(WELDING, "", Given("wrong", client="203.0.113.8"))
    for _ in range(suggestions.WAITING - suggestions.HOURLY - 1):
        suggestions.suggest(WELDING, "", Given("wrong"))
    assert client.post(f"/resources/{WELDING}/suggest", GIVEN).status_code == 429


@pytest.mark.parametrize(
    "given",
    [
        {"wrong": ""},
        {"wrong": "x" * 2001},
        {"right": "x" * 4001},
        {"evidence": "javascript:alert(1)"},
        {"evidence": "http://user:pass@example.org"},
        {"mail": "nobody"},
    ],
)
def test_bad_input_is_refused_with_the_form(client: Client, given: dict[str, str]) -> None:
    response = client.post(f"/resources/{WELDING}/suggest?about=ceterms:name", GIVEN | given)
    assert response.status_code == 400
    assert "errors" in response.content.decode()
    assert not Suggestion.objects.exists()


def test_what_is_not_there_cannot_be_wrong(client: Client) -> None:
    assert client.get(f"/resources/{WELDING}/suggest?about=no:such").status_code == 400
    assert client.get("/resources/ce-nonsense/suggest").status_code == 404
    assert client.get("/suggestions/no-such-secret").status_code == 404
    too_much = client.post(f"/resources/{WELDING}/suggest", GIVEN | {"right": "x" * 300_000})
    assert too_much.status_code == 413


def test_scripts_are_words(client: Client, curator: User) -> None:
    bite = "<script>alert(1)</script>"
    made = suggested(client, wrong=bite, right=bite)
    client.force_login(curator)
    for address in (f"/suggestions/{made.token}", "/curate/suggestions", f"/curate/suggestions/{made.pk}"):
        assert bite not in client.get(address).content.decode()


def test_curators_judge_on_the_page(client: Client, curator: User) -> None:
    made = suggested(client)
    client.force_login(curator)
    assert "It is called otherwise." in client.get("/curate/suggestions").content.decode()
    page = client.get(f"/curate/suggestions/{made.pk}").content.decode()
    assert "What would change" in page
    shown = client.post(f"/curate/suggestions/{made.pk}", {"answer": "preview", "value": "Welding III"})
    assert "Welding III" in shown.content.decode()
    assert view().name == "Welding"
    client.post(f"/curate/suggestions/{made.pk}", {"answer": "accept", "value": "Welding II"})
    assert view().name == "Welding II"


def test_the_queue_is_for_curators(client: Client) -> None:
    made = suggested(client)
    addresses = ("/curate/suggestions", f"/curate/suggestions/{made.pk}")
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 302
        assert "/accounts/sign-in?next=" in response["Location"]
    client.force_login(User.objects.create_user("bob", password="a long password"))
    for address in addresses:
        assert client.get(address).status_code == 403
        assert client.post(address, {"answer": "accept", "value": "x"}).status_code == 403
    assert view().name == "Welding"


def test_forms_are_guarded() -> None:
    guarded = Client(enforce_csrf_checks=True)
    assert guarded.post(f"/resources/{WELDING}/suggest", GIVEN).status_code == 403


@pytest.mark.parametrize(
    ("term", "text", "value"),
    [
        ("ceterms:name", "A name", {"en": "A name"}),
        ("ceterms:alternateName", "One\nTwo", [{"en": "One"}, {"en": "Two"}]),
        ("lw:closedOn", "2024-06-30", "2024-06-30"),
        ("lw:childcare", "No", False),
        ("ceterms:subjectWebpage", "https://example.org", "https://example.org"),
    ],
)
def test_words_become_values(term: str, text: str, value: object) -> None:
    prop = property_of("ceterms:CredentialOrganization", term)
    assert prop
    assert value_of(prop, text) == value


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("ceterms:name", " "),
        ("ceterms:name", "x" * 4001),
        ("lw:closedOn", "30 June"),
        ("lw:childcare", "perhaps"),
        ("ceterms:subjectWebpage", "javascript:alert(1)"),
    ],
)
def test_unfit_words_are_refused(term: str, text: str) -> None:
    prop = property_of("ceterms:CredentialOrganization", term)
    assert prop
    with pytest.raises(UnfitValueError):
        value_of(prop, text)


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '"' + "x" * 30_000 + '"'])
def test_unfit_json_is_refused(text: str) -> None:
    with pytest.raises(UnfitValueError):
        value_of_json(None, text)
