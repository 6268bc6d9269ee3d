"""What a credential's shape tells before it is sent: whether it can be meant for an index at all.

Add here what follows from the text of a username and a secret; no fault text ever shows the secret.
Not here: where a credential comes from (credentials).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
import unicodedata
from urllib.parse import urlsplit

from foundry_assets.errors import Fault

TOKEN_USERNAME = "__token__"  # noqa: S105 - the name that goes with every token
_PREFIX = "pypi-"
_MACAROON_VERSION = 2
_LOCATION_FIELD = 1


def token_location(value: str) -> str:
    """Give the host that an API token names as its own, "" for any other text.

    Tokens of the public indexes are macaroons (binary format 2) behind a prefix: base64 of a version byte,
    then fields of type, length and data, of which the first is the location.
    """
    try:
        raw = base64.b64decode(value.removeprefix(_PREFIX) + "==", altchars=b"-_", validate=False)
        if not value.startswith(_PREFIX) or raw[:2] != bytes([_MACAROON_VERSION, _LOCATION_FIELD]):
            return ""
        return raw[3 : 3 + raw[2]].decode("ascii")
    except (binascii.Error, ValueError, IndexError):
        return ""


def fingerprint(value: str) -> str:
    """Give the first 12 hexadecimal digits of a token's sha256, and "" for anything else.

    A token holds enough chance that its digest tells nothing; a password could be guessed from one, so it
    gets none.
    """
    if not token_location(value):
        return ""
    return hashlib.sha256(b"release-foundry credential\0" + value.encode()).hexdigest()[:12]


def takes_tokens_only(upload_url: str) -> bool:
    """Tell whether this is one of the public indexes, which take nothing but API tokens."""
    return _host(upload_url) in _public_hosts()


def faults_of(username: str, value: str, *, upload_url: str, where: str) -> list[Fault]:
    """Name all that is wrong with a credential for the index at `upload_url`; `where` is its source."""
    return [
        *_unsendable(username, value, where),
        *_unprotected(upload_url, where),
        *_wrong_kind(username, value, upload_url, where),
    ]


def _unsendable(username: str, value: str, where: str) -> list[Fault]:
    def is_odd(text: str) -> bool:
        return text != text.strip() or any(unicodedata.category(letter) == "Cc" for letter in text)

    faults = []
    if is_odd(username) or is_odd(value):
        remedy = "paste it again, with no line end or blank around it"
        faults.append(Fault(where, "it begins or ends with a blank, or holds a control character", remedy))
    if not (username + value).isascii():
        remedy = "check how it was pasted; an index's own tokens are plain ASCII"
        faults.append(Fault(where, "it holds letters that do not survive being sent", remedy))
    if ":" in username:
        faults.append(Fault(where, "the username holds a colon", "give username and password apart"))
    if username.startswith(_PREFIX):
        remedy = f"put the token in the password's place, and `{TOKEN_USERNAME}` in the username's"
        faults.append(Fault(where, "the username is a token", remedy))
    return faults


def _unprotected(upload_url: str, where: str) -> list[Fault]:
    if urlsplit(upload_url).scheme == "https" or _is_loopback(_host(upload_url)):
        return []
    return [Fault(where, "it would be sent unprotected, over http", "give the index's https address")]


def _wrong_kind(username: str, value: str, upload_url: str, where: str) -> list[Fault]:
    location, tokens_only = token_location(value), takes_tokens_only(upload_url)
    if tokens_only and username != TOKEN_USERNAME and not username.startswith(_PREFIX):
        remedy = f"make an API token there, and use the username `{TOKEN_USERNAME}`"
        return [Fault(where, "this index takes API tokens, not a person's password", remedy)]
    if tokens_only and not location:
        remedy = f"make an API token there; it begins with `{_PREFIX}`; copy the whole of it"
        return [Fault(where, "it has not the shape of this index's tokens", remedy)]
    if location in _public_locations() and location != _location(upload_url):
        remedy = "give this index's own token, and revoke the other if it has been sent here before"
        return [Fault(where, f"it is a token of {location}, not of this index", remedy)]
    return []


def _public_hosts() -> frozenset[str]:
    import twine.utils

    return frozenset({_host(twine.utils.DEFAULT_REPOSITORY), _host(twine.utils.TEST_REPOSITORY)})


def _public_locations() -> frozenset[str]:
    return frozenset(host.removeprefix("upload.") for host in _public_hosts())


def _location(upload_url: str) -> str:
    return _host(upload_url).removeprefix("upload.")


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
