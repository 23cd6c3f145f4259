"""Atom feeds (RFC 4287), in pieces (RFC 5005): what changed, and whatever else a room wants to be followed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from learnwork.layout.presentation import count
from learnwork.registry.models import Change
from learnwork.vocabulary.types import by_class

SIZE = 100  # entries a page of a feed
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_WORDS = {
    "created": "New",
    "updated": "Changed",
    "withdrawn": "Withdrawn",
    "merged": "Merged",
    "retired": "Retired",
    "restored": "Restored",
}


class Feed(Atom1Feed):
    """Atom with a link to the following piece."""

    mime_type = "application/atom+xml; charset=utf-8"

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if following := self.feed.get("following"):
            handler.addQuickElement("link", "", {"rel": "next", "href": following})

    def latest_post_date(self) -> datetime:
        """The newest entry's time, so that the same entries give the same bytes."""
        times = [item["updateddate"] for item in self.items if item["updateddate"]]
        return max(times, default=_EPOCH)


def feed(title: str, address: str, page: str, *, following: str = "", about: str = "") -> Feed:
    """An empty feed: add entries with `add_item(title, link, description, unique_id=, updateddate=)`, `text` it.

    address: of the feed itself. page: of the page for people. Both begin with "/". following: the next piece.
    """
    base = settings.BASE_URL
    return Feed(
        title=title,
        link=f"{base}{page}",
        description="",
        subtitle=about or None,
        feed_url=f"{base}{address}",
        feed_guid=f"{base}{address.partition('?')[0]}",
        author_name="Learnwork",
        following=f"{base}{following}" if following else "",
    )


def base() -> str:
    """What every address in a feed begins with."""
    return str(settings.BASE_URL)


def text(made: Feed) -> bytes:
    return made.writeString("utf-8").encode()


def changes(rows: Sequence[Change], since: int = 0) -> bytes:
    """The feed of changes, newest first. rows: one more than `SIZE` where there are older ones."""
    shown = [row for row in rows[:SIZE] if row.seq > since]
    following = ""
    if len(rows) > SIZE and len(shown) == SIZE:
        following = f"/api/changes.atom?before={shown[-1].seq}" + (f"&since={since}" if since else "")
    made = feed(
        "What changed in Learnwork",
        "/api/changes.atom",
        "/sources",
        following=following,
        about="Every published change: things that are new, changed or gone, and releases of figures.",
    )
    for row in shown:
        _entry(made, row)
    return text(made)


def _entry(made: Feed, row: Change) -> None:
    release = row.release
    by = f"{release.source.name}, {release.label}" if release else "a curator"
    if row.resource is None:
        figures = 0
        if release and release.first_figure is not None and release.last_figure is not None:
            figures = release.last_figure - release.first_figure + 1
        title = f"{count(figures, 'new figure')}" if figures else "New figures"
        link = f"/sources/{release.source.key}" if release else "/sources"
    else:
        title = f"{_WORDS.get(row.get_kind_display(), 'Changed')}: {row.resource.name or row.resource.ctid}"
        link = f"/resources/{row.resource.ctid}"
        by = f"{by_class(row.resource.type).label}; {by}"
    made.add_item(
        legal(title),
        f"{settings.BASE_URL}{link}",
        legal(by),
        unique_id=f"{settings.BASE_URL}/api/changes#{row.seq}",
        updateddate=row.at,
        categories=(row.get_kind_display(),),
    )


def legal(words: str) -> str:
    """Without the characters that XML 1.0 has no way to write."""
    return "".join(c for c in words if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
