"""Reading `foundry.toml` and the home's `packages.toml`, with every fault of a file told at once.

Add here how the files are read and written, and the remedy for a key of a wrong form.
Not here: what a single key may hold (catalog), and what keys must hold together (catalog_contradictions).
"""

from __future__ import annotations

import difflib
import functools
import os
import time
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError

from foundry_assets.catalog import (
    FOLDER_TAG,
    GIT_TAG,
    LOCAL,
    Catalog,
    GitSource,
    Index,
    Package,
    SourceMetadata,
    built_in_index,
)
from foundry_assets.catalog_contradictions import contradictions, is_public_with_keyring
from foundry_assets.catalog_values import Entry, Rehearsals, Webhook
from foundry_assets.errors import CatalogInvalid, Fault

_BUILT_IN = {"upload_url", "simple_url", "attestations"}


class _Defaults(Entry):
    index: str = LOCAL
    owners: tuple[str, ...] = ()
    store: str = ""
    webhook: Webhook = SecretStr("")


class _File(Entry):
    foundry: _Defaults = Field(default_factory=_Defaults)
    rehearsal: Rehearsals = Rehearsals()
    indexes: dict[str, Index] = Field(default_factory=dict)
    package: tuple[Package, ...] = ()


def read_catalog(file: Path | None, *, home_packages: Path | None = None) -> Catalog:
    """Read a catalog and the entries that the home remembers; the catalog's own entries win.

    Without a catalog file, the demo packages are the catalog, and give way to what the home remembers.
    Raises `CatalogInvalid` with every fault of the file at once.
    """
    told = _read(file) if file else _File(package=_demo_packages())
    remembered = read_packages(home_packages) if home_packages else ()
    named = {name: index.model_copy(update={"name": name}) for name, index in told.indexes.items()}
    entries = (*remembered, *told.package) if file else (*told.package, *remembered)
    return Catalog(
        file=file,
        packages={package.name: package for package in entries},
        indexes=named,
        default_index=told.foundry.index,
        owners=told.foundry.owners,
        store=_store(told, file),
        rehearsal=told.rehearsal,
        webhook=told.foundry.webhook,
    )


def _store(told: _File, file: Path | None) -> str:
    """Give the store's address; a folder is written as seen from the catalog's folder.

    Raises `CatalogInvalid` where it lies inside a source, which must stay untouched.
    """
    if not told.foundry.store or "://" in told.foundry.store or file is None:
        return told.foundry.store
    folder = (file.parent / Path(told.foundry.store).expanduser()).resolve()
    for package in told.package:
        if isinstance(package.source, Path) and folder.is_relative_to(package.source):
            what = f"it lies inside the source of `{package.name}`, which must stay untouched"
            raise CatalogInvalid(str(file), [Fault("foundry.store", what, "choose a folder outside of it")])
    return str(folder)


def read_packages(file: Path) -> tuple[Package, ...]:
    """Read the entries that a home remembers, none where there is no file; raises `CatalogInvalid`.

    Their indexes are looked for in the catalog of the day, when they are used.
    """
    return _read(file, indexes_are_elsewhere=True).package if file.is_file() else ()


def write_packages(file: Path, packages: Iterable[Package]) -> None:
    """Write the entries that a home remembers; the file is replaced whole, never left half written."""
    import tomlkit

    entries = tomlkit.aot()
    for package in packages:
        table = tomlkit.table()
        table.update(package.model_dump(mode="json", exclude_defaults=True))
        entries.append(table)
    document = tomlkit.document()
    document["package"] = entries
    fresh = file.with_suffix(f".{os.getpid()}.part")
    fresh.write_text(tomlkit.dumps(document), encoding="utf-8", newline="\n")
    fresh.replace(file)


def _demo_packages() -> tuple[Package, ...]:
    demo = Path(__file__).parent / "demo"
    sources = sorted(path.parent for path in demo.glob("*/pyproject.toml"))
    return tuple(Package(name=source.name, source=source) for source in sources)


def _read(file: Path, *, indexes_are_elsewhere: bool = False) -> _File:
    try:
        content = file.read_bytes()
    except OSError as error:
        fault = Fault("file", error.strerror or str(error), "name a file that can be read")
        raise CatalogInvalid(str(file), [fault]) from None
    return _understood(file, content, indexes_are_elsewhere, this_second=int(time.monotonic()))


@functools.lru_cache(maxsize=16)
def _understood(file: Path, content: bytes, indexes_are_elsewhere: bool, *, this_second: int) -> _File:  # noqa: ARG001
    """Read the file's content; a release does so a hundred times, and a thousand packages take a while.

    Where relative sources lead to is looked up anew in each second.
    """
    raw = _parse(file, content)
    told, faults = _File(), []
    try:
        told = _File.model_validate(_with_public_addresses(raw))
    except ValidationError as error:
        faults += faults_of(error)
    faults += contradictions(raw, indexes_are_elsewhere=indexes_are_elsewhere)
    packages = [_placed(package, at, file.parent, faults) for at, package in enumerate(told.package)]
    if faults:
        raise CatalogInvalid(str(file), faults)
    return told.model_copy(update={"package": tuple(packages)})


def _parse(file: Path, content: bytes) -> dict[str, Any]:
    try:
        # Editors on Windows begin a file with a byte order mark, which TOML does not know.
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        fault = Fault("file", f"not TOML: {error}", "mend that line")
    except RecursionError:
        fault = Fault("file", "its values are nested too deeply", "write it flatter")
    raise CatalogInvalid(str(file), [fault])


def _with_public_addresses(raw: dict[str, Any]) -> dict[str, Any]:
    """Fill in what is built in of a public index whose table holds `keyring` alone."""
    indexes = raw.get("indexes")
    if not isinstance(indexes, dict):
        return raw
    filled = {}
    for name, entry in indexes.items():
        built_in = built_in_index(name) if is_public_with_keyring(name, entry) else None
        filled[name] = entry | built_in.model_dump(include=_BUILT_IN) if built_in else entry
    return raw | {"indexes": filled}


def _placed(package: Package, at: int, folder: Path, faults: list[Fault]) -> Package:
    """Make a relative source absolute: it is written as seen from the catalog's folder."""
    told = package.source.git if isinstance(package.source, GitSource) else package.source
    try:
        place = (folder / Path(told).expanduser()).resolve()
        is_folder = place.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        faults.append(
            Fault(f"package[{at}].source", f"not a path: {error}", "write a folder that can be there")
        )
        return package
    if isinstance(package.source, Path):
        return package.model_copy(update={"source": place})
    if not is_folder:  # an address
        return package
    return package.model_copy(update={"source": package.source.model_copy(update={"git": str(place)})})


_SOURCE = 'write a folder, or { git = "...", ref = "...", subdirectory = "..." }'
_TOLD: dict[str, tuple[str, str]] = {
    "missing": ("this key is missing", "add it"),
    "string_type": ("not a text", "write a text in quotes"),
    "string_too_short": ("an empty text", "write a text in quotes"),
    "bool_type": ("neither true nor false", "write true or false, without quotes"),
    "tuple_type": ("not a list", 'write a list, such as ["one", "two"]'),
    "union_tag_not_found": ("not a source", _SOURCE),
    "model_type": ("not a table", "write a table with keys of its own"),
    "dict_type": ("not a table", "write a table with keys of its own"),
}
"""What pydantic's errors mean here, and what to do; any other error is told in its own words."""
_OWNERS: tuple[tuple[str, type[Entry]], ...] = (
    ("metadata", SourceMetadata),
    (GIT_TAG, GitSource),
    ("package", Package),
    ("indexes", Index),
    ("rehearsal", Rehearsals),
    ("foundry", _Defaults),
)


def faults_of(error: ValidationError) -> list[Fault]:
    """Turn pydantic's errors into faults that name the key as a person wrote it."""
    return [_fault_of(item["type"], item["loc"], item["msg"]) for item in error.errors(include_input=False)]


def _fault_of(kind: str, location: tuple[int | str, ...], message: str) -> Fault:
    where = _key(location)
    if kind == "extra_forbidden":
        return Fault(where, "no such key", _spelling(location))
    if where == "package":
        return Fault(where, "not a list of packages", "begin each package with [[package]], in two brackets")
    if kind in _TOLD:
        return Fault(where, *_TOLD[kind])
    what, _, remedy = message.removeprefix("Value error, ").partition(" -> ")
    return Fault(where, what, remedy or "write a value of that form")


def _spelling(location: tuple[int | str, ...]) -> str:
    owner = next((model for word, model in _OWNERS if word in location[:-1]), _File)
    known = [name for name in owner.model_fields if (owner, name) != (Index, "name")]
    close = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"write `{close[0]}`" if close else f"remove it; there are {', '.join(known)}"


def _key(location: tuple[int | str, ...]) -> str:
    """Give a key as TOML would name it; the forms of a source are no keys."""
    parts: list[str] = []
    for part in location:
        if isinstance(part, int):
            parts[-1] += f"[{part}]"
        elif part not in (FOLDER_TAG, GIT_TAG):
            parts.append(part)
    return ".".join(parts)
