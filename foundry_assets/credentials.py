"""Where an index's credential comes from, as a name, a username and a fingerprint; never its value.

Add here another source, and what is wrong with finding it.
Not here: what a secret's shape tells (token_shape), and sending it (craft/uploading).
"""

from __future__ import annotations

import configparser
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from foundry_assets.credential_source import CredentialSource, Secret, SourceName
from foundry_assets.errors import CredentialsUnusable, Fault
from foundry_assets.token_shape import TOKEN_USERNAME, faults_of, fingerprint, takes_tokens_only

if TYPE_CHECKING:  # the upload process reads this module, and starts quicker without the catalog
    from foundry_assets.catalog import Index

_ADDRESS_NAMES = ("TWINE_REPOSITORY_URL", "TWINE_REPOSITORY")


@dataclass(frozen=True)
class _Candidate:
    source: SourceName
    where: str
    secret: Secret
    variable: str = ""

    def told(self) -> CredentialSource:
        known = fingerprint(self.secret.value)
        return CredentialSource(self.source, self.secret.username, known, self.variable)


def find_credentials(
    index: Index,
    environ: Mapping[str, str],
    *,
    pypirc: Path,
    variable: str = "",
    keyring_seconds: float = 20,
) -> CredentialSource:
    """Resolve the one declared source of an index's credential, without keeping the value.

    Environment, `.pypirc` and (only where the index allows it) the keyring are all looked at; trusted
    publishing counts where its platform's variables are there and nothing else is declared. Raises
    `CredentialsUnusable` with every fault at once: none, two, a shape that cannot be this index's, a
    file that others can read. The embedded index and an anonymous one need none. `variable` names the one
    environment variable that holds it, for this release; then nothing else is looked at.
    """
    if index.is_local or index.anonymous:
        return CredentialSource("none")
    if variable:
        return _named(variable, index, environ)
    faults: list[Fault] = [*_meant_for_another(index, environ)]
    candidates = _candidates(index.name, index.upload_url, environ, pypirc, faults)
    found = [candidate.told() for candidate in candidates]
    for candidate in candidates:
        secret = candidate.secret
        faults += faults_of(secret.username, secret.value, upload_url=index.upload_url, where=candidate.where)
    if index.keyring:
        from foundry_assets.keyring_lookup import look_up

        username = environ.get("TWINE_USERNAME", "") or _pypirc_username(index, pypirc)
        in_keyring, wrong = look_up(
            index.upload_url, username, environ=environ, limit_seconds=keyring_seconds
        )
        found += in_keyring
        faults += wrong
    if not found and not faults and can_publish_trusted(index.upload_url, environ):
        found = [CredentialSource("trusted publishing", TOKEN_USERNAME)]
    faults += _not_exactly_one(found, environ) if not faults or len(found) > 1 else []
    if faults:
        raise _unusable(index.name, faults)
    return found[0]


def _named(variable: str, index: Index, environ: Mapping[str, str]) -> CredentialSource:
    found = _in_variable(variable, environ)
    if found is None:
        what = "it is set, but empty" if variable in environ else "it is not set"
        raise _unusable(index.name, [Fault(variable, what, "set it to the index's token, or name another")])
    faults = faults_of(TOKEN_USERNAME, found.secret.value, upload_url=index.upload_url, where=variable)
    if faults:
        raise _unusable(index.name, faults)
    return found.told()


def _in_variable(variable: str, environ: Mapping[str, str]) -> _Candidate | None:
    value = environ.get(variable, "")
    secret = Secret(TOKEN_USERNAME, value)
    return _Candidate("environment variable", variable, secret, variable) if value else None


def declared_credential(index: Index, *, variable: str = "") -> CredentialSource:
    """Resolve an index's credential as this process has it: its environment, its user's `.pypirc`.

    Asked before anything is staged and again before anything is sent. Raises as `find_credentials`.
    """
    return find_credentials(index, os.environ, pypirc=own_pypirc(), variable=variable)


def own_pypirc() -> Path:
    """Give the place of the user's `.pypirc`, there or not."""
    return Path.home() / ".pypirc"


def read_secret(
    wanted: CredentialSource, *, index_name: str, upload_url: str, environ: Mapping[str, str], pypirc: Path
) -> Secret:
    """Read the secret of a source that was found before; used inside the upload process only.

    Raises `CredentialsUnusable` where it is gone or another one by now.
    """
    if wanted.source == "environment variable":
        named = _in_variable(wanted.variable, environ)
        found = [named] if named else []
    elif wanted.source == "keyring":
        from foundry_assets.keyring_lookup import from_keyring

        secret = from_keyring(upload_url, wanted.username)
        found = [] if secret is None else [_Candidate("keyring", "keyring", secret)]
    else:
        found = _candidates(index_name, upload_url, environ, pypirc, [])
    for candidate in found:
        if candidate.told() == wanted:
            return candidate.secret
    raise CredentialsUnusable(
        f"the credential for `{index_name}` from {wanted.name} is gone, or is another one than before",
        remedy="start the release again; nothing was sent",
    )


def can_publish_trusted(upload_url: str, environ: Mapping[str, str]) -> bool:
    """Tell from the environment alone whether a trusted publisher's token could be had at the upload."""
    on_github = "ACTIONS_ID_TOKEN_REQUEST_TOKEN" in environ and "ACTIONS_ID_TOKEN_REQUEST_URL" in environ
    on_gitlab = "GITLAB_CI" in environ and any(name.endswith("_ID_TOKEN") for name in environ)
    on_google = "GOOGLE_SERVICE_ACCOUNT_NAME" in environ
    return takes_tokens_only(upload_url) and (on_github or on_gitlab or on_google)


def _candidates(
    index_name: str, upload_url: str, environ: Mapping[str, str], pypirc: Path, faults: list[Fault]
) -> list[_Candidate]:
    in_environment = list(_from_environment(upload_url, environ, faults))
    return in_environment + _from_pypirc(index_name, upload_url, pypirc, faults)


def _from_environment(
    upload_url: str, environ: Mapping[str, str], faults: list[Fault]
) -> Iterator[_Candidate]:
    username, password = environ.get("TWINE_USERNAME", ""), environ.get("TWINE_PASSWORD", "")
    if password:
        if not username and not takes_tokens_only(upload_url):
            remedy = "set TWINE_USERNAME beside it"
            faults.append(Fault("environment", "TWINE_PASSWORD is set without TWINE_USERNAME", remedy))
        secret = Secret(username or TOKEN_USERNAME, password)
        yield _Candidate("TWINE_USERNAME/TWINE_PASSWORD", "TWINE_PASSWORD", secret)
    if token := environ.get("TWINE_API_TOKEN", ""):
        yield _Candidate("TWINE_API_TOKEN", "TWINE_API_TOKEN", Secret(TOKEN_USERNAME, token))


def _from_pypirc(index_name: str, upload_url: str, pypirc: Path, faults: list[Fault]) -> list[_Candidate]:
    found = []
    for section, settings in _pypirc_sections(pypirc, faults).items():
        address, password = settings.get("repository") or "", settings.get("password")
        where = f"[{section}] of {pypirc.name}"
        if not password or (section != index_name and address != upload_url):
            continue
        if address and address != upload_url:
            remedy = "give the section the index's own upload address, or rename it"
            faults.append(Fault(where, "its `repository` is another address than this index's", remedy))
        username = settings.get("username") or TOKEN_USERNAME
        found.append(_Candidate(".pypirc", where, Secret(username, password)))
    if found and sys.platform != "win32" and stat.S_IMODE(pypirc.stat().st_mode) & 0o077:
        remedy = "run `chmod 600` on it, and consider the secret in it as known"
        faults.append(Fault(pypirc.name, "other people of this machine can read it", remedy))
    return found


def _pypirc_sections(pypirc: Path, faults: list[Fault]) -> dict[str, dict[str, str | None]]:
    import twine.exceptions
    import twine.utils

    if not pypirc.is_file():
        return {}
    try:
        return twine.utils.get_config(str(pypirc))
    except (configparser.Error, OSError, twine.exceptions.TwineException):
        # A parser's own message quotes lines of the file, and with them its secrets.
        faults.append(Fault(pypirc.name, "it cannot be read as a configuration file", "mend or remove it"))
        return {}


def _pypirc_username(index: Index, pypirc: Path) -> str:
    for section, settings in _pypirc_sections(pypirc, []).items():
        if section == index.name or settings.get("repository") == index.upload_url:
            return settings.get("username") or ""
    return ""


def _meant_for_another(index: Index, environ: Mapping[str, str]) -> Iterator[Fault]:
    """Refuse a credential that the environment itself ties to another index, as twine would read it."""
    for name, here in zip(_ADDRESS_NAMES, (index.upload_url, index.name), strict=True):
        there = environ.get(name, "")
        if there and there != here and (environ.get("TWINE_PASSWORD") or environ.get("TWINE_API_TOKEN")):
            what = f"{name} says that the credential beside it is for another index than `{index.name}`"
            yield Fault("environment", what, f"unset {name}, or give this index's own credential")


def _not_exactly_one(found: list[CredentialSource], environ: Mapping[str, str]) -> list[Fault]:
    if len(found) > 1:
        names = ", ".join(source.source for source in found)
        return [Fault("sources", f"there is more than one: {names}", "leave one, so that it is clear whose")]
    if found:
        return []
    empty = [name for name in ("TWINE_PASSWORD", "TWINE_API_TOKEN") if environ.get(name) == ""]
    what = f"there is none; {' and '.join(empty)} is set, but empty" if empty else "there is none"
    remedy = "set TWINE_API_TOKEN, or TWINE_USERNAME and TWINE_PASSWORD, or fill the index's part of .pypirc"
    return [Fault("sources", what, remedy)]


def _unusable(index_name: str, faults: list[Fault]) -> CredentialsUnusable:
    details = "" if len(faults) == 1 else "\n".join(str(fault) for fault in faults)
    return CredentialsUnusable(
        f"the credential for `{index_name}` cannot be used: {faults[0].where}: {faults[0].what}",
        remedy=faults[0].remedy if len(faults) == 1 else "mend each of the following and start again",
        details=details,
    )
