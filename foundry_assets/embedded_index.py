"""The embedded index, `local`: a real pypiserver on loopback over the files of one folder.

Add here what the foundry's own index must promise: whole files only, one server a folder.
Not here: reading it or sending to it; that is done as with any other index.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import waitress.server
from filelock import FileLock, Timeout

from foundry_assets.catalog import LOCAL, Index

# pypiserver's web framework imports `cgi`, which Python 3.11 and 3.12 deprecate, and leaves an import hook
# of a kind that Python no longer calls, and warns about at every import of a module that is not there.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", ImportWarning)
    from pypiserver import app_from_config, setup_routes_from_config
    from pypiserver.backend import BackendProxy, SimpleFileBackend, listdir, valid_packages
    from pypiserver.bottle_wrapper import HTTPError, request
    from pypiserver.config import Config, RunConfig
    from pypiserver.core import PkgFile
    from pypiserver.pkg_helpers import normalize_pkgname
sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]

LOCK_NAME = "server.lock"
_ARRIVING = ".arriving"
_LOOPBACK = "127.0.0.1"
_TOLD_EVERY_SECONDS = 1.0
_CHUNK = 1 << 20
_making_an_app = threading.Lock()


@contextlib.contextmanager
def embedded_index(folder: Path, *, on_wait: Callable[[float], None] | None = None) -> Iterator[Index]:
    """Serve `folder` as the index `local` while the context lasts; its port is the day's.

    One server a folder at a time, across threads and processes: a second one waits for the first, and
    `on_wait` is told about once a second how many seconds it has waited. Uploads need no credential;
    a file name once taken stays taken.
    """
    folder = folder.resolve()
    (folder / _ARRIVING).mkdir(parents=True, exist_ok=True)
    with _alone(folder / LOCK_NAME, on_wait):
        for left in (folder / _ARRIVING).iterdir():
            left.unlink()
        with _serving(_application(folder)) as port:
            address = f"http://{_LOOPBACK}:{port}/"
            yield Index(name=LOCAL, upload_url=address, simple_url=address + "simple/")


@contextlib.contextmanager
def _alone(path: Path, on_wait: Callable[[float], None] | None) -> Iterator[None]:
    lock = FileLock(path, thread_local=False)
    began = time.monotonic()
    while not lock.is_locked:
        try:
            lock.acquire(timeout=_TOLD_EVERY_SECONDS, poll_interval=0.05)
        except Timeout:
            if on_wait is not None:
                on_wait(time.monotonic() - began)
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _serving(application: Callable[..., Iterable[bytes]]) -> Iterator[int]:
    """Run the server in a thread of this process; gives its port."""
    sockets: dict[int, Any] = {}
    server = waitress.server.create_server(application, map=sockets, host=_LOOPBACK, port=0, threads=4)
    thread = threading.Thread(target=server.run, name="embedded index", daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        # First the workers, who would wake the loop through a pipe that is closed; then the sockets, by
        # the thread that polls them: an empty map ends its loop.
        server.task_dispatcher.shutdown()
        is_pulled = threading.Event()

        def close() -> None:
            is_pulled.wait()  # a loop that a worker woke comes here before our wake-up is in the pipe
            waitress.server.wasyncore.close_all(sockets, ignore_all=True)

        server.trigger.pull_trigger(close)
        is_pulled.set()
        thread.join()


def _application(folder: Path) -> Callable[..., Iterable[bytes]]:
    # Without a handler of its own, Python would print the libraries' warnings.
    for name in ("pypiserver", "waitress"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    options = ["--disable-fallback", "--backend", "simple-dir", "--hash-algo", "sha256"]
    config = Config.from_args(["run", *options, "-a", ".", "-P", ".", str(folder)])
    assert isinstance(config, RunConfig)
    config.backend = BackendProxy(_Shelf(config))
    # pypiserver makes an application by changing a module that it imports: one at a time.
    with _making_an_app:
        application = setup_routes_from_config(app_from_config(config), config)
    return _for_this_machine(application)


def _for_this_machine(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Answer only requests that were addressed to loopback, so that no web page reaches in."""

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        host = str(environ.get("HTTP_HOST", "")).rpartition(":")[0]
        if host not in {_LOOPBACK, "localhost"}:
            start_response("421 Misdirected Request", [("Content-Type", "text/plain")])
            return [b"this index answers to its loopback address only\n"]
        answer = application(environ, start_response)
        _close_uploads(environ)
        return answer

    return guarded


def _close_uploads(environ: Mapping[str, Any]) -> None:
    """Close what a request was spooled into: pypiserver leaves a large upload's files to the collector."""
    for upload in environ.get("bottle.request.files", {}).values():
        upload.file.close()
    if body := environ.get("bottle.request.body"):
        body.close()


class _Shelf(SimpleFileBackend):  # type: ignore[misc]
    """The folder's files, listed once: nobody else writes there while the lock is held.

    pypiserver's own backend walks the folder at every request, hashes every listed file anew, and writes
    uploads in place, where a kill leaves half a file under its final name.
    """

    def __init__(self, config: RunConfig) -> None:
        super().__init__(config)
        self._folder = Path(self.roots[0])
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._projects: dict[str, list[PkgFile]] = {}
        for found in listdir(self._folder):
            self._list(found)

    def _list(self, file: PkgFile) -> None:
        self._names.add(Path(file.relfn).name)
        self._projects.setdefault(file.pkgname_norm, []).append(file)

    def get_all_packages(self) -> Iterable[PkgFile]:
        return [file for files in list(self._projects.values()) for file in list(files)]

    def find_project_packages(self, project: str) -> Iterable[PkgFile]:
        return list(self._projects.get(normalize_pkgname(project), ()))

    def get_projects(self) -> Iterable[str]:
        return set(self._projects)

    def exists(self, filename: str) -> bool:
        return filename in self._names

    def add_package(self, filename: str, stream: BinaryIO) -> None:
        """Store an upload whole or not at all; no bytes, or others than the posted sha256, are refused."""
        descriptor, name = tempfile.mkstemp(dir=self._folder / _ARRIVING)
        arriving = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                _refuse_damaged(*_copy(stream, file))
                file.flush()
                os.fsync(file.fileno())
            with self._lock:
                if filename in self._names:
                    raise HTTPError(400, f"Package {filename!r} already exists!")
                arriving.replace(self._folder / filename)
                for found in valid_packages(self._folder, [self._folder / filename]):
                    self._list(found)
        finally:
            arriving.unlink(missing_ok=True)

    def remove_package(self, pkg: PkgFile) -> None:
        raise HTTPError(403, f"{pkg.relfn} stays: what was released is not removed through this index")


def _copy(stream: BinaryIO, file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_CHUNK):
        file.write(piece)
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _refuse_damaged(sha256: str, size: int) -> None:
    posted = request.forms.get("sha256_digest")
    if size == 0:
        raise HTTPError(400, "The file has no bytes")
    if posted and posted.lower() != sha256:
        raise HTTPError(400, "The digest supplied does not match a digest calculated from the uploaded file")
