"""Fair shares: what one client may ask in a minute, and who a client is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.layout.limits import WINDOW, Limiter, client_of


@pytest.fixture
def limiter(tmp_path: Path) -> Limiter:
    return Limiter(tmp_path / "data" / "limits.bin", 6, "secret")


def test_it_works(limiter: Limiter):
    shares = [limiter.take("203.0.113.7", now=1000.0) for _ in range(7)]
    assert [share.left for share in shares] == [5, 4, 3, 2, 1, 0, 0]
    assert [share.allowed for share in shares] == [True] * 6 + [False]
    assert (shares[-1].wait, shares[-1].reset) == (10, 60)
    assert limiter.take("203.0.113.7", now=1010.0).allowed
    assert not limiter.take("203.0.113.7", now=1010.0).allowed
    assert limiter.take("203.0.113.8", now=1010.0).left == 5, "nobody else pays for it"


def test_processes_share_it(tmp_path: Path):
    one, other = (Limiter(tmp_path / "limits.bin", 2, "secret") for _ in range(2))
    assert [each.take("a", now=5.0).allowed for each in (one, other, one)] == [True, True, False]


def test_a_clock_that_was_set_back_shuts_nobody_out(limiter: Limiter):
    for _ in range(7):
        limiter.take("a", now=1_000_000.0)
    assert limiter.take("a", now=1000.0).left == 5


def test_where_no_file_can_be_the_process_counts_alone(tmp_path: Path):
    (tmp_path / "data").write_text("a file where the folder should be")
    limiter = Limiter(tmp_path / "data" / "limits.bin", 1, "secret")
    assert [limiter.take("a", now=5.0).allowed for _ in range(2)] == [True, False]


@given(st.lists(st.floats(0, 30), max_size=60))
def test_never_more_than_the_share_in_any_minute(pauses: list[float]):
    limiter = Limiter(None, 6, "secret")
    at, allowed = 1000.0, []
    for pause in pauses:
        at += pause
        if limiter.take("a", now=at).allowed:
            allowed.append(at)
    # All at once, and then at the pace of the share: never more than two shares in one window, one a window for ever.
    for first in allowed:
        assert len([one for one in allowed if first <= one < first + WINDOW]) <= 2 * 6
    if allowed:
        assert len(allowed) <= 6 + 6 * (allowed[-1] - allowed[0]) / WINDOW + 1e-6


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "client"),
    [
        ("203.0.113.7", "", 0, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", 0, "203.0.113.7"),  # nobody may name another
        ("127.0.0.1", "", 0, ""),  # this machine itself
        ("", "", 0, ""),  # a Unix socket
        ("127.0.0.1", "198.51.100.1", 0, "198.51.100.1"),  # a proxy on this machine
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", 0, "198.51.100.1"),  # what the client made up is not believed
        ("127.0.0.1", "127.0.0.1, 198.51.100.1", 0, "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", 1, "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 10.0.0.2", 1, "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "", 0, "203.0.113.7"),
        ("127.0.0.1", "unknown", 0, ""),
        ("10.0.0.2", "unknown", 1, "10.0.0.2"),
    ],
)
def test_who_a_client_is(remote: str, forwarded: str, proxies: int, client: str):
    assert client_of(remote, forwarded, proxies) == client


@given(st.text(max_size=200), st.integers(0, 20))
def test_no_header_breaks_it(forwarded: str, proxies: int):
    assert isinstance(client_of("203.0.113.7", forwarded, proxies), str)
