"""What an installation may set, all by environment variables that begin with LEARNWORK_."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from learnwork.landscape.money import BadRateError, rates


def _rates(text: str) -> str:
    try:
        rates(text)
    except BadRateError as error:
        raise ValueError(str(error)) from None
    return text


class Configuration(BaseSettings):
    """data: the one folder of the embedded default (database, index, secret). database_url: empty for SQLite there.

    base_url: the address under which people reach the site; derived resources get their URIs from it.
    wallet_key: seals the keys with which records are issued; keep it apart from backups of the data.
    debug: never on a machine that others reach.
    mail_url: empty prints mail to the terminal; else smtp://user:password@host:587 (STARTTLS) or smtps://…:465.
    mail_from: the address that mail comes from.
    limit: requests a minute that one client may make, all at once if it likes; 0 for no limit.
    sign_up: whether learners make accounts for their records by themselves; else `learnwork user add` makes them.
    bulk_hours: how old the newest bulk files may become while something changes; 0 leaves them to `learnwork dump`.
    rates: of exchange, for sums across currencies, as "EUR=1.08 USD 2024-05-31 European Central Bank; GBP=…".
    sentence_model: folder of the sentence model for alignment; empty for `sentence-model` in the data folder.
    proxies: trusted proxies in front of the site on other machines, each of which appends to X-Forwarded-For.
    """

    model_config = SettingsConfigDict(env_prefix="LEARNWORK_")

    data: Path = Path("data")
    database_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    secret_key: str = ""
    wallet_key: str = ""
    debug: bool = False
    mail_url: str = ""
    mail_from: str = "learnwork@localhost"
    sign_up: bool = False
    limit: int = Field(default=1_200, ge=0, le=1_000_000)
    sentence_model: str = ""
    bulk_hours: int = Field(default=24, ge=0, le=10_000)
    proxies: int = Field(default=0, ge=0, le=20)
    rates: Annotated[str, AfterValidator(_rates)] = ""

    def secret(self) -> str:
        """The signing key: as set, else made once and kept in the data folder, readable by its owner only."""
        return self.secret_key or self._made_once("secret.key")

    def wallet_secret(self) -> str:
        """The key under which issuers' keys are sealed: as set, else made once and kept in the data folder."""
        return self.wallet_key or self._made_once("wallet.key")

    def _made_once(self, name: str) -> str:
        path = self.data / name
        if not path.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            # Several processes may start at once: each makes a key of its own, whole, and the first one counts.
            descriptor, own = tempfile.mkstemp(prefix=".secret-", dir=self.data)
            with os.fdopen(descriptor, "w") as out:
                out.write(secrets.token_urlsafe(64))
            with suppress(FileExistsError):
                os.link(own, path)
            os.unlink(own)
        return path.read_text()


@cache
def configuration() -> Configuration:
    return Configuration()
