"""The two builds of a release: the sdist from the tree, the wheel from the sdist and nothing else.

Add here the order of steps of a build, and what is demanded of the file that a backend delivers.
Not here: talking to the backend (backend), the archive formats (archives, normalising).
"""

from __future__ import annotations

import contextlib
import posixpath
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NotRequired, TypedDict, Unpack

from foundry_assets.content import hash_file
from foundry_assets.craft.building.archives import unpack
from foundry_assets.craft.building.backend import DEFAULT_LIMIT_SECONDS, Backend, Circumstances, Kind
from foundry_assets.craft.building.first_build import FirstBuild
from foundry_assets.craft.building.normalising import kept_of, normalise
from foundry_assets.craft.building.repository import own_repository
from foundry_assets.craft.sandbox import isolation
from foundry_assets.errors import BuildFailed
from foundry_assets.subprocesses import OUR_UMASK

_OTHER_UMASK = 0o027
"""One that hardly anybody has; what differs by it is told like any other difference between two builds."""
_SUFFIXES: dict[Kind, tuple[str, ...]] = {"sdist": (".tar.gz", ".zip"), "wheel": (".whl",)}


@dataclass(frozen=True)
class Built:
    """An artefact that was built: the file, what was around it, and which container fields were set.

    `bytes` is its size, `seconds` the whole build with its environment, `requirements` every distribution in
    that environment with its version, `normalised` what of the container was given fixed values,
    `isolation` what kept the backend apart (craft/sandbox), `as_made` the sha256 of what it delivered.
    """

    path: Path
    kind: Kind
    sha256: str
    bytes: int
    seconds: float
    requirements: dict[str, str]
    normalised: tuple[str, ...]
    isolation: str
    as_made: str


class BuildSettings(TypedDict):
    """What surrounds a build: a folder to work in, and the time (seconds since 1970) of everything built.

    `build_environment` are variables for its hooks, `limit_seconds` holds for each hook, `on_line` hears what
    they print, `kept` is the folder of kept environments.
    """

    scratch: Path
    epoch: int
    build_environment: NotRequired[Mapping[str, str]]
    limit_seconds: NotRequired[float]
    on_line: NotRequired[Callable[[str], None]]
    kept: NotRequired[Path]


def build_sdist(
    tree: Path, out: Path, *, repository_tag: str = "", **settings: Unpack[BuildSettings]
) -> Built:
    """Build the sdist of the project in `tree` (a scratch copy: backends write into it) into `out`.

    With `repository_tag`, or for a backend that ships committed files only, the tree is a git repository of
    one commit meanwhile. Raises `BuildFailed` with the backend's own words.
    """
    around = _around("sdist", settings)
    began = time.monotonic()
    backend = Backend(tree, tree.name, around)
    with contextlib.ExitStack() as stack:
        if repository_tag or backend.asks_git:
            stack.enter_context(
                own_repository(tree, home=around.home, epoch=around.epoch, tag=repository_tag)
            )
        requirements = backend.prepare(backend.wanted("sdist"))
        return _finished(_delivered("sdist", backend, around), out, around, began, requirements)


@dataclass(frozen=True)
class ReadyWheel:
    """A wheel that can be built at once: its sdist is unpacked, its backend has all that it requires."""

    _backend: Backend
    _around: Circumstances
    _began: float
    _wanted: set[str]
    _requirements: dict[str, str]

    def build(self, out: Path, *, first: FirstBuild) -> Built:
        """Build it, once, into the folder `out`; `first` is told of the backend's beginning and end.

        Raises `BuildFailed` with the backend's own words.
        """
        first.ask(self._wanted)
        delivered = _delivered("wheel", self._backend, self._around)
        first.end(delivered.sha256, kept_of(delivered.path))
        return _finished(delivered, out, self._around, self._began, self._requirements)

    def build_again(self, out: Path, *, first: FirstBuild) -> Built | None:
        """Build it, once, as `rebuild_wheel` does."""
        first.wait_until_apart()
        delivered = _delivered("wheel", self._backend, self._around)
        if delivered.sha256 == first.as_made():
            return None
        if (kept := kept_of(delivered.path)) and kept == first.kept():
            return None
        return _finished(delivered, out, self._around, self._began, self._requirements)


def ready_wheel(
    sdist: Path,
    *,
    umask: int = OUR_UMASK,
    wanted: set[str] | None = None,
    on_unpacked: Callable[[], object] = lambda: None,
    **settings: Unpack[BuildSettings],
) -> ReadyWheel:
    """Get all ready to build a wheel from an sdist; no other source is looked at.

    `umask` is that of the backend's hooks, `wanted` what a build of the same sdist said that it needs;
    `on_unpacked` is called when the first hook comes next. Raises `BuildFailed` with the backend's own words,
    or where the sdist is not safe to unpack.
    """
    around, began = replace(_around("wheel", settings), umask=umask), time.monotonic()
    tree = unpack(sdist, around.scratch / "unpacked")
    on_unpacked()
    backend = Backend(tree, sdist.name, around)
    wanted = backend.wanted("wheel") if wanted is None else wanted
    return ReadyWheel(backend, around, began, wanted, backend.prepare(wanted))


def rebuild_wheel(
    sdist: Path, out: Path, *, first: FirstBuild, **settings: Unpack[BuildSettings]
) -> Built | None:
    """Build a wheel once more, at another time and umask; None where what is delivered makes the same wheel.

    That is so for the same bytes, and for others that differ in nothing that is kept of them. What the build
    needs is not asked again, since a frontend need not ask (PEP 517). All else as in `ready_wheel` and its
    `build`.
    """
    if not first.wait_until_asked():
        return None
    ready = ready_wheel(sdist, umask=_OTHER_UMASK, wanted=first.wanted, **settings)
    return ready.build_again(out, first=first)


def _around(kind: Kind, settings: BuildSettings) -> Circumstances:
    return Circumstances(
        _room(settings["scratch"], kind),
        settings["epoch"],
        settings.get("build_environment", {}),
        settings.get("limit_seconds", DEFAULT_LIMIT_SECONDS),
        settings.get("on_line"),
        settings.get("kept"),
    )


def _room(scratch: Path, kind: Kind) -> Path:
    """Give a build its own folder: a fixed name, since compilers write paths into what they make.

    It goes with the scratch folder around it, for which nobody waits.
    """
    room = scratch.resolve() / f"build-{kind}"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    return room


@dataclass(frozen=True)
class _Delivered:
    """The one file that a backend delivered, and its sha256."""

    kind: Kind
    path: Path
    sha256: str


def _delivered(kind: Kind, backend: Backend, around: Circumstances) -> _Delivered:
    made_in = around.scratch / "made"
    made_in.mkdir()
    made = _the_one_file(kind, made_in, backend.make(kind, made_in))
    return _Delivered(kind, made, hash_file(made)[0])


def _finished(
    delivered: _Delivered, out: Path, around: Circumstances, began: float, requirements: dict[str, str]
) -> Built:
    """Give the file fixed container metadata, and put it into the folder `out`."""
    made = delivered.path
    out.mkdir(parents=True, exist_ok=True)
    whole = made.with_name(f"normalised{made.name[made.name.index('-') :]}")
    normalised = normalise(made, whole, epoch=around.epoch, look=partial(_refuse_repository, delivered))
    path = out / made.name
    shutil.move(whole, path)
    return Built(
        path,
        delivered.kind,
        *hash_file(path),
        time.monotonic() - began,
        requirements,
        normalised,
        isolation(),
        delivered.sha256,
    )


def _the_one_file(kind: Kind, folder: Path, claimed: Path) -> Path:
    """Believe the file, not the backend: exactly one, the one it named, not empty, named as its kind."""
    found = sorted(folder.iterdir())
    told = ", ".join(path.name for path in found) or "no file"
    if [path.name for path in found] != [claimed.name] or not claimed.is_file():
        problem = f"it named `{claimed.name}` and delivered {told}"
    elif claimed.is_symlink():
        problem = f"`{claimed.name}` is a link to something else"
    elif not claimed.name.endswith(_SUFFIXES[kind]) or "-" not in claimed.name:
        problem = f"`{claimed.name}` is not the file name of a {kind}"
    elif claimed.stat().st_size == 0:
        problem = f"`{claimed.name}` is empty"
    else:
        return claimed
    raise BuildFailed(
        f"the build backend reports success for the hook `build_{kind}`, but {problem}",
        remedy="mend the build backend or its configuration; a hook must deliver exactly one archive",
    )


def _refuse_repository(made: _Delivered, names: Iterable[str]) -> None:
    """Refuse the repository that was lent for an sdist; a submodule's own `.git` is the author's affair."""
    inside = [path for name in names if (path := _below_top(name)).startswith(".git/")]
    if inside and made.kind == "sdist":
        raise BuildFailed(
            f"`{made.path.name}` holds {len(inside)} files of a git repository, such as `{min(inside)}`",
            remedy="exclude `.git` in the build backend's configuration",
        )


def _below_top(name: str) -> str:
    return posixpath.normpath(name).partition("/")[2]
