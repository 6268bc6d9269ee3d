"""The store: where artefacts and the records about them live, on a folder or an object store.

Add here how bytes are kept, found again and verified.
Not here: writing to a folder or an object store (medium), what a record means (evidence).
"""

import posixpath
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

import dagster as dg
from pydantic import BaseModel, ValidationError
from pydantic_core import to_jsonable_python

from foundry_assets.content import Listing, Member, executables, hash_file, list_tree, make_executable
from foundry_assets.errors import ArtefactMissing, ChecksumChanged, UnsafeSource
from foundry_assets.ledger import Ledger
from foundry_assets.manifest import EXECUTABLE, Manifest
from foundry_assets.medium import Medium
from foundry_assets.release import Release

__all__ = ["ArtefactStore", "Manifest", "Shelf"]

_Model = TypeVar("_Model", bound=BaseModel)


class ArtefactStore(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Keeps bytes by their sha256 in `blobs/`, and per release a manifest an artefact that points at them.

    `root` is any fsspec URL or a local folder; empty: the home's own `store` folder.
    """

    root: str = ""

    def shelf(self, release: Release, *, rehearsal: bool = False) -> "Shelf":
        """Give the place of one release; a rehearsal's place is apart and never touches a release's."""
        prefix = "rehearsals/" if rehearsal else ""
        return Shelf(release, self._medium, f"{prefix}{release.name}/{release.version}")

    @property
    def medium(self) -> Medium:
        """Where it all lies, for what is kept beside releases."""
        return self._medium

    @cached_property
    def _medium(self) -> Medium:
        return Medium.at(self.root)


@dataclass(frozen=True)
class Shelf:
    """One release's part of the store: artefacts with their manifests, and records as JSON.

    Whatever is recorded here has its line in the release's ledger; `run_id` is the run that writes.
    """

    release: Release
    _medium: Medium
    _base: str
    run_id: str = field(default="", kw_only=True)

    @property
    def title(self) -> str:
        """What this is the place of: `name==version`, with ` (rehearsal)` for a rehearsal."""
        is_real = self._base == f"{self.release.name}/{self.release.version}"
        return str(self.release) if is_real else f"{self.release} (rehearsal)"

    @property
    def ledger(self) -> Ledger:
        """The ledger of all that is recorded here."""
        return Ledger(self._medium, self._base, self.title, self.run_id)

    def of_run(self, run_id: str) -> Self:
        """Give the same place, as a run writes to it."""
        return replace(self, run_id=run_id)

    def put_tree(
        self, asset: str, folder: Path, *, listing: Listing | None = None, facts: dict[str, Any]
    ) -> Manifest:
        """Store every file below a folder, then the manifest, which of modes keeps who can be run.

        `listing` spares hashing the files again.
        """
        known = listing or list_tree(folder)
        for member in known.members:
            self._put_blob(folder / member.path, member)
        runnable = executables(folder, known)
        more = {EXECUTABLE: runnable} if runnable else {}
        return self._commit(asset, known.sha256, known.members, {**facts, **more})

    def put_file(self, asset: str, file: Path, *, facts: dict[str, Any]) -> Manifest:
        """Store one file under its own name, then the manifest; the artefact's digest is the file's."""
        member = Member(file.name, *hash_file(file))
        self._put_blob(file, member)
        return self._commit(asset, member.sha256, (member,), facts)

    def put_text(self, asset: str, name: str, text: str, *, facts: dict[str, Any]) -> Manifest:
        """Store a text as an artefact of its own: a file and its manifest."""
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch, name)
            file.write_text(text, encoding="utf-8", newline="\n")
            return self.put_file(asset, file, facts=facts)

    def manifest(self, asset: str) -> Manifest:
        """Give an artefact's manifest.

        Raises `ArtefactMissing` where none was ever completed, `ChecksumChanged` where it is damaged.
        """
        found = self.read(f"{asset}/manifest.json", Manifest)
        if found is None:
            raise ArtefactMissing(
                f"{self.release}: `{asset}` is not in the store",
                remedy=f"materialise `{asset.split('/', maxsplit=1)[0]}` for this release first",
            )
        if (found.release, found.asset) != (str(self.release), asset) or not found.is_sound:
            raise self._damaged(f"{asset}/manifest.json", "it contradicts itself or its place")
        return found

    def has(self, asset: str) -> bool:
        """Tell whether an artefact is complete."""
        return self._medium.size(f"{self._base}/{asset}/manifest.json") is not None

    def fetch(self, asset: str, folder: Path) -> Manifest:
        """Copy an artefact into a folder, verifying each byte.

        Raises `ChecksumChanged` or `ArtefactMissing`.
        """
        manifest = self.manifest(asset)
        for place in {posixpath.dirname(member.path) for member in manifest.members}:
            (folder / place).mkdir(parents=True, exist_ok=True)
        for member in manifest.members:
            self._get_blob(member, folder / member.path, asset)
        make_executable(folder, manifest.executable)
        return manifest

    def write(self, path: str, record: BaseModel) -> None:
        """Write a record, replacing what was there; readers see the old one or the new one."""
        self.ledger.write(path, _as_json(record), kind=_kind_of(record))

    def create(self, path: str, record: BaseModel) -> bool:
        """Write a record only where none is; False where one was there already, whoever wrote it."""
        return self.ledger.create(path, _as_json(record), kind=_kind_of(record))

    def write_text(self, path: str, text: str, *, kind: str) -> None:
        """Write a record that is no JSON, as `write` does; `kind` is what its line in the ledger says."""
        self.ledger.write(path, text.encode(), kind=kind)

    def read(self, path: str, kind: type[_Model]) -> _Model | None:
        """Read a record, or None where there is none; raises `ChecksumChanged` for one that is damaged."""
        text = self._medium.read(f"{self._base}/{path}")
        try:
            return None if text is None else kind.model_validate_json(text)
        except ValidationError as error:
            raise self._damaged(path, str(error)) from None

    def alone(self, path: str) -> AbstractContextManager[bool]:
        """Hold a path while the context lasts; False where another thread or process here holds it."""
        return self._medium.alone(f"{self._base}/{path}")

    def names(self, path: str) -> list[str]:
        """Give the names directly below a path, sorted; none where the path is not there."""
        return self._medium.names(f"{self._base}/{path}")

    def records(self, path: str, kind: type[_Model]) -> Iterator[_Model]:
        """Read every record directly below a path, in the order of their names."""
        for name in self.names(path):
            if name.endswith(".json") and (record := self.read(f"{path}/{name}", kind)) is not None:
                yield record

    def address(self, path: str = "") -> str:
        """Give where something lies, for people and for programs that open it."""
        return self._medium.address(f"{self._base}/{path}")

    def places(self) -> list[str]:
        """Give where every record lies, and every line of the ledger."""
        return self._medium.below(self._base)

    def bytes_of(self, path: str) -> bytes | None:
        """Give a record's bytes as they are stored, None where there is none."""
        return self._medium.read(f"{self._base}/{path}")

    def blob_found(self, sha256: str) -> tuple[str, int] | None:
        """Hash what is stored under a sha256: the sha256 and size that it has, None where it is gone."""
        return self._medium.digest(_blob(sha256))

    def blob_address(self, sha256: str) -> str:
        """Give where the bytes with this sha256 lie."""
        return self._medium.address(_blob(sha256))

    def _commit(
        self, asset: str, sha256: str, members: tuple[Member, ...], facts: dict[str, Any]
    ) -> Manifest:
        if unwritable := [member.path for member in members if not _is_text(member.path)]:
            raise UnsafeSource(
                f"{self.release}: `{asset}` has file names that are not UTF-8: {unwritable!a}",
                remedy="rename these files: neither a record nor an archive for other systems can name them",
            )
        told = to_jsonable_python(facts)
        manifest = Manifest(
            release=str(self.release), asset=asset, sha256=sha256, members=members, facts=told
        )
        self.write(f"{asset}/manifest.json", manifest)
        return manifest

    def _put_blob(self, file: Path, member: Member) -> None:
        # A medium that does not write whole may hold the beginning of it, from a run that was killed.
        if self._medium.size(_blob(member.sha256)) != member.bytes:
            self._medium.put(_blob(member.sha256), file)

    def _get_blob(self, member: Member, target: Path, asset: str) -> None:
        try:
            sha256 = self._medium.get(_blob(member.sha256), target, likely_size=member.bytes)
        except FileNotFoundError:
            raise ArtefactMissing(
                f"{self.release}: the bytes of {member.path} in `{asset}` are gone from the store",
                remedy=f"materialise `{asset}` again, or restore {_blob(member.sha256)} from a backup",
            ) from None
        if sha256 != member.sha256:
            target.unlink()
            raise ChecksumChanged(
                f"{self.release}: {member.path} in `{asset}` is no longer the file that was stored"
                f" (recorded sha256 {member.sha256[:12]}, found {sha256[:12]})",
                remedy=f"restore it from a backup, or remove {_blob(member.sha256)} and release again",
            )

    def _damaged(self, path: str, details: str) -> ChecksumChanged:
        return ChecksumChanged(
            f"{self.release}: the record {path} is damaged",
            remedy="compare it with a backup of the store; nothing is sent on the strength of it",
            details=details,
        )


def _blob(sha256: str) -> str:
    return f"blobs/sha256/{sha256[:2]}/{sha256}"


def _kind_of(record: BaseModel) -> str:
    """Give what a record is called in the ledger."""
    return str(getattr(record, "ledger_kind", type(record).__name__.lower()))


def _as_json(record: BaseModel) -> bytes:
    return (record.model_dump_json(indent=2) + "\n").encode()


def _is_text(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)
