"""A credential's source as it is told, and the secret as only the upload process holds it.

Add here a kind of source.
Not here: finding one (credentials), and what each needs of the environment (child_environment).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SourceName = Literal[
    "none", "TWINE_USERNAME/TWINE_PASSWORD", "TWINE_API_TOKEN", ".pypirc", "keyring", "trusted publishing"
]


@dataclass(frozen=True)
class CredentialSource:
    """Where the credential is, as evidence records it.

    `fingerprint` is the start of a token's sha256, "" for passwords (one could be guessed from it) and
    for trusted publishing, whose token is made at the upload.
    """

    source: SourceName
    username: str = ""
    fingerprint: str = ""


@dataclass(frozen=True)
class Secret:
    """A username and its secret, which only the upload process ever holds."""

    username: str
    value: str = field(repr=False)
