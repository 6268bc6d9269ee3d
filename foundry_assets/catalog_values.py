"""The forms of single values in `foundry.toml`: names, versions, switches, and what concerns launching.

Add here a value's form that more than one table has, or that says when and how something is launched.
Not here: packages, indexes and the catalog itself (catalog), and reading the file (catalog_file).
"""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.utils import InvalidName, NormalizedName, canonicalize_name
from packaging.version import Version
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator


def canonical(name: str) -> NormalizedName:
    """Give a package name as indexes compare it (PEP 503); raises `ValueError` with a remedy."""
    try:
        return canonicalize_name(name, validate=True)
    except InvalidName:
        raise ValueError(
            "not a package name (PEP 508) -> use letters, digits, and `-`, `_`, `.` between them"
        ) from None


def pep440(version: str) -> str:
    """Give a version in its normal form, "" as it is; raises `ValueError` with a remedy."""
    try:
        return str(Version(version)) if version else version
    except ValueError:
        raise ValueError("not a version (PEP 440) -> write it such as 1.2.0") from None


Name = Annotated[str, AfterValidator(canonical)]
Switch = Annotated[bool, Field(strict=True)]


class Entry(BaseModel):
    """A table of the catalog: read once, and with no key that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rehearsals(Entry):
    """`[rehearsal]`: when the monthly rehearsal comes (cron, in that time zone), and for which index."""

    cron: str = "0 6 1 * *"
    timezone: str = "UTC"
    index: str = "testpypi"

    @field_validator("cron")
    @classmethod
    def _has_five_fields(cls, text: str) -> str:
        if not re.fullmatch(r"[\d*/,\-A-Za-z#?]+( +[\d*/,\-A-Za-z#?]+){4}", text.strip()):
            raise ValueError("not a cron expression -> write five fields, such as 0 6 1 * *")
        return text.strip()

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError(
                "not a time zone -> write a name of the IANA list, such as Europe/Rome"
            ) from None
        return name


def _is_a_webhook(address: SecretStr) -> SecretStr:
    """Refuse what cannot be called, without repeating it: the address itself may be the secret."""
    text = address.get_secret_value()
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    is_variable = text.startswith("$") and text[1:].isidentifier()
    if text and not is_variable and (parts.scheme not in ("https", "http") or not parts.hostname):
        raise ValueError(
            "not an address -> write it from https:// on, or `$NAME` for a variable that holds it"
        )
    return address


Webhook = Annotated[SecretStr, AfterValidator(_is_a_webhook)]
"""An address that is called when a release fails, or `$NAME` for the environment variable that holds it."""
