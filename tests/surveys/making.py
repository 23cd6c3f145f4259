"""A made survey: three initiatives of a made registry, eight questions, and what a respondent's form sends."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from tests.made import ctid, reading, said

from learnwork.intake.loading import load
from learnwork.surveys import invitations, services
from learnwork.surveys.design import Design, read
from learnwork.surveys.models import Invitation, Survey

INITIATIVE = "lw:Initiative"
NAMES = ("Badge Bridge", "Credit Commons", "Data Dock")
DESIGN: dict[str, Any] = {
    "languages": ["en", "es"],
    "categories": [
        {"id": "partners", "name": {"en": "Partnerships", "es": "Alianzas"}, "scope": "who works together"},
        {"id": "money", "name": "Funding"},
    ],
    "features": [
        {
            "id": "many",
            "category": "partners",
            "label": {"en": "Has more than one partner", "es": "Varios socios"},
        },
        {
            "id": "which",
            "category": "partners",
            "kind": "multiple",
            "label": "Which partners",
            "choices": ["Colleges", "Employers", "States"],
            "when": {"item": "many", "values": ["yes"]},
        },
        {
            "id": "lead",
            "category": "partners",
            "kind": "single",
            "label": "Who leads",
            "choices": ["A state", "A college"],
        },
        {
            "id": "trust",
            "category": "partners",
            "kind": "scale",
            "label": "How well it works",
            "low": 1,
            "high": 5,
        },
        {"id": "federal", "category": "money", "label": "Funded by the federal government"},
        {
            "id": "years",
            "category": "money",
            "kind": "number",
            "label": "For how many years",
            "low": 0,
            "high": 50,
        },
        {"id": "since", "category": "money", "kind": "date", "label": "Since when"},
        {
            "id": "note",
            "category": "money",
            "kind": "text",
            "label": "What else",
            "publishes": "lw:note",
            "prefill": "lw:note",
        },
    ],
}


def registry() -> None:
    """Three initiatives; one has a note."""
    load(
        reading(
            *(
                said(
                    name,
                    INITIATIVE,
                    ceterms_name={"en": name},
                    lw_note="Known for badges." if at == 0 else "",
                )
                for at, name in enumerate(NAMES)
            )
        ),
        "made",
    )


def design() -> Design:
    return read(DESIGN)


def survey(**more: Any) -> Survey:
    """An open survey with one version."""
    made = services.make(services.Settings(title=more.pop("title", "Mapping survey"), **more), None, design())
    services.freeze(made, None)
    services.open_survey(made)
    return made


def invite(made: Survey, initiative: str = NAMES[0], **more: Any) -> tuple[Invitation, str]:
    """An invitation and the code of its link."""
    invitation = invitations.invite(made, ctid(initiative), **more)
    return invitation, invitations.new_key(invitation)


def seated(invitation: Invitation, code: str, client: Client | None = None) -> Client:
    """A browser that opened the link."""
    client = client or Client()
    response = client.post("/answer", {"code": code})
    assert response.status_code == 302, response.content.decode()[:500]
    assert response["Location"] == f"/answer/{invitation.pk}"
    return client


def form(client: Client, invitation: Invitation, number: int = 1) -> dict[str, Any]:
    """What a browser without scripts would send of a page, untouched."""
    text = client.get(f"/answer/{invitation.pk}/pages/{number}").content.decode()
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", text):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        kind = attributes.get("type")
        if "name" not in attributes or (kind in ("radio", "checkbox") and " checked" not in tag):
            continue
        if kind == "checkbox":
            data.setdefault(attributes["name"], []).append(attributes["value"])
        else:
            data[attributes["name"]] = attributes.get("value", "")
    data |= dict(re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', text))
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        data[name] = chosen[1] if chosen else ""
    data.pop("csrfmiddlewaretoken", None)
    data.pop("q", None)
    return data
