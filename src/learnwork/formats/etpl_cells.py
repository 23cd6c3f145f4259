"""Reading the cells of a training list: amounts, codes, durations, dates, as many states write them.

Every function returns None for what it cannot read; the caller reports it with row and column.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import urlsplit

from learnwork.formats.etpl_model import UNITS
from learnwork.vocabulary.codes import cip as cip_codes

_MONEY = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d{1,2}", re.ASCII)
_DIGITS = re.compile(r"\D+", re.ASCII)
_CIP = re.compile(r"(\d{1,2})\.(\d{2}|\d{4})", re.ASCII)
_SOC = re.compile(r"(\d{2})-?(\d{4})(\.\d{2})?", re.ASCII)
_ISO = re.compile(
    r"P(?!$)(\d+(\.\d+)?Y)?(\d+(\.\d+)?M)?(\d+(\.\d+)?W)?(\d+(\.\d+)?D)?(T(?=\d)(\d+(\.\d+)?[HMS])+)?",
    re.ASCII,
)
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%d-%b-%y", "%d.%m.%Y", "%Y%m%d", "%m-%d-%Y", "%B %d, %Y", "%d-%b-%Y")
_TIME = re.compile(
    r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE | re.ASCII
)
# No price, count or rate of a list comes near; beyond it whole numbers are no longer exact.
MOST = 1e15
_ZIP = re.compile(r"(\d{3,5})(-?\d{4})?", re.ASCII)


def amount(text: str) -> float | None:
    """A number as written in a list: "$4,000.00", "4000", "(200)" is -200. None for anything else."""
    plain = text.strip().replace("$", "").replace("USD", "").replace(" ", "").replace(" ", "")
    negative = plain.startswith("(") and plain.endswith(")")
    if negative:
        plain = plain[1:-1]
    plain = plain.removesuffix("%")
    if not plain or len(plain) > 30 or plain in "+-.":
        return None
    if not _MONEY.fullmatch(plain) and not _SCIENTIFIC.fullmatch(plain):
        return None
    value = float(plain.replace(",", ""))
    if value > MOST or value < -MOST:
        return None
    return -value if negative else value


def cip(text: str) -> str | None:
    """A CIP code: "48.0508", "480508", "10101" (its leading zero lost) is "01.0101", "48.05", "48".

    Five digits without a dot are a six-digit code that lost its zero; three are a four-digit code.
    """
    plain = text.strip().strip('="')
    if match := _CIP.fullmatch(plain):
        return f"{int(match[1]):02d}.{match[2]}"
    if "." in plain:
        # "1.101" and "48.508": a spreadsheet took the code for a number and cut zeros at the end.
        series, _, rest = plain.partition(".")
        if series.isascii() and series.isdigit() and len(series) <= 2 and rest.isascii() and rest.isdigit():
            found = f"{int(series):02d}.{rest.ljust(4, '0')}"
            return found if len(rest) <= 4 and found in cip_codes else None
        return None
    if not (plain.isascii() and plain.isdigit()):
        return None
    if len(plain) in (1, 2):
        return plain.zfill(2)
    if len(plain) in (3, 4):
        plain = plain.zfill(4)
        return f"{plain[:2]}.{plain[2:]}"
    if len(plain) in (5, 6):
        plain = plain.zfill(6)
        return f"{plain[:2]}.{plain[2:]}"
    return None


def soc(text: str) -> str | None:
    """A SOC code: "13-2011", "132011" and O*NET's "13-2011.00" are "13-2011"."""
    match = _SOC.fullmatch(text.strip())
    return f"{match[1]}-{match[2]}" if match else None


def day(text: str) -> str | None:
    """An ISO date. Placeholders of databases (0000-00-00, 1900-01-01) and impossible days are None."""
    plain = _TIME.sub("", text.strip())
    for pattern in _DATES:
        try:
            found = datetime.strptime(plain, pattern).date()  # noqa: DTZ007 - a day, without a time
        except ValueError:
            continue
        return found.isoformat() if date(1900, 1, 2) <= found <= date(2199, 12, 31) else None
    return None


def duration(text: str, unit: str) -> tuple[str, str] | None:
    """(shortest, longest) as ISO 8601 durations, the same twice for an exact one, "" for an open end."""
    if unit == "iso":
        low, slash, high = text.strip().partition("/")
        if not slash:
            high = low
        return (
            (low, high)
            if (low or high) and all(not end or _ISO.fullmatch(end) for end in (low, high))
            else None
        )
    number = amount(text)
    if number is None or number <= 0 or number > 1_000_000:
        return None
    whole = int(number) if number.is_integer() else round(number, 2)
    if not whole:
        return None
    found = UNITS[unit].format(whole)
    return found, found


def web(text: str) -> str | None:
    """A web address; "www.…" without a scheme becomes https. None for anything else, javascript: included."""
    plain = text.strip().strip("<>")
    if not plain or len(plain) > 2000 or re.search(r"[\s<>\"\x00-\x1f]", plain):
        return None
    if "://" not in plain and re.fullmatch(r"[\w-]+(\.[\w-]+)+([/?#:].*)?", plain):
        plain = f"https://{plain}"
    try:
        parts = urlsplit(plain)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or "." not in (parts.hostname or ""):
        return None
    return plain


def postal_code(text: str) -> str:
    """A ZIP code with the zeros that a spreadsheet cut; anything else as it is."""
    match = _ZIP.fullmatch(text.strip())
    if not match:
        return text.strip()
    rest = (match[2] or "").lstrip("-")
    return match[1].zfill(5) + (f"-{rest}" if rest else "")


def employer_number(text: str) -> str | None:
    """The first nine digits, which are the federal employer number in lists that append a site's number."""
    digits = _DIGITS.sub("", text)
    return digits[:9] if len(digits) >= 9 and digits[:9] != "000000000" else None


def iso_date(text: str) -> date | None:
    """A day written as 2024-05-01; None for anything else."""
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == 10 else None
    except ValueError:
        return None
