"""A room of its own for code that is not ours: installers, build hooks and imports run inside bubblewrap.

Add here what such code may see and what it may change.
Not here: starting programs (subprocesses), and the environment that they get (surroundings).
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.subprocesses import OUR_UMASK, Finished, ProgramFailed, run

PROCESS = "process"
"""What `isolation` gives where foreign code has a clean environment, and nothing more, around it."""
SANDBOX_VARIABLE = "FOUNDRY_SANDBOX"
_PROBE_LIMIT_SECONDS = 20.0
_OWN_NAMESPACES = ("--unshare-all", "--share-net", "--die-with-parent", "--new-session", "--cap-drop", "ALL")
_BELOW_HOME = (
    ".cargo/bin", ".rustup", ".pyenv", ".asdf", ".nvm", ".ghcup", "go",
    ".local/share/mise", ".local/share/uv/python", ".local/share/uv/tools", ".local/share/pipx",
    ".local/pipx",
)  # fmt: skip
"""Toolchains that live below a home folder; none of these places keeps a credential."""


@dataclass(frozen=True)
class Reach:
    """What foreign code may change, and what it may read although it lies in a hidden folder.

    Never take a path from the foreign code itself: a requirement or a backend's name could be one.
    """

    writable: Sequence[Path]
    readable: Sequence[Path] = ()


def isolation() -> str:
    """Give what keeps foreign code apart on this machine: `bubblewrap` with its version, or `process`.

    It is `process` where bubblewrap is missing, does not work (a container, a kernel that does not let it)
    or is declined by FOUNDRY_SANDBOX=off. Inside bubblewrap no other process can be seen, the real home and
    temporary folders are hidden, and only `Reach.writable` can be changed. The network and the sockets of
    this machine stay as they are, and so do installers' caches and cargo's registry, which are shared.
    """
    declined = os.environ.get(SANDBOX_VARIABLE, "").strip().lower() == "off"
    return PROCESS if declined else _working_bubblewrap()


def run_apart(  # noqa: PLR0913 - all but the program are named
    argv: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    reach: Reach,
    timeout_seconds: float,
    on_line: Callable[[str], None] | None = None,
    umask: int = OUR_UMASK,
) -> Finished:
    """Run foreign code to its end, in the sandbox where there is one; otherwise as `subprocesses.run`.

    Its temporary folders are its own and gone afterwards. Raises `ProgramFailed`, naming the program itself.
    """

    def here(command: Sequence[str | Path]) -> Finished:
        return run(command, cwd=cwd, env=env, timeout_seconds=timeout_seconds, on_line=on_line, umask=umask)

    if isolation() == PROCESS:
        return here(argv)
    told = tuple(str(word) for word in argv)
    with tempfile.TemporaryDirectory(prefix="foundry-own-", ignore_cleanup_errors=True) as temporary:
        words = _bubblewrap(Path(temporary), cwd, env, reach)
        try:
            finished = here([*words, *told])
        except ProgramFailed as failure:
            raise ProgramFailed(told, failure.outcome, failure.stdout, failure.stderr) from None
    return dataclasses.replace(finished, argv=told)


@functools.cache
def _working_bubblewrap() -> str:
    """Look once whether bubblewrap runs our own interpreter here; its mere presence says little."""
    program = shutil.which("bwrap")
    if sys.platform != "linux" or program is None:
        return PROCESS
    try:
        version = run([program, "--version"], cwd=Path("/"), env={}, timeout_seconds=_PROBE_LIMIT_SECONDS)
        with tempfile.TemporaryDirectory() as temporary, tempfile.TemporaryDirectory() as scratch:
            words = _bubblewrap(Path(temporary), Path(scratch), {}, Reach([Path(scratch)]))
            program_words = [*words, sys.executable, "-I", "-S", "-c", "open('written', 'w').close()"]
            run(program_words, cwd=Path(scratch), env={}, timeout_seconds=_PROBE_LIMIT_SECONDS)
            works = Path(scratch, "written").exists()
    except (OSError, ProgramFailed):
        return PROCESS
    return version.stdout.strip() if works else PROCESS


def _bubblewrap(temporary: Path, cwd: Path, env: Mapping[str, str], reach: Reach) -> list[str]:
    """Give the words that go before a program: all is read-only, private places are hidden, a few come back.

    `temporary` is what the program sees as every temporary folder: on disk, since builds fill it.
    """
    temporaries = _temporary_folders()
    hidden = _private_folders() | temporaries
    writable = _outermost([*reach.writable, *_cargo_caches(env)])
    links: dict[Path, str] = {}
    readable = _shown([*_interpreter(), *_toolchains(env), *reach.readable], hidden, writable, links)
    words = [shutil.which("bwrap") or "bwrap", *_OWN_NAMESPACES, "--ro-bind", "/", "/"]
    words += ["--dev", "/dev", "--proc", "/proc"]
    for folder in sorted(hidden):
        how = ["--bind", str(temporary)] if folder in temporaries else ["--tmpfs"]
        words += [*how, str(folder)]
    for link, target in links.items():
        words += ["--symlink", target, str(link)]
    for option, paths in (("--ro-bind", readable), ("--bind", writable)):
        for path in paths:
            words += [option, str(path), str(path)]
    return [*words, "--chdir", str(cwd.resolve()), "--"]


def _shown(
    wanted: Iterable[Path], hidden: Iterable[Path], writable: Sequence[Path], links: dict[Path, str]
) -> list[Path]:
    """Give what of the wanted would be hidden and is to come back; links that lead there go to `links`."""
    real = [_followed(path, hidden, links) for path in wanted if _is_there(path)]
    lost = _outermost(path for path in real if _is_inside(path, hidden))
    shown = [path for path in lost if not _is_below(path, writable)]
    for link in [link for link in links if _is_below(link, [*shown, *writable])]:
        del links[link]
    return shown


def _private_folders() -> set[Path]:
    """Give the folders that hold what is a person's own, the sockets of their session among it."""
    import pwd

    user = os.getuid()
    folders = [Path.home(), Path(f"/run/user/{user}")]
    folders += [Path(name) for name in [os.environ.get("XDG_RUNTIME_DIR", "")] if name]
    with contextlib.suppress(KeyError):  # a container's user without an entry
        folders.append(Path(pwd.getpwuid(user).pw_dir))
    return {folder.resolve() for folder in folders if folder.is_dir()} - {Path("/")}


def _temporary_folders() -> set[Path]:
    folders = [Path("/tmp"), Path("/var/tmp"), Path(tempfile.gettempdir())]  # noqa: S108 - they are hidden
    return {folder.resolve() for folder in folders if folder.is_dir()} - {Path("/")}


def _interpreter() -> list[Path]:
    return [Path(place) for place in (sys.prefix, sys.base_prefix, sys.base_exec_prefix)]


def _toolchains(env: Mapping[str, str]) -> list[Path]:
    """Give the places of compilers and settings: known ones, and those that the person's own variables name.

    A variable counts only where the program gets it as the person has it: others come from the project.
    """
    places = [Path.home() / name for name in _BELOW_HOME]
    if "RUSTUP_HOME" in env:
        places.append(Path(env["RUSTUP_HOME"]))
    if "CARGO_HOME" in env:  # its parts: it may hold a credential too
        places += [Path(env["CARGO_HOME"], part) for part in ("bin", "config", "config.toml")]
    kept = [value for name, value in env.items() if os.environ.get(name) == value]
    for value in [os.environ.get("PATH", ""), *kept]:
        for part in value.replace("file://", " ").replace("=", " ").replace(os.pathsep, " ").split():
            if part.removeprefix("-I").removeprefix("-L").startswith("/"):
                places.append(Path(part.removeprefix("-I").removeprefix("-L")))
    return places


def _cargo_caches(env: Mapping[str, str]) -> Iterator[Path]:
    """Give cargo's downloads, without which each hook would fetch every crate anew."""
    home = env.get("CARGO_HOME", "")
    if home and Path(home).is_dir():
        for part in ("registry", "git"):
            with contextlib.suppress(OSError):  # shared by an administrator: read it, as cargo does
                Path(home, part).mkdir(exist_ok=True)
                yield Path(home, part)


def _is_there(path: Path) -> bool:
    with contextlib.suppress(OSError):  # a folder that we may not look into
        return path.exists()
    return False


def _followed(path: Path, hidden: Iterable[Path], links: dict[Path, str]) -> Path:
    """Give the place that a path leads to; links on the way are kept where hiding would lose them."""
    place = Path("/")
    for part in path.absolute().parts[1:]:
        place = place / part
        if place.is_symlink():
            if _is_inside(place, hidden):
                links[place] = str(place.readlink())
            place = place.resolve()
    return place


def _is_inside(path: Path, hidden: Iterable[Path]) -> bool:
    """Tell whether hiding takes this path away, and showing it shows no hidden folder as a whole."""
    shows_one = any(folder == path or path in folder.parents for folder in hidden)
    return not shows_one and _is_below(path, hidden)


def _is_below(path: Path, folders: Iterable[Path]) -> bool:
    """Tell whether a path is one of the folders, or lies in one."""
    return any(folder == path or folder in path.parents for folder in folders)


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Leave out what lies inside another one of them."""
    real = sorted({path.resolve() for path in paths})
    return [path for path in real if not any(outer in path.parents for outer in real)]
