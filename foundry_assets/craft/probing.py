"""What an index holds of a release, judged by sha256: before an upload, and after any error.

Add here what follows from comparing our files with the index's list.
Not here: reading the list (index), waiting for it (awaiting), acting on the outcome (assets, checks).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from foundry_assets.content import Member
from foundry_assets.craft.awaiting import ServedFile, await_served
from foundry_assets.index import IndexFile, IndexReader, ProjectOnIndex
from foundry_assets.release import Release

__all__ = ["Probe", "ProbedFile", "ServedFile", "await_served", "newest", "probe"]

FileState = Literal["absent", "identical", "conflict"]
CLOSED_STATUSES = frozenset({"archived", "quarantined"})
"""Project statuses (PEP 792) whose projects take no uploads."""
_SDIST_ENDINGS = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.Z")


@dataclass(frozen=True)
class ProbedFile:
    """One of our files beside what the index holds under its name; `why` says how a conflict came about."""

    filename: str
    state: FileState
    sha256_here: str
    sha256_there: str = ""
    url: str = ""
    uploaded_at: str = ""
    why: str = ""
    serial: str = ""


@dataclass(frozen=True)
class Probe:
    """What the index answered about a release.

    `yanked` are this version's yanked files (with the reason), `others` its files under names that are
    not ours, `opened_at` when its first file came (ISO 8601, "" where unknown), `asked_at` UTC.
    """

    files: tuple[ProbedFile, ...]
    is_new_project: bool
    newest_version: str
    project_status: str
    yanked: tuple[str, ...]
    others: tuple[str, ...]
    serial: str
    asked_at: str
    opened_at: str = ""

    @property
    def is_closed(self) -> bool:
        """Whether the project takes no uploads at all (PEP 792)."""
        return self.project_status in CLOSED_STATUSES

    @property
    def conflicts(self) -> tuple[ProbedFile, ...]:
        """The files that block."""
        return tuple(file for file in self.files if file.state == "conflict")

    @property
    def absent(self) -> tuple[ProbedFile, ...]:
        """The files that an upload would add."""
        return tuple(file for file in self.files if file.state == "absent")


def probe(reader: IndexReader, release: Release, files: Sequence[Member]) -> Probe:
    """Ask the index what it holds of a release, file by file.

    Raises `IndexUnreachable` where it gave no answer that can be relied on: never read as "absent".
    """
    asked_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    project = reader.project(release.name)
    ours = {file.path for file in files}
    same_version = [file for file in project.files if is_of(release, file.filename)]
    return Probe(
        files=tuple(
            replace(_compare(reader, member, project, same_version), serial=project.serial)
            for member in files
        ),
        is_new_project=not project.exists,
        newest_version=newest(project.versions),
        project_status=project.status,
        yanked=tuple(_yank(file) for file in same_version if file.yanked is not None),
        others=tuple(file.filename for file in same_version if file.filename not in ours),
        serial=project.serial,
        asked_at=asked_at,
        opened_at=min((file.uploaded_at for file in same_version if file.uploaded_at), default=""),
    )


def newest(versions: Sequence[str]) -> str:
    """Give the newest version, a final one where there is any, passing over unparsable ones; "" for none."""
    parsed = []
    for text in versions:
        try:
            parsed.append((Version(text), text))
        except InvalidVersion:
            continue
    finals = [pair for pair in parsed if not pair[0].is_prerelease]
    return max(finals or parsed, default=(None, ""))[1]


def _compare(
    reader: IndexReader, member: Member, project: ProjectOnIndex, same_version: Sequence[IndexFile]
) -> ProbedFile:
    there = next((file for file in project.files if file.filename == member.path), None)
    if there is None:
        return _absent_or_taken(member, project, same_version)
    sha256 = there.sha256 or reader.sha256_of(there.url)[0]
    state: FileState = "identical" if sha256 == member.sha256 else "conflict"
    why = "" if state == "identical" else "the index holds other bytes under this name"
    return ProbedFile(member.path, state, member.sha256, sha256, there.url, there.uploaded_at, why)


def _absent_or_taken(
    member: Member, project: ProjectOnIndex, same_version: Sequence[IndexFile]
) -> ProbedFile:
    """Judge a name that is free: the place may be taken by a file of another name all the same."""
    takers = [
        *((file, "these very bytes are there as") for file in project.files if file.sha256 == member.sha256),
        *((file, "this file is there, spelt") for file in same_version if _same_name(file, member)),
        *(
            (file, "an index takes one sdist a release, and holds")
            for file in same_version
            if _sdists(file, member)
        ),
    ]
    if not takers:
        return ProbedFile(member.path, "absent", member.sha256)
    file, why = takers[0]
    return ProbedFile(
        member.path,
        "conflict",
        member.sha256,
        file.sha256,
        file.url,
        file.uploaded_at,
        f"{why} {file.filename}",
    )


def _same_name(file: IndexFile, member: Member) -> bool:
    return file.filename.endswith(member.path[-4:]) and _identity(file.filename) == _identity(member.path)


def _sdists(file: IndexFile, member: Member) -> bool:
    return file.filename.endswith(_SDIST_ENDINGS) and member.path.endswith(_SDIST_ENDINGS)


def _identity(filename: str) -> object:
    """Give what a distribution's name means, so that two spellings of it are equal."""
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)
        return parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return filename


def is_of(release: Release, filename: str) -> bool:
    """Tell whether a file is of this version; 1.0 and 1.0.0 are one release (PEP 440)."""
    match _identity(filename):
        case (name, Version() as version, *_):
            return name == release.name and release.is_same_version_as(str(version))
        case _:
            return _is_sdist_of(release, filename)


def _is_sdist_of(release: Release, filename: str) -> bool:
    """Tell whether a file is an sdist of this version, in old formats and spellings too (PEP 527, 625)."""
    for ending in _SDIST_ENDINGS:
        if filename.endswith(ending):
            name, _, version = filename.removesuffix(ending).rpartition("-")
            return canonicalize_name(name) == release.name and release.is_same_version_as(version)
    return False


def _yank(file: IndexFile) -> str:
    return f"{file.filename} ({file.yanked})" if file.yanked else file.filename
