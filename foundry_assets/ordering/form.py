"""The form of a batch order: the JSON that an orchestrator writes, as pydantic models.

Add here a key that an order may hold, and what a single value must be.
Not here: what keys must hold together (reading), and what becomes of an entry (placing).
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidName, canonicalize_name
from packaging.version import Version
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

COMMAND = "x_make_pypi_x"
"""The order's `command`, and the result's `tool`."""
DEFAULT_PUBLISHER = "XClsMakePypiX"
SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LONGEST_NAME = 255
"""Of a file, in characters; what no file system of today exceeds."""
_CONTROL = re.compile(r"[\x00-\x1f]")
_FOLDER = re.compile(r"(?!\.{1,2}$)[^/\\:\x00]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _version(text: str) -> str:
    try:
        Version(text)
    except ValueError:
        raise ValueError("not a version (PEP 440) -> write it such as 1.2.0") from None
    return text


def _name(text: str) -> str:
    try:
        canonicalize_name(text or "absent", validate=True)
    except InvalidName:
        raise ValueError(
            "not a package name (PEP 508) -> use letters, digits, and `-`, `_`, `.` between them"
        ) from None
    return text


def _requirement(text: str) -> str:
    try:
        Requirement(text)
    except InvalidRequirement:
        raise ValueError("not a requirement (PEP 508) -> write it such as `requests>=2`") from None
    return text


def _folder(text: str) -> str:
    if not _FOLDER.fullmatch(text):
        raise ValueError("not the name of a folder -> name one that lies in repo_parent_root itself")
    return text


def _path(text: str) -> str:
    if _CONTROL.search(text) or max(map(len, re.split(r"[/\\]", text))) > _LONGEST_NAME:
        raise ValueError("no file can be called so -> write the path as the folder has it")
    if ".." in re.split(r"[/\\]", text.removeprefix("@")):
        raise ValueError(
            "it leads out of the package's folder -> copy the file into it, and name it from there"
        )
    return text


def _variable(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        raise ValueError("not the name of an environment variable -> name the one that holds the credential")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Word = Annotated[str, StringConstraints(strip_whitespace=True)]
WrittenPath = Annotated[Text, AfterValidator(_path)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EntryOptions(_Part):
    """What an entry says of its package; a key that is null or an empty text is as good as absent.

    `license_text` is an SPDX expression or a text of its own. `dependencies` are requirements (PEP 508); one
    that names what another entry is imported as means that entry's distribution. `pypi_name` is the
    distribution, without it the package's own name. `ancillary_allowlist` and `ancillary_list` both name
    allow-list files, with or without `@` in front; the files of all of them are added to `ancillary`. `extra`
    is told back and has no effect.
    """

    author: Word | None = None
    email: Word | None = None
    description: Word | None = None
    license_text: Word | None = None
    dependencies: tuple[Annotated[Text, AfterValidator(_requirement)], ...] = ()
    pypi_name: Annotated[Word, AfterValidator(_name)] | None = None
    ancillary_allowlist: tuple[WrittenPath, ...] = ()
    ancillary_list: tuple[WrittenPath, ...] = ()
    extra: dict[str, JsonValue] = {}

    def as_told(self) -> dict[str, JsonValue]:
        """Give the options as the result tells them: those that were given, `extra` among them."""
        told: dict[str, JsonValue] = self.model_dump(mode="json", exclude={"extra"})
        return {key: value for key, value in told.items() if value or key == "dependencies"} | self.extra


class OrderEntry(_Part):
    """One package: the folder `package` below `repo_parent_root`, which itself is the import package.

    Paths in `ancillary` start at that folder, and a leading slash means the same. `@file` names an allow-list
    file in it: one path a line, empty lines and those that begin with `#` left out.
    """

    package: Annotated[Text, AfterValidator(_folder)]
    version: Annotated[Text, AfterValidator(_version)]
    ancillary: tuple[WrittenPath, ...] = ()
    options: EntryOptions | None = None

    @property
    def said(self) -> EntryOptions:
        """The options, all absent where there are none."""
        return self.options or EntryOptions()

    @property
    def distribution(self) -> str:
        """The name that the package has on an index, as written."""
        return self.said.pypi_name or self.package


class OrderContext(BaseModel):
    """What the caller says about the whole order; keys that are not ours are left alone, and have no effect.

    `dry_run` rehearses: everything except changing an index. `index` names where the packages go, which is
    consent; `allow_dirty` takes uncommitted changes along; `home` is where the foundry keeps things. They are
    the attributes that a driver's `ctx` may have.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    dry_run: Annotated[bool, Field(strict=True)] | None = None
    allow_dirty: Annotated[bool, Field(strict=True)] | None = None
    index: Text | None = None
    home: Text | None = None


class OrderParameters(_Part):
    """The packages, where their folders lie, and how they are released.

    `token_env` names the environment variable that holds the credential; the order itself never does.
    `publisher_factory` is told back: nothing is imported or run because of it.
    """

    entries: Annotated[tuple[OrderEntry, ...], Field(min_length=1)]
    repo_parent_root: Text
    token_env: Annotated[Text, AfterValidator(_variable)] | None = None
    context: OrderContext | None = None
    publisher_factory: Text | None = None

    @property
    def said(self) -> OrderContext:
        """The context, all absent where there is none."""
        return self.context or OrderContext()


class BatchOrder(_Part):
    """A batch order (issue 5, point 6)."""

    command: Literal["x_make_pypi_x"]
    parameters: OrderParameters


def schema_text() -> str:
    """Give the JSON Schema (2020-12) of an order, as text."""
    schema: dict[str, Any] = {"$schema": SCHEMA_DIALECT, **BatchOrder.model_json_schema()}
    return json.dumps(schema | {"title": "A batch order for the release foundry"}, indent=2) + "\n"
