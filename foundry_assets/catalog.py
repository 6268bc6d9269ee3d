"""The catalog, `foundry.toml`: which packages there are, where their sources lie, which indexes they go to.

Add here what a person may write in that file, with the message for writing it wrongly.
Not here: reading a package's source (craft), and choices made at launch (settings).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import pypi_simple
import twine.utils
from packaging.utils import InvalidName, NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from foundry_assets.errors import CatalogInvalid, Fault, UnknownIndex, UnknownPackage

TypingMode = Literal["auto", "full", "marker", "off"]
LOCAL = "local"
"""The embedded index, where everything goes until somebody decides otherwise."""
CATALOG_NAME = "foundry.toml"
HOME_PACKAGES_NAME = "packages.toml"


def _canonical(name: str) -> NormalizedName:
    try:
        return canonicalize_name(name, validate=True)
    except InvalidName:
        raise ValueError("not a package name (PEP 508): letters, digits, `-`, `_`, `.`") from None


def _pep440(version: str) -> str:
    try:
        return str(Version(version))
    except InvalidVersion:
        raise ValueError("not a version (PEP 440), such as 1.2.0") from None


Name = Annotated[str, AfterValidator(_canonical)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GitSource(_Entry):
    """A source that is cloned: an address or path, a ref, and the package's folder inside."""

    git: str
    ref: str = "HEAD"
    subdirectory: str = ""


class SourceMetadata(_Entry):
    """The metadata of a source that declares none of its own."""

    author: str = ""
    email: str = ""
    description: str = ""
    license: str = ""
    dependencies: tuple[str, ...] = ()


class Package(_Entry):
    """One `[[package]]`: a name, where its source is, and which index it goes to."""

    name: Name
    source: Path | GitSource
    index: str = ""
    auto_release: bool = False
    typing: TypingMode = "auto"
    main_file: str = ""
    version: Annotated[str, AfterValidator(lambda text: _pep440(text) if text else text)] = ""
    metadata: SourceMetadata | None = None
    ancillary: tuple[str, ...] = ()


class Index(_Entry):
    """Where releases go: the address that takes uploads and the one that is read (PEP 503/691)."""

    name: str = ""
    upload_url: str
    simple_url: str

    @property
    def is_local(self) -> bool:
        """Whether this is the embedded index, which needs no credential and no confirmation."""
        return self.name == LOCAL

    @field_validator("upload_url", "simple_url")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        if not address.startswith(("https://", "http://")):
            raise ValueError("not an address: it begins with https://")
        if "@" in address.split("/")[2]:
            raise ValueError(
                "holds a credential: give the address alone and the credential by the environment"
            )
        return address


class _Defaults(_Entry):
    index: str = LOCAL
    home: Path | None = None
    owners: tuple[str, ...] = ()


class _File(_Entry):
    foundry: _Defaults = Field(default_factory=_Defaults)
    indexes: dict[str, Index] = Field(default_factory=dict)
    package: tuple[Package, ...] = ()


_BUILT_IN = {
    LOCAL: Index(name=LOCAL, upload_url="http://127.0.0.1/", simple_url="http://127.0.0.1/simple/"),
    "pypi": Index(
        name="pypi",
        upload_url=twine.utils.DEFAULT_REPOSITORY,
        simple_url=pypi_simple.PYPI_SIMPLE_ENDPOINT,
    ),
    "testpypi": Index(
        name="testpypi",
        upload_url=twine.utils.TEST_REPOSITORY,
        simple_url=twine.utils.TEST_REPOSITORY.removesuffix("legacy/") + "simple/",
    ),
}


class Catalog(_Entry):
    """What the foundry knows: packages by canonical name, indexes by name, and where it read them."""

    file: Path | None
    packages: dict[str, Package]
    indexes: dict[str, Index]
    default_index: str = LOCAL
    owners: tuple[str, ...] = ()

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
        found = self.indexes.get(name)
        if found is None:
            raise UnknownIndex(
                f"no index `{name}` (known: {', '.join(sorted(self.indexes))})",
                remedy=f"write [indexes.{name}] with upload_url and simple_url into {CATALOG_NAME}",
            )
        return found

    def index_for(self, package: Package) -> str:
        """Give the name of the index that a package goes to when nobody says otherwise."""
        return package.index or self.default_index


def read_catalog(file: Path | None, *, home_packages: Path | None = None) -> Catalog:
    """Read a catalog and the entries that the home remembers; the catalog's own entries win.

    Without a catalog file, the demo packages are the catalog. Raises `CatalogInvalid` with every
    fault of the file at once.
    """
    told = _read_file(file) if file else _File(package=_demo_packages())
    remembered = _read_file(home_packages).package if home_packages and home_packages.is_file() else ()
    named = {name: index.model_copy(update={"name": name}) for name, index in told.indexes.items()}
    return Catalog(
        file=file,
        packages={package.name: package for package in (*remembered, *told.package)},
        indexes=_BUILT_IN | named,
        default_index=told.foundry.index,
        owners=told.foundry.owners,
    )


def _demo_packages() -> tuple[Package, ...]:
    demo = Path(__file__).parent / "demo"
    sources = sorted(path.parent for path in demo.glob("*/pyproject.toml"))
    return tuple(Package(name=source.name, source=source) for source in sources)


def _read_file(file: Path) -> _File:
    try:
        told = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise CatalogInvalid(str(file), [Fault("file", str(error), "name a file that can be read")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogInvalid(str(file), [Fault("file", f"not TOML: {error}", "mend that line")]) from None
    except ValidationError as error:
        raise CatalogInvalid(str(file), _faults_of(error)) from None
    if faults := _contradictions(told):
        raise CatalogInvalid(str(file), faults)
    return told.model_copy(
        update={"package": tuple(_placed(package, file.parent) for package in told.package)}
    )


def _placed(package: Package, folder: Path) -> Package:
    """Make a relative source absolute: it is written as seen from the catalog's folder."""
    if isinstance(package.source, GitSource):
        return package
    return package.model_copy(update={"source": (folder / package.source.expanduser()).resolve()})


def _contradictions(told: _File) -> list[Fault]:
    faults = []
    known = sorted({*_BUILT_IN, *told.indexes})
    wanted = [("foundry.index", told.foundry.index)]
    wanted += [(f"package[{at}].index", entry.index) for at, entry in enumerate(told.package) if entry.index]
    for where, index in wanted:
        if index not in known:
            faults.append(Fault(where, f"no index `{index}`", f"use one of {', '.join(known)}, or add it"))
    taken = sorted(_BUILT_IN.keys() & told.indexes.keys())
    faults += [Fault(f"indexes.{index}", "this name is built in", "choose another name") for index in taken]
    names = [entry.name for entry in told.package]
    for at, name in enumerate(names):
        if name in names[:at]:
            faults.append(Fault(f"package[{at}].name", f"`{name}` is there twice", "keep one of the two"))
    return faults


_REMEDIES = {
    "missing": "add this key",
    "extra_forbidden": "remove it, or correct its spelling",
    "string_type": "write a text in quotes",
    "bool_type": "write true or false",
    "literal_error": "write one of the values named",
}


def _faults_of(error: ValidationError) -> list[Fault]:
    """Turn pydantic's errors into one fault a key; a union's branches count as one."""
    faults: dict[str, Fault] = {}
    for item in error.errors():
        where = _key(item["loc"])
        remedy = _REMEDIES.get(item["type"], "write a value of that form")
        if where.endswith("source"):
            what, remedy = (
                "not a source",
                'write a folder, or { git = "...", ref = "...", subdirectory = "..." }',
            )
        else:
            what = item["msg"].removeprefix("Value error, ")
        faults.setdefault(where, Fault(where, what, remedy))
    return list(faults.values())


def _key(location: tuple[Any, ...]) -> str:
    parts: list[str] = []
    for part in location:
        if isinstance(part, int):
            parts[-1] += f"[{part}]"
        elif part in ("path", "GitSource") or "function-" in str(part):
            break
        else:
            parts.append(str(part))
    return ".".join(parts) or "file"


def write_packages(file: Path, packages: Iterable[Package]) -> None:
    """Write the entries that a home remembers; the file is replaced whole, never left half written."""
    import tomlkit

    entries = tomlkit.aot()
    for package in packages:
        table = tomlkit.table()
        table.update({"name": package.name, "source": str(package.source)})
        entries.append(table)
    document = tomlkit.document()
    document["package"] = entries
    fresh = file.with_suffix(f".{os.getpid()}.part")
    fresh.write_text(tomlkit.dumps(document), encoding="utf-8")
    fresh.replace(file)
