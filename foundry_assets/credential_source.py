"""A credential's source as it is told, and the secret as only the upload process holds it.

Add here a kind of source.
Not here: finding one (credentials), and what each needs of the environment (child_environment).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SourceName = Literal[
    "none",
    "TWINE_USERNAME/TWINE_PASSWORD",
    "TWINE_API_TOKEN",
    ".pypirc",
    "keyring",
    "trusted publishing",
    "environment variable",
]
VARIABLE_TAG = "foundry/credential_variable"
"""The run tag that names the environment variable with the run's credential, where an order names one."""


@dataclass(frozen=True)
class CredentialSource:
    """Where the credential is, as evidence records it.

    `fingerprint` is the start of a token's sha256, "" for passwords (one could be guessed from it) and
    for trusted publishing, whose token is made at the upload. `variable` is the name of an environment
    variable that somebody named for this very release.
    """

    source: SourceName
    username: str = ""
    fingerprint: str = ""
    variable: str = ""

    @property
    def name(self) -> str:
        """The source as people are told it."""
        return f"{self.source} {self.variable}".rstrip()

    @property
    def told(self) -> str:
        """The source with the username and a token's fingerprint, in words for people."""
        if self.source == "none":
            return "none, and this index needs none"
        known = f", fingerprint {self.fingerprint}" if self.fingerprint else ""
        return f"{self.name} as `{self.username}`{known}"


@dataclass(frozen=True)
class Secret:
    """A username and its secret, which only the upload process ever holds."""

    username: str
    value: str = field(repr=False)
