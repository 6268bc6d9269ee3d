"""The dress rehearsal of an upload: made ready for the real index, really sent to one that is thrown away.

Add here what can be tried of an upload without changing an index that lasts.
Not here: the line's own sending (craft/publishing), and choosing the files (launching/rehearsal).
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.catalog import Index
from foundry_assets.content import Member
from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.metadata import read_metadata
from foundry_assets.craft.probing import ServedFile, await_served
from foundry_assets.craft.rehearsing.form import FileRehearsed, Reached
from foundry_assets.craft.uploading import Prepared, UploadProcess, judge
from foundry_assets.credential_source import CredentialSource
from foundry_assets.credentials import own_pypirc
from foundry_assets.embedded_index import embedded_index
from foundry_assets.errors import BuildFailed, IndexUnreachable
from foundry_assets.evidence import kind_of
from foundry_assets.index import IndexReader
from foundry_assets.release import Release

_READY_SECONDS = 120.0
_SENDING_SECONDS = 300.0
_SERVING_SECONDS = 60.0
_NOBODY = CredentialSource("none")


@dataclass(frozen=True)
class Dressed:
    """What the dress rehearsal showed, file by file; `problem` is why nothing could be installed, or ""."""

    files: tuple[FileRehearsed, ...]
    problem: str


def reach(index: Index) -> tuple[Reached, ...]:
    """Try both addresses of an index, TLS verified; one that does not answer is told, never raised."""
    if index.is_local:
        return ()
    found = []
    with IndexReader(index) as reader:
        for address, url in (("upload_url", index.upload_url), ("simple_url", index.simple_url)):
            try:
                found.append(Reached(address=address, is_reached=True, told=reader.reaches(url)))
            except IndexUnreachable as error:
                found.append(Reached(address=address, is_reached=False, told=str(error)))
    return tuple(found)


def dress_rehearse(
    paths: Sequence[Path],
    members: Sequence[Member],
    *,
    release: Release,
    index: Index,
    credential: CredentialSource | None,
    scratch: Path,
) -> Dressed:
    """Make each request ready for `index`, then send the same bytes to a throw-away index and install them.

    Nothing reaches `index`. Without a credential the request is made ready without one, and told so.
    """
    ready = _made_ready(paths, members, index, credential)
    with embedded_index(scratch / "index") as there:
        sent = _sent(paths, members, release, there)
        problem = _installed(next(path for path in paths if path.suffix == ".whl"), release, there, scratch)
    return Dressed(
        tuple(
            FileRehearsed(
                filename=member.path,
                kind=kind_of(member.path),
                sha256=member.sha256,
                bytes=member.bytes,
                metadata_version=read_metadata(path).metadata_version,
                request_bytes=request.bytes,
                request_told=_told(request, credential),
                is_served=served.served,
                served_told=answer if served.served else f"{answer}; {served.why}",
            )
            for path, member, request, (answer, served) in zip(paths, members, ready, sent, strict=True)
        ),
        problem,
    )


def _made_ready(
    paths: Sequence[Path], members: Sequence[Member], index: Index, credential: CredentialSource | None
) -> list[Prepared]:
    with UploadProcess(index=index, credential=credential or _NOBODY, pypirc=own_pypirc()) as process:
        return [
            process.prepare(path, sha256=member.sha256, deadline_seconds=_READY_SECONDS)
            for path, member in zip(paths, members, strict=True)
        ]


def _told(request: Prepared, credential: CredentialSource | None) -> str:
    if request.problem:
        return request.problem
    carries = (
        f"the credential of {credential.name}" if credential and request.has_credential else "no credential"
    )
    return f"ready to its last byte, with {carries}; not sent"


def _sent(
    paths: Sequence[Path], members: Sequence[Member], release: Release, there: Index
) -> list[tuple[str, ServedFile]]:
    with UploadProcess(index=there, credential=_NOBODY, pypirc=own_pypirc()) as process:
        said = [
            judge(
                process.send(path, sha256=member.sha256, deadline_seconds=_SENDING_SECONDS),
                index_name=there.name,
            ).message
            for path, member in zip(paths, members, strict=True)
        ]
    with IndexReader(there) as reader:
        served = await_served(reader, release, members, limit_seconds=_SERVING_SECONDS)
    return list(zip(said, served, strict=True))


def _installed(wheel: Path, release: Release, there: Index, scratch: Path) -> str:
    """Install the release by its name from that index alone; gives what is wrong, "" where all is well."""
    try:
        environment = FreshEnvironment(scratch / "installed", home=scratch / "home")
        environment.install([str(release)], options=["--no-deps", "--index-url", there.simple_url])
    except BuildFailed as error:
        return f"it does not install from an index: {error}"
    found = next(iter(environment.folder.rglob("*.dist-info/METADATA")), None)
    if found is None:
        return "installed from an index, it leaves no metadata"
    lost = _lost(wheel, found.parent.parent)
    return f"installed from an index, {', '.join(lost[:5])} is not what the wheel holds" if lost else ""


def _lost(wheel: Path, site: Path) -> list[str]:
    """Give the wheel's files that were not installed as they are; installers write RECORD themselves."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith(("/", ".dist-info/RECORD"))]
        plain = [name for name in names if ".data/" not in name]
        return [
            name
            for name in plain
            if not (site / name).is_file() or (site / name).read_bytes() != archive.read(name)
        ]
