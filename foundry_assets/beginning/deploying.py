"""The files for a foundry on several machines: written beside the catalog, and never over another.

Add here a file that every deployment needs, and what foundry.toml must say for several machines.
Not here: the files' words (deployment/), and what the command line says of them (cli/deploying).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from foundry_assets.catalog import CATALOG_NAME, LOCAL
from foundry_assets.catalog_file import read_catalog
from foundry_assets.errors import CallIsWrong, Fault
from foundry_assets.places import INSTANCE_SETTINGS

FOLDER = "deploy"
_TEMPLATES = files("foundry_assets.beginning") / "deployment"
_NAMES = ("dagster.yaml", "workspace.yaml", "environment.example")


@dataclass(frozen=True)
class Placed:
    """What became of one file: written, the same already, or another one that was left as it is."""

    file: Path
    is_new: bool
    is_other: bool = False


def deployment() -> Mapping[str, str]:
    """Give the files by name; `dagster.yaml` begins with what every home of the foundry has."""
    texts = {name: (_TEMPLATES / name).read_text("utf-8") for name in _NAMES}
    return texts | {"dagster.yaml": INSTANCE_SETTINGS + texts["dagster.yaml"]}


def place_deployment(folder: Path) -> list[Placed]:
    """Write the files that are not there; raises `CallIsWrong` where one cannot be written."""
    return [_placed(folder / name, text) for name, text in deployment().items()]


def _placed(file: Path, text: str) -> Placed:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with file.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
        except FileExistsError:
            is_other = file.read_bytes().replace(b"\r\n", b"\n") != text.encode()
            return Placed(file, is_new=False, is_other=is_other)
    except OSError as error:
        raise CallIsWrong(
            f"{file} cannot be written: {error.strerror or type(error).__name__}",
            remedy="see that its folder can be written to, or name another: foundry init DIR --deploy",
        ) from None
    return Placed(file, is_new=True)


def not_shared(folder: Path) -> Iterator[Fault]:
    """Give what the catalog in a folder keeps on one machine; raises `CatalogInvalid` for a broken one."""
    file = folder / CATALOG_NAME
    if not file.is_file():
        yield Fault(str(file), "is not there", "write it first: foundry init")
        return
    catalog = read_catalog(file)
    if "://" not in catalog.store:
        told = f"the store is a folder ({catalog.store})" if catalog.store else "the store is in each home"
        yield Fault(str(file), told, 'under [foundry]: store = "s3://bucket/releases"')
    at_home = [package.name for package in catalog.packages.values() if catalog.index_for(package) == LOCAL]
    if at_home or catalog.default_index == LOCAL:
        yield Fault(
            str(file),
            "releases go to `local`, an index that each machine has for itself",
            "name an index that all machines reach, with its own table [indexes.NAME]",
        )
