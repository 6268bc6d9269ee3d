"""Where things are kept: the home with its rights, room and locks, and the store by a probe object.

Add here what a place must be able to do before a release relies on it.
Not here: Dagster's part of the home (history).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from foundry_assets.doctor.findings import Finding, kind_of
from foundry_assets.home import Home
from foundry_assets.medium import Medium

_TIGHT_BYTES, _FULL_BYTES = 1 << 30, 100 << 20
_ROOM = "make room there, or choose another place by FOUNDRY_HOME"
_RIGHTS = "see to the rights of that folder, or choose another one by FOUNDRY_HOME"


def home(place: Home) -> Iterator[Finding]:
    """Look whether the home can be written to; one that is not there yet is not made."""
    above = next(folder for folder in (place.root, *place.root.parents) if folder.exists())
    if above != place.root:
        if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
            yield Finding("home", "good", f"{place.root} (is made when it is first needed)")
        else:
            yield Finding("home", "blocks", f"{place.root} cannot be made in {above}", _RIGHTS)
    else:
        yield _written(place.root)
    yield _room(above)


def _written(folder: Path) -> Finding:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
            file.write(b"probe")
    except OSError as error:
        return Finding("home", "blocks", f"{folder} cannot be written to ({kind_of(error)})", _RIGHTS)
    return Finding("home", "good", str(folder))


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    told = f"{free / (1 << 30):,.1f} GiB free"
    if free >= _TIGHT_BYTES:
        return Finding("room", "good", told)
    return Finding("room", "blocks" if free < _FULL_BYTES else "warning", told, _ROOM)


def locks(place: Home) -> Iterator[Finding]:
    """Look whether a lock in the home keeps a second one out, as two runs at the same time need it."""
    if not place.root.is_dir():
        return
    medium, key = Medium.at(str(place.root)), f".doctor-{uuid.uuid4().hex}"
    with medium.alone(key) as first, medium.alone(key) as second:
        works = first and not second
    with contextlib.suppress(OSError):
        (place.root / f"{key}.lock").unlink(missing_ok=True)
    if works:
        yield Finding("locks", "good", "a second one is kept out")
    else:
        remedy = "put the home on a file system with locks, or never run two commands at the same time"
        yield Finding("locks", "warning", "this file system keeps no second one out", remedy)


def store(root: str, *, place: Home) -> Iterator[Finding]:
    """Write, read and delete a probe object, and try to create it twice, which must not work."""
    is_folder = "://" not in root
    if is_folder and not Path(root).is_dir():
        yield Finding("store", "good", f"{root} (is made when it is first needed)")
        return
    own = " (in the home)" if is_folder and Path(root) == place.store else ""
    remedy = "see to its address, to the rights there and to what opens it; nothing is kept without it"
    try:
        fault = _probed(Medium.at(root))
    except OSError as error:
        yield Finding("store", "blocks", f"{root}: {kind_of(error)}", remedy)
        return
    if fault:
        yield Finding("store", "blocks", f"{root}: {fault}", "choose a store that has that (README: store)")
    else:
        yield Finding("store", "good", f"{root}{own}: written, read, deleted")


def _probed(medium: Medium) -> str:
    """Try a store; gives what it lacks, empty where that is nothing."""
    key, data = f"blobs/{uuid.uuid4().hex}.probe", uuid.uuid4().bytes
    try:
        if not medium.create(key, b"first"):
            return "it says that a new object is there already"
        if medium.create(key, b"second"):
            return "it lets a second writer take an object that is there: two runs could both send"
        medium.replace(key, data)
        if medium.read(key) != data:
            return "it does not give back what was written a moment ago"
    finally:
        medium.remove(key)
    return "it still has what was deleted" if medium.size(key) is not None else ""
