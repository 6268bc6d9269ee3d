"""The medium under the store: bytes by key on a folder or an object store, replaced whole or created once.

Add here what a kind of storage needs so that readers see the old bytes or the new ones; fsspec stays in here.
Not here: what the bytes are (store).
"""

from __future__ import annotations

import getpass
import hashlib
import os
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
from filelock import FileLock, Timeout
from fsspec.implementations.local import LocalFileSystem

from foundry_assets.content import CHUNK, read_through
from foundry_assets.elsewhere import Elsewhere
from foundry_assets.errors import CallIsWrong

_PART, _LOCK = ".part", ".lock"
_CREATING = threading.Lock()
"""fsspec's memory looks first and writes then; an object store's own condition makes it one act."""


@dataclass(frozen=True)
class Medium:
    """Bytes below one fsspec URL or local folder; keys are relative, with `/` between their parts."""

    _fs: Any
    _base: str

    @classmethod
    def at(cls, root: str) -> Medium:
        """Open a medium; nothing is written yet. Raises `CallIsWrong` where nothing can open it."""
        try:
            # A cached listing would hide what another process has written meanwhile.
            file_system, base = fsspec.core.url_to_fs(root, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise CallIsWrong(
                f"the store `{root}` cannot be opened: {error}",
                remedy="mend `store` under [foundry] in foundry.toml, or install what it needs beside this",
            ) from None
        is_here = isinstance(file_system, LocalFileSystem)
        return cls(file_system if is_here else Elsewhere(file_system), str(base).rstrip("/"))

    def address(self, key: str) -> str:
        """Give where a key's bytes lie, for people and for programs that open them."""
        return str(self._fs.unstrip_protocol(self._place(key)))

    def size(self, key: str) -> int | None:
        """Give a key's size in bytes, None where there is nothing."""
        try:
            if self._is_folder:  # at once: an artefact may have thousands of files
                return os.stat(self._place(key)).st_size  # noqa: PTH116
            return int(self._fs.info(self._place(key))["size"])
        except FileNotFoundError:
            return None

    def read(self, key: str) -> bytes | None:
        """Give a key's bytes, None where there is nothing."""
        at_once = {"max_concurrency": 1} if self._is_s3 else {}  # else its client asks for the size first
        try:
            return bytes(self._fs.cat_file(self._place(key), **at_once))
        except FileNotFoundError:
            return None

    def get(self, key: str, target: Path, *, likely_size: int = CHUNK) -> str:
        """Copy a key's bytes into a file, and give the sha256 of what was copied, hashed on the way.

        Raises `FileNotFoundError` where there is nothing.
        """
        with self._reading(self._place(key)) as stored, target.open("wb") as copy:
            return read_through(stored, copy.write, likely_size=likely_size)[0]

    def _reading(self, place: str) -> Any:
        """Open what lies at a place; fsspec's own way takes as long as copying a small file."""
        return open(place, "rb", buffering=0) if self._is_folder else self._fs.open(place, "rb")  # noqa: PTH123

    def names(self, key: str) -> list[str]:
        """Give the names directly below a key, sorted; none where it is not there."""
        try:
            found = self._fs.ls(self._place(key), detail=False, refresh=True)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(PurePosixPath(name).name for name in found if not name.endswith(_PART))

    def below(self, key: str) -> list[str]:
        """Give everything that was put below a key, at any depth, relative to it and sorted."""
        place = self._place(key) + "/"
        found = (str(name) for name in self._fs.find(place))
        return sorted(name.removeprefix(place) for name in found if not name.endswith((_PART, _LOCK)))

    def digest(self, key: str) -> tuple[str, int] | None:
        """Give the sha256 and the size of a key's bytes, read in pieces; None where there is nothing."""
        try:
            with self._fs.open(self._place(key), "rb") as stored:
                digest = hashlib.file_digest(stored, "sha256")
                return digest.hexdigest(), stored.seek(0, os.SEEK_END)
        except FileNotFoundError:
            return None

    def put(self, key: str, file: Path) -> None:
        """Copy a file to a key."""
        with self._fresh(self._place(key)) as fresh:
            self._fs.put_file(str(file), fresh)

    def replace(self, key: str, data: bytes) -> None:
        """Write bytes to a key, whatever was there."""
        with self._fresh(self._place(key)) as fresh:
            self._fs.pipe_file(fresh, data)

    def remove(self, key: str) -> None:
        """Delete a key's bytes, where there are any; nothing that a release recorded is ever deleted."""
        try:
            self._fs.rm_file(self._place(key))
        except FileNotFoundError:
            return

    def create(self, key: str, data: bytes) -> bool:
        """Write bytes to a key where there is nothing, in one act; False where there was something.

        True for one caller only, however many try at once, threads or processes: on a folder by the file
        system's own link, on an object store by its conditional write.
        """
        place = self._place(key)
        self._make_parent(place)
        if self._is_folder:
            return _link_new(Path(place), data)
        with _CREATING:
            try:
                self._fs.pipe_file(place, data, mode="create")
            except FileExistsError:
                return False
        return True

    @contextmanager
    def alone(self, key: str) -> Iterator[bool]:
        """Hold `key` for this caller while the context lasts; False where another one here holds it.

        It counts for threads and processes of one machine, and ends with the process that holds it. Nobody
        waits. Where no lock can be had the answer is True: what must not happen twice needs `create` too.
        """
        lock = FileLock(self._lock_place(key), thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            yield False
            return
        except (OSError, NotImplementedError):  # a file system without locks
            pass
        try:
            yield True
        finally:
            lock.release()

    def _lock_place(self, key: str) -> Path:
        """Give the lock's file: beside the key on a folder, on this machine alone for an object store."""
        place = self._place(f"{key}{_LOCK}")
        if self._is_folder:
            self._make_parent(place)
            return Path(place)
        name = hashlib.sha256(self.address(key).encode()).hexdigest()[:32]
        return Path(tempfile.gettempdir(), f"release-foundry-{getpass.getuser()}-{name}.lock")

    @property
    def _is_folder(self) -> bool:
        return isinstance(self._fs, LocalFileSystem)

    def _place(self, key: str) -> str:
        return f"{self._base}/{key}".rstrip("/")

    @property
    def _is_s3(self) -> bool:
        return "s3" in self._fs.protocol

    def _make_parent(self, place: str) -> None:
        if self._is_s3:  # it has no folders, and its client would ask for the bucket each time
            return
        self._fs.makedirs(self._fs._parent(place), exist_ok=True)

    @contextmanager
    def _fresh(self, place: str) -> Iterator[str]:
        """Give a name to write to; what is written there takes the place of `place` at once.

        An object store replaces an object whole by itself; a folder needs a rename.
        """
        self._make_parent(place)
        if not self._is_folder:
            yield place
            return
        part = Path(f"{place}.{uuid.uuid4().hex}{_PART}")
        try:
            yield str(part)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)


def _link_new(place: Path, data: bytes) -> bool:
    """Give a whole file its name unless the name is taken; what is told as created outlives a power cut."""
    part = place.with_name(f"{place.name}.{uuid.uuid4().hex}{_PART}")
    try:
        _write_through(part, data, mode="wb")
        try:
            os.link(part, place)
        except FileExistsError:
            return False
        except OSError:  # this file system has no links
            return _write_new(place, data)
        _settle(place.parent)
        return True
    finally:
        part.unlink(missing_ok=True)


def _write_new(place: Path, data: bytes) -> bool:
    try:
        _write_through(place, data, mode="xb")
    except FileExistsError:
        return False
    return True


def _write_through(place: Path, data: bytes, *, mode: str) -> None:
    with place.open(mode) as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _settle(folder: Path) -> None:
    """Have a folder's new name on the disk; Windows does that by itself and cannot open folders."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
