"""Looks for a canary token in every place that code of the same user can think of; tells where, not what."""

import contextlib
import os
import re
import stat
import sys
from pathlib import Path

TOKEN = re.compile(rb"canary-[0-9a-f]{16}")
MOST_BYTES = 1 << 20


def search(look_in: list[str]) -> dict[str, object]:
    """Give each place with whether the token was seen there, and what else could be seen or done.

    `look_in` are folders that the attacker guesses, such as the real home.
    """
    seen = {
        "environment": _holds("\0".join(f"{name}={value}" for name, value in os.environ.items()).encode()),
        "arguments": _holds("\0".join([*sys.argv, *sys.orig_argv]).encode()),
        "home": any(_in_file(path) for path in _files(Path.home())),
        "standard input": _holds(_stdin()),
        "descriptors": any(_holds(_descriptor(number)) for number in range(3, 256)),
        "guessed folders": any(_in_file(path) for folder in look_in for path in _files(Path(folder))),
        "environments of processes": any(_in_file(path) for path in _processes("environ")),
        "arguments of processes": any(_in_file(path) for path in _processes("cmdline")),
    }
    for folder in look_in:
        with contextlib.suppress(OSError):
            Path(folder, "canary-was-here").write_text("tweet")
    found = sorted(place for place, was_seen in seen.items() if was_seen)
    return {"seen": found, "processes": len(_processes("environ"))}


def _holds(data: bytes) -> bool:
    return TOKEN.search(data) is not None


def _in_file(path: Path) -> bool:
    with contextlib.suppress(OSError), path.open("rb") as stream:
        return _holds(stream.read(MOST_BYTES))
    return False


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def _stdin() -> bytes:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return sys.stdin.buffer.read()
    return b""


def _descriptor(number: int) -> bytes:
    """Read an inherited file; only what is open already, and nothing that would make us wait."""
    with contextlib.suppress(OSError):
        if stat.S_ISREG(os.fstat(number).st_mode):
            os.lseek(number, 0, os.SEEK_SET)
        else:
            os.set_blocking(number, False)
        return os.read(number, MOST_BYTES)
    return b""


def _processes(part: str) -> list[Path]:
    return [path / part for path in Path("/proc").glob("[0-9]*")]
