"""The catalog's records: which packages there are, where their sources lie, which indexes they go to.

Add here what a person may write in `foundry.toml`, with the message for writing it wrongly.
Not here: reading that file (catalog_file), a package's source (craft), choices made at launch (settings).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name
from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    SecretStr,
    Tag,
    field_validator,
)

from foundry_assets.catalog_values import Entry, Name, Rehearsals, Switch, Webhook, pep440
from foundry_assets.errors import UnknownIndex, UnknownPackage

TypingMode = Literal["auto", "full", "marker", "off"]
LOCAL = "local"
"""The embedded index, where everything goes until somebody decides otherwise."""
PUBLIC_INDEXES = ("pypi", "testpypi")
"""Indexes that need no entry; their addresses come from the libraries that talk to them."""
CATALOG_NAME = "foundry.toml"
HOME_PACKAGES_NAME = "packages.toml"


class GitSource(Entry):
    """A source that is cloned: an address or path, a ref, and the package's folder inside."""

    git: Annotated[str, Field(min_length=1)]
    ref: str = "HEAD"
    subdirectory: str = ""

    def __str__(self) -> str:
        return f"{self.git} at {self.ref}" + (f", in {self.subdirectory}" if self.subdirectory else "")

    @field_validator("git")
    @classmethod
    def _holds_no_credential(cls, address: str) -> str:
        """Refuse what arguments, evidence and pages would show; a name alone is how ssh says who asks."""
        user, found, _ = address.partition("://")[2].partition("/")[0].rpartition("@")
        if found and (":" in user or address.lower().startswith("http")):
            raise ValueError(
                "holds a credential -> write the address alone, and leave the credential to git's own helper"
            )
        return address


class SourceMetadata(Entry):
    """The metadata of a source that declares none of its own.

    `license` is an SPDX expression, or a text of its own; `requires_python` is a version specifier (PEP 440).
    """

    author: str = ""
    email: str = ""
    description: str = ""
    license: str = ""
    requires_python: str = ""
    dependencies: tuple[str, ...] = ()


FOLDER_TAG, GIT_TAG = "(a folder)", "(a git source)"


def _form_of_source(source: Any) -> str | None:
    if isinstance(source, dict | GitSource):
        return GIT_TAG
    return FOLDER_TAG if isinstance(source, Path) or (isinstance(source, str) and source) else None


Source = Annotated[
    Annotated[Path, Tag(FOLDER_TAG)] | Annotated[GitSource, Tag(GIT_TAG)], Discriminator(_form_of_source)
]


class Package(Entry):
    """One `[[package]]`: a name, where its source is, and which index it goes to.

    With `main_file`, the folder of that file is the import package; `version` is then the release's,
    `metadata` stands in for what the source does not declare, and `ancillary` names further files.
    `typing_modules` maps patterns of dotted module names to a mode of their own. `intent` says what a release
    is for where no changelog has a section of its version.
    """

    name: Name
    source: Source
    index: str = ""
    auto_release: Switch = False
    typing: TypingMode | None = None
    typing_modules: dict[str, Literal["auto", "full", "off"]] = Field(default_factory=dict)
    main_file: str = ""
    version: Annotated[str, AfterValidator(pep440)] = ""
    metadata: SourceMetadata | None = None
    ancillary: tuple[str, ...] = ()
    intent: str = ""

    @property
    def typing_mode(self) -> TypingMode:
        """How far typing goes: as written, else `auto`, and `full` where the catalog gives the metadata."""
        return self.typing or ("auto" if self.metadata is None else "full")


class Index(Entry):
    """Where releases go: the address that takes uploads and the one that is read (PEP 503/691).

    `keyring` lets the keyring be asked for a credential; `anonymous` says that uploads need none;
    `attestations` says that an upload may carry attestations (PEP 740).
    """

    name: str = ""
    upload_url: str
    simple_url: str
    keyring: Switch = False
    anonymous: Switch = False
    attestations: Switch = False

    @property
    def is_local(self) -> bool:
        """Whether this is the embedded index, which needs no credential and no confirmation."""
        return self.name == LOCAL

    @field_validator("upload_url", "simple_url")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError("not an address -> write it from https:// on")
        if "@" in parts.netloc:
            raise ValueError(
                "holds a credential -> write the address alone, and give the credential by the environment"
            )
        return address


class Catalog(Entry):
    """What the foundry knows: packages by canonical name, indexes by name, and where it read them.

    `store` is where artefacts and records lie: a folder or an fsspec URL; empty: in the home.
    """

    file: Path | None
    packages: dict[str, Package]
    indexes: dict[str, Index]
    default_index: str = LOCAL
    owners: tuple[str, ...] = ()
    store: str = ""
    rehearsal: Rehearsals = Rehearsals()
    webhook: Webhook = SecretStr("")

    def package(self, name: str) -> Package:
        """Give the package of that name, however it is spelt; raises `UnknownPackage`."""
        found = self.packages.get(canonicalize_name(name))
        if found is None:
            known = ", ".join(sorted(self.packages)) or "none"
            raise UnknownPackage(
                f"no package `{name}` in {self.file or 'the home'} (known: {known})",
                remedy=f"add it to {CATALOG_NAME}, or release its folder: foundry release --path DIR",
            )
        return found

    def index(self, name: str) -> Index:
        """Give the index of that name; raises `UnknownIndex`."""
        found = self.indexes.get(name) or built_in_index(name)
        if found is None:
            known = ", ".join(sorted(self.index_names))
            raise UnknownIndex(
                f"no index `{name}` (known: {known})",
                remedy=f"write [indexes.{name}] with upload_url and simple_url into {CATALOG_NAME}",
            )
        return found

    @property
    def index_names(self) -> tuple[str, ...]:
        """The indexes that a release may go to, the embedded one first and the public ones last."""
        return tuple(dict.fromkeys((LOCAL, *sorted(set(self.indexes) - {*PUBLIC_INDEXES}), *PUBLIC_INDEXES)))

    def index_for(self, package: Package) -> str:
        """Give the name of the index that a package goes to when nobody says otherwise."""
        return package.index or self.default_index


@cache
def built_in_index(name: str) -> Index | None:
    """Give an index that needs no entry, or None; a public one's addresses are its clients' own constants."""
    if name == LOCAL:
        return Index(name=LOCAL, upload_url="http://127.0.0.1/", simple_url="http://127.0.0.1/simple/")
    if name not in PUBLIC_INDEXES:
        return None
    # Half a second for two addresses: loaded only by those who go there.
    from pypi_simple import PYPI_SIMPLE_ENDPOINT
    from twine.utils import DEFAULT_REPOSITORY, TEST_REPOSITORY

    if name == "pypi":
        simple_url = PYPI_SIMPLE_ENDPOINT
        return Index(name=name, upload_url=DEFAULT_REPOSITORY, simple_url=simple_url, attestations=True)
    simple_url = TEST_REPOSITORY.removesuffix("legacy/") + "simple/"
    return Index(name=name, upload_url=TEST_REPOSITORY, simple_url=simple_url, attestations=True)
