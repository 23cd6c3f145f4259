"""Source declarations: who says it, under which licence, how far to trust it, what a release must contain.

A declaration is a YAML file, ours in `formats/sources/<key>.yaml` or an operator's own:

    key: us-nj-etpl
    name: Eligible training providers of New Jersey
    publisher: State of New Jersey
    url: https://…
    licence: MIT
    trust: 70
    expects:
      resources: {"": [3000, 9000], "ceterms:LearningProgram": [1000, 6000]}
      observations: [5000, 60000]
      filled: {"ceterms:LearningProgram": {"ceterms:name": 1.0}}
      withdrawn: 0.2
      refused: 0.02
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from learnwork.formats.files import read_text
from learnwork.formats.model import Expectation, SourceDeclaration
from learnwork.vocabulary.errors import BadMappingError

SOURCES = Path(__file__).parent / "sources"
# Declarations and mappings are written by hand; the longest of ours has 20 kB.
MAX_YAML = 1_000_000
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_TEXTS = {"name": 300, "publisher": 300, "url": 1000, "licence": 200}
_MORE = {"licence_url": 1000, "short_name": 60, "note": 10_000}
_EXPECTS = {"resources", "observations", "filled", "withdrawn", "refused"}


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases, which can blow a small file up to gigabytes, and without repeated keys."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases (*) are not allowed", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | bool) and key is not None:
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be plain text", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"“{key}” stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


class _LoaderOfLists(_Loader):
    """Allows the alias of a list of plain values, which can name no further list."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            node = self.anchors.get(self.peek_event().anchor)  # type: ignore[no-untyped-call]
            if isinstance(node, yaml.SequenceNode) and all(
                isinstance(n, yaml.ScalarNode) for n in node.value
            ):
                self.get_event()  # type: ignore[no-untyped-call]
                return node
        return super().compose_node(parent, index)


def read_yaml(path: Path, *, lists_named: bool = False) -> dict[str, Any]:
    """A YAML file that must be a mapping with text keys; `BadMappingError` names file, line and mend.

    lists_named: allow an alias (*) of a list of plain values.
    """
    text = read_text(path, limit=MAX_YAML)
    loader = _LoaderOfLists if lists_named else _Loader
    try:
        content = yaml.load(text, Loader=loader)  # noqa: S506 - derived from SafeLoader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        reason = getattr(error, "problem", None) or str(error) or "nested too deeply"
        raise BadMappingError(
            f"{path.name}{where}: not YAML ({reason}).",
            hint="Mend that line; text with a colon, * or # needs quotation marks.",
            file=str(path),
        ) from error
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise BadMappingError(
            f"{path.name} does not hold names with values.", hint="Begin with `key: …`.", file=str(path)
        )
    return content


@cache
def declaration(key: str) -> SourceDeclaration:
    """The declaration that Learnwork ships for a source."""
    path = SOURCES / f"{key}.yaml"
    if not _KEY.fullmatch(key) or not path.is_file():
        known = ", ".join(sorted(item.stem for item in SOURCES.glob("*.yaml")))
        raise BadMappingError(
            f"There is no declaration of a source “{key}”.", hint=f"Known sources: {known}.", key=key
        )
    found = read_declaration(path)
    if found.key != key:
        raise _bad(
            path, "key", f"is “{found.key}”, but the file is named {path.name}", f"Write `key: {key}`."
        )
    return found


def read_declaration(path: Path) -> SourceDeclaration:
    """A declaration from an operator's own YAML file."""
    return parse_declaration(read_yaml(path), path)


def parse_declaration(content: Mapping[str, Any], path: Path) -> SourceDeclaration:
    """A declaration from YAML that was read from `path`. Raises `BadMappingError` that names file and key."""
    _only(path, "", content, {"key", "trust", "expects", *_TEXTS, *_MORE})
    key = _text(path, content, "key", 100, required=True)
    if not _KEY.fullmatch(key):
        raise _bad(
            path,
            "key",
            f"“{key}” is not a key",
            "Use lower-case letters, digits, dot, dash, such as us-nj-etpl.",
        )
    texts = {name: _text(path, content, name, most, required=True) for name, most in _TEXTS.items()}
    texts |= {name: _text(path, content, name, most) for name, most in _MORE.items()}
    for name in ("url", "licence_url"):
        if texts[name] and not _is_web(texts[name]):
            raise _bad(path, name, f"“{texts[name][:80]}” is not a web address", "Write https://… in full.")
    trust = content.get("trust", 50)
    if not isinstance(trust, int) or isinstance(trust, bool) or not 0 <= trust <= 100:
        raise _bad(
            path, "trust", f"is {trust!r}", "Write a whole number from 0 (hearsay) to 100 (the owner)."
        )
    return SourceDeclaration(
        key=key, trust=trust, expects=_expectation(path, content.get("expects", {})), **texts
    )


def _expectation(path: Path, content: Any) -> Expectation:
    _mapping(path, "expects", content)
    _only(path, "expects.", content, _EXPECTS)
    resources = _mapping(path, "expects.resources", content.get("resources", {}))
    filled = _mapping(path, "expects.filled", content.get("filled", {}))
    return Expectation(
        resources={name: _range(path, f"expects.resources.{name}", pair) for name, pair in resources.items()},
        observations=_range(path, "expects.observations", content.get("observations", [None, None])),
        filled={
            name: {
                term: _share(path, f"expects.filled.{name}.{term}", share)
                for term, share in _mapping(path, f"expects.filled.{name}", terms).items()
            }
            for name, terms in filled.items()
        },
        withdrawn=_share(path, "expects.withdrawn", content.get("withdrawn", 0.2)),
        refused=_share(path, "expects.refused", content.get("refused", 0.05)),
    )


def _range(path: Path, key: str, pair: Any) -> tuple[int | None, int | None]:
    def fits(value: Any) -> bool:
        return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)

    if not isinstance(pair, list) or len(pair) != 2 or not all(map(fits, pair)):
        raise _bad(path, key, f"is {pair!r}", "Write [least, most], with null where there is no bound.")
    least, most = pair
    if least is not None and most is not None and least > most:
        raise _bad(path, key, f"has a least ({least}) above its most ({most})", "Swap the two.")
    return least, most


def _share(path: Path, key: str, value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise _bad(path, key, f"is {value!r}", "Write a share from 0 to 1, such as 0.05.")
    return float(value)


def _mapping(path: Path, key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise _bad(path, key, "does not hold names with values", "Write `name: value` below it, indented.")
    return value


def _only(path: Path, where: str, content: Mapping[str, Any], known: set[str]) -> None:
    for name in content:
        if name not in known:
            raise _bad(path, f"{where}{name}", "is not known here", f"Known are: {', '.join(sorted(known))}.")


def _text(path: Path, content: Mapping[str, Any], key: str, most: int, *, required: bool = False) -> str:
    value = content.get(key, "")
    if not isinstance(value, str):
        raise _bad(path, key, f"is {value!r}, not text", "Put it into quotation marks.")
    text = value.strip()
    if required and not text:
        raise _bad(path, key, "is missing", f"Add `{key}: …`.")
    if len(text) > most:
        raise _bad(path, key, f"has {len(text)} characters; {most} is the most", "Shorten it.")
    return text


def _is_web(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)


def _bad(path: Path, key: str, what: str, hint: str) -> BadMappingError:
    return BadMappingError(f"{path.name}: `{key}` {what}.", hint=hint, file=str(path), key=key)
