"""Every file of a release held against every rule, the findings of all files given at once.

Add here the order in which a file is looked at, and what need not be looked at once something is broken.
Not here: the rules (rules), and the single looks (the modules beside this one).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.metadata import RawMetadata

from foundry_assets.craft.building.archives import is_zip, members, readable
from foundry_assets.craft.metadata import metadata_findings
from foundry_assets.craft.preflight.fields import field_findings, read_fields
from foundry_assets.craft.preflight.file_names import (
    FileName,
    agreement_findings,
    name_findings,
    read_name,
    release_findings,
)
from foundry_assets.craft.preflight.members import member_findings
from foundry_assets.craft.preflight.profile import IndexProfile
from foundry_assets.craft.preflight.record import record_findings
from foundry_assets.craft.preflight.rules import Finding, finding
from foundry_assets.craft.preflight.sdists import Sdist, layout_findings, read_sdist
from foundry_assets.craft.preflight.wheels import (
    find_info,
    info_findings,
    license_findings,
    tidiness_findings,
)
from foundry_assets.craft.preflight.zip_framing import bomb_findings, framing_findings
from foundry_assets.errors import BuildFailed

_UNREADABLE = "the description"
"""How `metadata_findings` begins what it says of the description; the rest is said here with its field."""


def preflight(files: Sequence[Path], *, profile: IndexProfile) -> tuple[Finding, ...]:
    """Hold all files of a release against all rules, offline; the errors of this index come first.

    Never raises for what is in a file: an unreadable one is a finding.
    """
    names = [read_name(path) for path in files]
    found: list[Finding] = []
    for path, name in zip(files, names, strict=True):
        found += [name] if isinstance(name, Finding) else _of_file(path, name, profile)
    if known := [name for name in names if isinstance(name, FileName)]:
        found += release_findings(known)
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda one: profile.severity(one.rule)))


def _of_file(path: Path, name: FileName, profile: IndexProfile) -> Iterator[Finding]:
    yield from name_findings(name)
    try:
        with readable(path):
            size = path.stat().st_size
            inside = list(_of_wheel(path, name) if name.is_wheel else _of_sdist(path, name))
    except BuildFailed as error:
        told = error if isinstance(error, BuildFailed) else _damaged(path, error)
        yield finding("archive", f"{path.name}: archive", told.happened, told.remedy)
        return
    if size > profile.file_limit:
        what = f"it has {size:,} bytes, and the index takes {profile.file_limit:,}"
        remedy = "leave data out of the package, or ask the index for a higher limit before the release"
        yield finding("file-size", f"{path.name}: size", what, remedy)
    yield from inside


def _damaged(path: Path, error: Exception) -> BuildFailed:
    return BuildFailed(f"`{path.name}` is damaged: {error}", remedy="build it again")


def _of_wheel(path: Path, name: FileName) -> list[Finding]:
    with zipfile.ZipFile(path) as archive:
        found = [*framing_findings(path, archive), *member_findings(name.text, archive.namelist())]
        if bombs := list(bomb_findings(path, archive)):
            return [*found, *bombs]
        info = find_info(name, archive)
        if isinstance(info, Finding):
            return [*found, info]
        found += info_findings(name, archive, info)
        hashes = {member.path: member.sha256 for member in members(path).members}
        found += record_findings(name.text, archive, info, hashes)
        raw, unparsed = read_fields(archive.read(f"{info}/METADATA"))
        licenses = raw.get("license_files", [])
        found += license_findings(name, licenses, set(archive.namelist()), f"{info}/licenses")
    found = found or list(tidiness_findings(name, path))
    return [*found, *_of_metadata(path, name, raw, unparsed)]


def _of_sdist(path: Path, name: FileName) -> Iterator[Finding]:
    if is_zip(path):
        with zipfile.ZipFile(path) as archive:
            bombs = list(bomb_findings(path, archive))
            yield from [*bombs, *framing_findings(path, archive)]
            if bombs:
                return
    sdist: Sdist = read_sdist(path)
    yield from member_findings(name.text, sdist.names)
    yield from layout_findings(name, sdist)
    if sdist.metadata is None or len(sdist.tops) != 1:
        return
    raw, unparsed = read_fields(sdist.metadata)
    (top,) = sdist.tops
    yield from license_findings(name, raw.get("license_files", []), set(sdist.names), top)
    yield from _of_metadata(path, name, raw, unparsed)


def _of_metadata(
    path: Path, name: FileName, raw: RawMetadata, unparsed: dict[str, list[str]]
) -> Iterator[Finding]:
    yield from agreement_findings(name, raw)
    yield from field_findings(name.text, raw, unparsed)
    remedy = "mend the README (`twine check` tells the same), or give its true content type"
    for told in metadata_findings(path):
        if told.severity == "ERROR" and told.message.startswith(_UNREADABLE):
            yield finding("description", f"{path.name}: Description", told.message, remedy)
