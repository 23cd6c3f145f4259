"""Verdicts kept: with the record and all that the verdict rested on, to be checked when the issuer is gone.

    kept = verify_and_keep(data, fetcher=WebFetcher())
    text = json.dumps(kept.to_json())
    later = check_kept(Kept.from_json(json.loads(text)))

What is kept is as trustworthy as whoever kept it: the digests find accidents, not a forger who rewrites all of it. A
verdict that was made before a key was compromised stands; one made after that does not.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from learnwork.records.check_codes import CheckError
from learnwork.records.fetching import Fetched, Fetcher, FixedFetcher, NoNetwork
from learnwork.records.judging import Asked, Recording, digest_of
from learnwork.records.reading import read
from learnwork.records.verdict import Check, Verdict, failed, from_json, outcome_of, passed, unchecked, walk
from learnwork.records.verification import verify_found

_FORMAT = 1
_MOST_FETCHED = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A verdict with its material: the record's bytes and what was fetched, by address."""

    verdict: Verdict
    record: bytes
    fetched: Mapping[str, Fetched]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` reads it back."""
        fetched = [
            {"url": url, "final": found.url, "type": found.content_type, "body": _packed(found.body)}
            for url, found in self.fetched.items()
        ]
        return {
            "format": _FORMAT,
            "verdict": self.verdict.to_json(),
            "record": _packed(self.record),
            "fetched": fetched,
        }

    @classmethod
    def from_json(cls, data: Any) -> Kept:
        """What `to_json` made. Raises CheckError (`kept-material`) for anything else."""
        try:
            if data["format"] != _FORMAT or len(data["fetched"]) > _MOST_FETCHED:
                raise ValueError
            fetched = {
                each["url"]: Fetched(each["final"], _unpacked(each["body"]), each["type"])
                for each in data["fetched"]
            }
            return cls(from_json(data["verdict"]), _unpacked(data["record"]), fetched)
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
            raise CheckError("kept-material", "This is no kept verdict, or it is damaged.") from error


def verify_and_keep(
    record: bytes, *, fetcher: Fetcher | None = None, now: datetime | None = None, name: str = ""
) -> Kept:
    """The verdict on one record, with all that it rested on. Raises CheckError where there is not one record."""
    moment = datetime.now(UTC)
    found = read(record, name)
    if len(found) != 1:
        raise CheckError("no-record", "A verdict is kept for one record at a time.")
    recording = Recording(fetcher or NoNetwork())
    verdict = verify_found(found[0], Asked(now or moment, moment, recording))
    return Kept(verdict, record, recording.got)


def check_kept(kept: Kept, *, compromised: Mapping[str, datetime] | None = None, own: bool = True) -> Verdict:
    """The kept verdict, made again from its material by the time it was judged by, with checks of the keeping itself.

    compromised: issuers (or other controllers of keys) with the time from which their keys are no longer trusted: a
    verdict that was made before stands. own: whether whoever asks kept it themselves, and nobody could change it since;
    else its material is only what somebody says that they were given.
    """
    old = kept.verdict
    asked = Asked(old.at, old.made, FixedFetcher(kept.fetched))
    found = read(kept.record, old.name)
    again = verify_found(found[0], asked) if len(found) == 1 else old
    checks = [_material(kept), _same(old, again), *_keys(old, compromised or {})]
    if not own:
        sentence = "This verdict was not kept here: whoever made its file may have made up what it rests on."
        checks.append(unchecked("kept-here", sentence))
    everything = (*again.checks, *checks)
    outcome = outcome_of(everything)
    first = next((check for check in checks if check.state == "failed"), None)
    if first is not None:
        sentence = f"Do not rely on this kept verdict. {first.sentence}"
    elif not own and outcome == "incomplete":
        sentence = f"Nothing wrong was found, but not everything could be checked. {checks[-1].sentence}"
    else:
        sentence = f"As it was verified on {old.made:%Y-%m-%d}: {again.sentence}"
    return replace(again, checks=everything, outcome=outcome, sentence=sentence)


def _material(kept: Kept) -> Check:
    wanted = {(each.what, each.url): each.digest for each in kept.verdict.materials}
    whole = all(wanted.get(("fetched", url)) == digest_of(found.body) for url, found in kept.fetched.items())
    named = {url for what, url in wanted if what == "fetched"} == set(kept.fetched)
    raws = {digest_of(found.raw) for found in read(kept.record)}
    record = wanted.get(("record", "")) in raws
    if whole and named and record:
        return passed("kept-material", "The record and all that its verdict rested on are kept, unchanged.")
    return failed("kept-material", "The kept material is not what the verdict rested on.")


def _same(old: Verdict, again: Verdict) -> Check:
    def told(verdict: Verdict) -> list[Any]:
        return [(each.outcome, sorted((c.code, c.state) for c in each.checks)) for each in walk(verdict)]

    if told(old) == told(again):
        return passed("kept-same", "Verifying again from the kept material gives the same verdict.")
    return failed("kept-same", "Verifying again from the kept material gives another verdict.")


def _keys(old: Verdict, compromised: Mapping[str, datetime]) -> list[Check]:
    checks = []
    for each in walk(old):
        issuer = each.summary.issuer.id
        since = compromised.get(issuer)
        if since is None:
            continue
        if old.made < since:
            sentence = f"It was verified before the key of {issuer[:200]} was compromised ({since:%Y-%m-%d})."
            checks.append(passed("key-compromised", sentence))
        else:
            sentence = (
                f"The key of {issuer[:200]} was compromised on {since:%Y-%m-%d}, before this was verified."
            )
            checks.append(failed("key-compromised", sentence))
    return checks


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unpacked(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
