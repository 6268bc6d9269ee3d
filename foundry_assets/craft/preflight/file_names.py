"""What the name of a file says, and whether its metadata says the same.

Add here a rule about file names, or about the files of a release beside each other.
Not here: what is inside a file (wheels, sdists, fields).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.metadata import RawMetadata
from packaging.tags import Tag
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from foundry_assets.craft.preflight.platforms import is_accepted, remedy_for
from foundry_assets.craft.preflight.rules import Finding, finding


@dataclass(frozen=True)
class FileName:
    """The parts of a file's name, which is kept as it is spelt in `text`."""

    text: str
    name: NormalizedName
    version: Version
    tags: frozenset[Tag]

    @property
    def is_wheel(self) -> bool:
        """Whether the name is one of a wheel."""
        return self.text.endswith(".whl")

    @property
    def stem(self) -> str:
        """The name and version as they are spelt, which other names in the archive repeat."""
        if self.is_wheel:
            return "-".join(self.text.split("-")[:2])
        return self.text.removesuffix(".tar.gz").removesuffix(".zip")

    @property
    def escaped(self) -> str:
        """The project's name as file names have it (PEP 427, PEP 625)."""
        return self.name.replace("-", "_")


def read_name(path: Path) -> FileName | Finding:
    """Take a file's name apart, or say why it is none of an sdist or wheel."""
    try:
        if path.name.endswith(".whl"):
            name, version, _, tags = parse_wheel_filename(path.name)
            return FileName(path.name, name, version, tags)
        name, version = parse_sdist_filename(path.name)
        return FileName(path.name, name, version, frozenset())
    except (InvalidWheelFilename, InvalidSdistFilename) as error:
        remedy = "let the build backend name the file, and do not rename it afterwards"
        return finding("file-name", f"{path.name}: file name", str(error), remedy)


def name_findings(file: FileName) -> Iterator[Finding]:
    """Hold a file's name against the rules for spelling it."""
    where = f"{file.text}: file name"
    if file.version.local:
        what = f"the local part of {file.version} is for builds that stay at home"
        yield finding("local-version", where, what, f"release {file.version.public}, or a .devN version")
    if not file.is_wheel:
        expected = f"{file.escaped}-{file.version}.tar.gz"
        if file.text != expected:
            remedy = "build with a current backend (setuptools 69.3, hatchling, flit-core 3.8 or later)"
            yield finding("sdist-name", where, f"it must be exactly {expected}", remedy)
        return
    name, version = file.text.split("-")[:2]
    if name != file.escaped:
        remedy = "build with a current backend (setuptools 75.8, hatchling, flit-core 3.8 or later)"
        yield finding("wheel-name", where, f"it must begin with {file.escaped}-, not {name}-", remedy)
    if version != str(file.version):
        remedy = f"write the version as {file.version} in the source"
        yield finding("wheel-version", where, f"the version is normalised as {file.version}", remedy)
    for platform in sorted({tag.platform for tag in file.tags}):
        if not is_accepted(platform):
            what = f"the platform tag {platform} says too little of where the wheel works"
            yield finding("platform-tag", where, what, remedy_for(platform))


def agreement_findings(file: FileName, raw: RawMetadata) -> Iterator[Finding]:
    """Hold a file's name against its metadata; what cannot be parsed there is found elsewhere."""
    remedy = "build again, and do not rename the file: both come from the project's metadata"
    told = raw.get("name", "")
    if told and canonicalize_name(told) != file.name:
        what = f"the file is named after {file.name}, its metadata says {told}"
        yield finding("name-agrees", f"{file.text}: Name", what, remedy)
    try:
        version = Version(raw.get("version", ""))
    except InvalidVersion:
        return
    if version != file.version:
        what = f"the file name says version {file.version}, its metadata {version}"
        yield finding("version-agrees", f"{file.text}: Version", what, remedy)


def release_findings(files: Sequence[FileName]) -> Iterator[Finding]:
    """Hold the files of one release against each other."""
    first, *others = files
    for other in others:
        if (other.name, other.version) != (first.name, first.version):
            what = f"it is of {other.name} {other.version}, and {first.text} of {first.name} {first.version}"
            yield finding("one-release", f"{other.text}: file name", what, "release each version by itself")
    sdists = [file.text for file in files if not file.is_wheel]
    for extra in sdists[1:]:
        what = f"an index takes one sdist a release, and {sdists[0]} is one already"
        yield finding("one-sdist", f"{extra}: file name", what, "keep the .tar.gz and drop the other")
