"""The store: where artefacts and the records about them live, on a folder or an object store.

Add here how bytes are kept, found again and verified; fsspec is used in this module alone.
Not here: what a record means (evidence), and which artefacts there are (assets).
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import dagster as dg
import fsspec
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic_core import to_jsonable_python

from foundry_assets.content import Listing, Member, hash_file, list_tree
from foundry_assets.errors import ArtefactMissing, ChecksumChanged
from foundry_assets.release import Release

_Model = TypeVar("_Model", bound=BaseModel)


class Manifest(BaseModel):
    """What one artefact is: written last, so its presence says that the artefact is complete."""

    model_config = ConfigDict(frozen=True)

    schema_version: int = 1
    release: str
    asset: str
    sha256: str
    members: tuple[Member, ...]
    facts: dict[str, JsonValue] = {}

    @property
    def bytes(self) -> int:
        """The sum of all sizes."""
        return sum(member.bytes for member in self.members)

    @property
    def listing(self) -> Listing:
        """The artefact as a tree."""
        return Listing(self.members)

    @property
    def file(self) -> Member:
        """The one file of an artefact that is a file."""
        (only,) = self.members
        return only


class ArtefactStore(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Keeps bytes by their sha256 in `blobs/`, and per release a manifest an artefact that points at them.

    `root` is any fsspec URL or a local folder; empty: the home's own `store` folder.
    """

    root: str = ""

    def shelf(self, release: Release, *, rehearsal: bool = False) -> "Shelf":
        """Give the place of one release; a rehearsal's place is apart and never touches a release's."""
        file_system, base = self._opened
        prefix = f"{base}/rehearsals" if rehearsal else base
        return Shelf(
            release,
            file_system,
            blobs=f"{base}/blobs/sha256",
            base=f"{prefix}/{release.name}/{release.version}",
        )

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        file_system, base = fsspec.core.url_to_fs(self.root)
        return file_system, str(base).rstrip("/")


@dataclass(frozen=True)
class Shelf:
    """One release's part of the store: artefacts with their manifests, and records as JSON."""

    release: Release
    _fs: Any
    blobs: str
    base: str

    def put_tree(
        self, asset: str, folder: Path, *, listing: Listing | None = None, facts: dict[str, Any]
    ) -> Manifest:
        """Store every file below a folder, then the manifest; `listing` spares hashing them again."""
        known = listing or list_tree(folder)
        for member in known.members:
            self._put_blob(folder / member.path, member.sha256)
        return self._commit(asset, known.sha256, known.members, facts)

    def put_file(self, asset: str, file: Path, *, facts: dict[str, Any]) -> Manifest:
        """Store one file under its own name, then the manifest; the artefact's digest is the file's."""
        sha256, size = hash_file(file)
        self._put_blob(file, sha256)
        return self._commit(asset, sha256, (Member(file.name, sha256, size),), facts)

    def put_text(self, asset: str, name: str, text: str, *, facts: dict[str, Any]) -> Manifest:
        """Store a text as an artefact of its own: a file and its manifest."""
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch, name)
            file.write_text(text, encoding="utf-8", newline="\n")
            return self.put_file(asset, file, facts=facts)

    def manifest(self, asset: str) -> Manifest:
        """Give an artefact's manifest; raises `ArtefactMissing` where none was ever completed."""
        found = self.read(f"{asset}/manifest.json", Manifest)
        if found is None:
            raise ArtefactMissing(
                f"{self.release}: `{asset}` is not in the store",
                remedy=f"materialise `{asset.split('/', maxsplit=1)[0]}` for this release first",
            )
        return found

    def has(self, asset: str) -> bool:
        """Tell whether an artefact is complete."""
        return bool(self._fs.exists(f"{self.base}/{asset}/manifest.json"))

    def fetch(self, asset: str, folder: Path) -> Manifest:
        """Copy an artefact into a folder, verifying each byte.

        Raises `ChecksumChanged` or `ArtefactMissing`.
        """
        manifest = self.manifest(asset)
        for member in manifest.members:
            target = folder / PurePosixPath(member.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._get_blob(member, target, asset)
        return manifest

    def write(self, path: str, record: BaseModel) -> None:
        """Write a record, replacing what was there; readers see the old one or the new one."""
        self._write_text(f"{self.base}/{path}", record.model_dump_json(indent=2) + "\n")

    def create(self, path: str, record: BaseModel) -> bool:
        """Write a record only where none is; False where one was there already, whoever wrote it."""
        place = f"{self.base}/{path}"
        self._fs.makedirs(self._fs._parent(place), exist_ok=True)
        data = (record.model_dump_json(indent=2) + "\n").encode()
        try:
            self._fs.pipe_file(place, data, mode="create")
        except FileExistsError:
            return False
        return True

    def read(self, path: str, kind: type[_Model]) -> _Model | None:
        """Read a record, or None where there is none; raises `ChecksumChanged` for one that is damaged."""
        try:
            text = self._fs.cat_file(f"{self.base}/{path}")
        except FileNotFoundError:
            return None
        try:
            return kind.model_validate_json(text)
        except ValidationError as error:
            raise ChecksumChanged(
                f"{self.release}: the record {path} is damaged",
                remedy="compare it with a backup of the store; nothing is sent on the strength of it",
                details=str(error),
            ) from None

    def names(self, path: str) -> list[str]:
        """Give the names directly below a path, sorted; none where the path is not there."""
        try:
            found = self._fs.ls(f"{self.base}/{path}", detail=False, refresh=True)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(PurePosixPath(name).name for name in found if not name.endswith(".part"))

    def records(self, path: str, kind: type[_Model]) -> Iterator[_Model]:
        """Read every record directly below a path, in the order of their names."""
        for name in self.names(path):
            if name.endswith(".json") and (record := self.read(f"{path}/{name}", kind)) is not None:
                yield record

    def address(self, path: str = "") -> str:
        """Give where something lies, for people and for programs that open it."""
        return str(self._fs.unstrip_protocol(f"{self.base}/{path}".rstrip("/")))

    def blob_address(self, sha256: str) -> str:
        """Give where the bytes with this sha256 lie."""
        return str(self._fs.unstrip_protocol(self._blob(sha256)))

    def _commit(
        self, asset: str, sha256: str, members: tuple[Member, ...], facts: dict[str, Any]
    ) -> Manifest:
        told = to_jsonable_python(facts)
        manifest = Manifest(
            release=str(self.release), asset=asset, sha256=sha256, members=members, facts=told
        )
        self.write(f"{asset}/manifest.json", manifest)
        return manifest

    def _blob(self, sha256: str) -> str:
        return f"{self.blobs}/{sha256[:2]}/{sha256}"

    def _put_blob(self, file: Path, sha256: str) -> None:
        place = self._blob(sha256)
        if self._fs.exists(place):
            return
        with self._fresh(place) as fresh:
            self._fs.put_file(str(file), fresh)

    def _write_text(self, place: str, text: str) -> None:
        with self._fresh(place) as fresh:
            self._fs.pipe_file(fresh, text.encode())

    @contextmanager
    def _fresh(self, place: str) -> Iterator[str]:
        """Give a name to write to; what is written there takes the place of `place` at once.

        An object store replaces an object whole by itself; a folder needs a rename.
        """
        self._fs.makedirs(self._fs._parent(place), exist_ok=True)
        if "file" not in self._fs.protocol:
            yield place
            return
        part = f"{place}.{uuid.uuid4().hex}.part"
        try:
            yield part
            Path(part).replace(place)
        finally:
            Path(part).unlink(missing_ok=True)

    def _get_blob(self, member: Member, target: Path, asset: str) -> None:
        try:
            with self._fs.open(self._blob(member.sha256), "rb") as stored, target.open("wb") as copy:
                shutil.copyfileobj(stored, copy, 1 << 20)
        except FileNotFoundError:
            raise ArtefactMissing(
                f"{self.release}: the bytes of {member.path} in `{asset}` are gone from the store",
                remedy=f"materialise `{asset}` again, or restore blobs/sha256/{member.sha256} from a backup",
            ) from None
        sha256, _ = hash_file(target)
        if sha256 != member.sha256:
            target.unlink()
            raise ChecksumChanged(
                f"{self.release}: {member.path} in `{asset}` is no longer the file that was stored"
                f" (recorded sha256 {member.sha256[:12]}, found {sha256[:12]})",
                remedy=f"restore it from a backup, or remove {self._blob(member.sha256)} and release again",
            )
