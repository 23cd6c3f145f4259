"""A share as a printed sheet: PDF set by typst, with a code that leads to the verdicts. Text goes in as data only."""

from __future__ import annotations

import io
import json
from importlib.resources import files

import segno
import typst
from django.utils import timezone
from django.utils.translation import get_language, gettext

from learnwork.layout.presentation import day
from learnwork.wallet.models import Share
from learnwork.wallet.sharing import judged, link_of
from learnwork.wallet.showing_verdicts import shown


def qr(text: str) -> str:
    """A code to scan, as SVG."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True)
    return out.getvalue().decode()


def pdf(share: Share, code: str) -> bytes:
    """The sheet of a share: its records with the verdicts of this moment, and the code that verifies them anew."""
    records = []
    for item, found in judged(share):
        view = shown(found.verdict)
        summary = view.verdict.summary
        dates = " – ".join(day(one) for one in (summary.valid_from, summary.valid_until) if one)
        records.append(
            {
                "title": view.title,
                "issuer": summary.issuer.name or summary.issuer.id,
                "state": view.state,
                "verdict": view.heading,
                "sentence": view.sentence,
                "dates": dates,
                "part": gettext("A part of the record is shown.") if item.partial else "",
            }
        )
    made = {
        "language": (get_language() or "en")[:2],
        "title": share.title,
        "made": gettext("As checked on %(day)s. Scan the code, or open the link, to check it now.")
        % {"day": day(timezone.now())},
        "until": gettext("The link works until %(day)s.") % {"day": day(share.until)},
        "by": gettext("Issuer, by its own words"),
        "records": records,
        "link": link_of(code),
        "qr": qr(link_of(code)),
    }
    template = files("learnwork.wallet").joinpath("share.typ").read_bytes()
    return bytes(typst.compile(template, format="pdf", sys_inputs={"share": json.dumps(made)}))
