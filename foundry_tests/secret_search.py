"""Looking for a secret in everything that a release leaves behind or shows while it runs.

Add here another form in which a secret travels, or another container that hides bytes from a plain search.
Not here: releasing, and what must not hold the secret (test_secret_search).
"""

from __future__ import annotations

import base64
import contextlib
import html
import io
import json
import sqlite3
import tarfile
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, quote_plus

import psutil

_PROGRAM = "FOUNDRY_PROGRAM"
"""The variable of every program that the foundry runs; the upload process is no such program."""


def forms_of(username: str, secret: str) -> dict[str, bytes]:
    """Give every form of a secret that is looked for, by name: as sent, as quoted, and cut in half."""
    pair = base64.b64encode(f"{username}:{secret}".encode()).decode()
    half = len(secret) // 2
    forms = {
        "plain": secret,
        "its first half": secret[:half],
        "its second half": secret[half:],
        "Basic": pair,
        "the second half of Basic": pair[len(pair) // 2 :],
        "base64": base64.b64encode(secret.encode()).decode(),
        "percent": quote(secret),
        "percent, with slashes": quote(secret, safe=""),
        "percent, as a form": quote_plus(secret),
        "Python": repr(secret)[1:-1],
        "JSON": json.dumps(secret)[1:-1],
        "HTML": html.escape(secret),
    }
    return {name: form.encode() for name, form in forms.items()}


def sightings(data: bytes | str, forms: dict[str, bytes], where: str) -> list[str]:
    """Name each form that is in some bytes."""
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    return [f"{where}: {name}" for name, form in forms.items() if form in raw]


def sightings_below(folder: Path, forms: dict[str, bytes]) -> list[str]:
    """Name each form that is in a file below a folder, its name, or what is packed or compressed in it."""
    found = []
    for path in sorted(folder.rglob("*")):
        found += sightings(str(path), forms, "a file's name")
        if path.is_file():
            for where, data in _contents(path):
                found += sightings(data, forms, f"{path.relative_to(folder)}{where}")
    return found


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    data = path.read_bytes()
    yield "", data
    if data.startswith(b"SQLite format 3"):
        yield from _cells(path)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield f":{name}", archive.read(name)
    if data.startswith(b"\x1f\x8b"):
        with tarfile.open(fileobj=io.BytesIO(data)) as packed:
            for member in packed:
                if (stream := packed.extractfile(member)) is not None:
                    yield f":{member.name}", stream.read()


def _cells(database: Path) -> Iterator[tuple[str, bytes]]:
    """Give every value of a database: a row may lie in pieces in the file, and Dagster compresses some."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type='table'")]
        for table in tables:
            for row in connection.execute(f'select * from "{table}"'):  # noqa: S608 - its own tables
                for value in row:
                    data = value if isinstance(value, bytes) else str(value).encode()
                    yield f":{table}", data
                    with contextlib.suppress(zlib.error):
                        yield f":{table}, compressed", zlib.decompress(data)


class Watch:
    """Looks at every child of this process, as often as it can, while the context lasts.

    Arguments of all are kept, environments of the programs that the foundry runs: Dagster's own helpers have
    the release process's. Where much goes on, `pause_seconds` leaves it the processor.
    """

    def __init__(self, *, pause_seconds: float = 0.005) -> None:
        self._pause_seconds = pause_seconds
        self.arguments: set[tuple[str, ...]] = set()
        self.environments: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        here = psutil.Process()
        while not self._ended.wait(self._pause_seconds):
            for child in here.children(recursive=True):
                with contextlib.suppress(psutil.Error, OSError):
                    self.arguments.add(tuple(child.cmdline()))
                    environment = child.environ()
                    if _PROGRAM in environment:
                        self.environments.add(json.dumps(environment))
