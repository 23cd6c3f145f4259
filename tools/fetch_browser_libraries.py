"""Fetch what browsers get that others made: a text face, the outlines of states and counties.

usage: python tools/fetch_browser_libraries.py [--check]

Packages of npm are packed by exact name and version (nothing of them is run), their digests compared with those in
browser_libraries.toml, and the few files that are needed laid where pages and the wheel find them. Without npm, or
without a network, the site works with the fonts of the system and with lists in place of maps; this says so and
leaves with code 0. A digest that differs is an error: nothing of that package is unpacked. --check only says what
is there, and leaves with code 1 if something is missing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import outlines

ROOT = Path(__file__).resolve().parent.parent
LAYOUT = ROOT / "src" / "learnwork" / "layout"
VENDOR = LAYOUT / "static" / "vendor"
OUTLINES = LAYOUT / "outlines"
MARKER = "fetched.json"
PATIENCE = 120  # seconds that npm may take for a package
# Basic Latin, Latin-1 and the punctuation that the face's Latin file holds.
RANGE = "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, U+2212"
FACE = """@font-face {{
  font-family: "Source Sans 3"; font-style: {style}; font-weight: 200 900; font-display: swap;
  src: url("{file}") format("woff2");
  unicode-range: {range};
}}
"""


class MismatchError(Exception):
    """A package is not the one whose digest we committed."""


def main(arguments: list[str]) -> int:
    libraries = tomllib.loads((ROOT / "tools" / "browser_libraries.toml").read_text())["library"]
    missing = [one for one in libraries if not _is_there(one)]
    if "--check" in arguments:
        for one in missing:
            print(f"{one['name']} {one['version']} is not here")
        return 1 if missing else 0
    if not missing:
        return 0
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not installed: pages use the fonts of the system, and maps are shown as lists.")
        return 0
    for one in missing:
        try:
            _fetch(npm, one)
        except MismatchError as error:
            print(f"{error}\nNothing of it was unpacked.", file=sys.stderr)
            return 1
        except (OSError, subprocess.SubprocessError) as error:
            print(f"{one['name']} could not be fetched ({type(error).__name__}): the site goes without it.")
            continue
        print(f"{one['name']} {one['version']} ({one['licence']}) is here")
    return 0


def _place(library: dict[str, Any]) -> Path:
    return VENDOR if library["use"] == "fonts" else OUTLINES


def _is_there(library: dict[str, Any]) -> bool:
    marker = _place(library) / MARKER
    return marker.is_file() and json.loads(marker.read_text()) == library


def _fetch(npm: str, library: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Its own folder: npm packs what is named, and no setting of a project around it counts.
        command = [npm, "pack", "--silent", f"{library['name']}@{library['version']}"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=PATIENCE)
        packed = next(Path(folder).glob("*.tgz"))
        found = "sha512-" + base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if found != library["integrity"]:
            raise MismatchError(f"{library['name']} {library['version']} has the digest {found}.")
        with tarfile.open(packed) as archive:
            archive.extractall(folder, filter="data")
        place = _place(library)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        _USES[library["use"]](Path(folder) / "package", place)
        (place / MARKER).write_text(json.dumps(library))


def _lay_fonts(package: Path, place: Path) -> None:
    """Roman and italic with a digest in their names, so that browsers may keep them; a sheet that declares them."""
    sheet = []
    for style in ("normal", "italic"):
        body = (package / "files" / f"source-sans-3-latin-wght-{style}.woff2").read_bytes()
        name = f"source-sans-3-{style}.{hashlib.blake2b(body, digest_size=4).hexdigest()}.woff2"
        (place / name).write_bytes(body)
        sheet.append(FACE.format(style=style, file=name, range=RANGE))
    (place / "fonts.css").write_text("".join(sheet))
    shutil.copy(package / "LICENSE", place / "source-sans-3-licence.txt")


def _lay_outlines(package: Path, place: Path) -> None:
    outlines.write(package, place)
    shutil.copy(package / "LICENSE", place / "us-atlas-licence.txt")


_USES = {"fonts": _lay_fonts, "outlines": _lay_outlines}

if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(sys.argv[1:]))
