"""Asking a build backend for a project's name and version, and remembering the answer.

Add here how the metadata hook (PEP 517) is run, and how its answers are kept.
Not here: answers that stand in a file (declaring), and building (another craft).
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import build
from packaging.metadata import parse_email

from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.sandbox import Reach, run_apart
from foundry_assets.errors import MetadataUnreadable
from foundry_assets.subprocesses import ProgramFailed
from foundry_assets.surroundings import clean_environment

_HOOK_LIMIT_SECONDS = 1800.0


def ask_backend(
    project: Path, *, fence: Path, scratch: Path, on_line: Callable[[str], None] | None = None
) -> tuple[str, str]:
    """Give the name and version that a project's build backend answers in a fresh environment.

    `project` is a copy that the backend may write into; git looks for no repository in `fence` or above it.
    Raises `MetadataUnreadable` with the backend's last lines, and `BuildFailed` where its requirements cannot
    be installed.
    """
    home = scratch / "home"
    environment = FreshEnvironment(scratch / "environment", home=home, on_line=on_line)

    def runner(
        cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None
    ) -> None:
        # A copy below somebody's repository must not be taken for a part of it.
        ceiling = {"GIT_CEILING_DIRECTORIES": str(fence.resolve())}
        surroundings = clean_environment(home, {**ceiling, **(extra_environ or {})})
        # `build` hands a hook its answer's folder as the last word, and its own script as the second.
        reach = Reach([fence, scratch, Path(cmd[-1])], [Path(cmd[1]), *_lent_objects(fence)])
        run_apart(
            cmd,
            cwd=Path(cwd or project),
            env=surroundings,
            reach=reach,
            timeout_seconds=_HOOK_LIMIT_SECONDS,
            on_line=on_line,
        )

    with _answering(project.name, on_line):
        builder = build.ProjectBuilder.from_isolated_env(environment, project, runner=runner)
        environment.install(builder.build_system_requires)
        environment.install(builder.get_requires_for_build("wheel"))
        folder = builder.metadata_path(scratch / "metadata")
    return _read_metadata(Path(folder, "METADATA"), project.name)


def _lent_objects(fence: Path) -> Iterator[Path]:
    """Give the folders from which the copy's git repository reads objects that it does not hold itself."""
    waiting = [path / ".git" / "objects" for path in fence.iterdir()]
    while waiting:
        alternates = waiting.pop() / "info" / "alternates"
        if alternates.is_file():
            lent = [Path(line) for line in alternates.read_text("utf-8").splitlines() if line.startswith("/")]
            waiting += lent
            yield from lent


@contextmanager
def _answering(project: str, on_line: Callable[[str], None] | None) -> Iterator[None]:
    """Turn a backend's failure into words for a person, and pass its warnings on to the listener."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        except (build.BuildException, build.BuildBackendException) as error:
            cause = getattr(error, "exception", error)
            told = getattr(cause, "traceback", "") or str(error)
            raise MetadataUnreadable(
                f"the build backend of `{project}` gives no name and version",
                remedy="mend what it says below; `python -m build` shows the same",
                details=cause.last_lines() if isinstance(cause, ProgramFailed) else told.strip(),
            ) from None
    if on_line is not None:
        for warning in caught:
            on_line(f"warning: {warning.message}")


def _read_metadata(path: Path, project: str) -> tuple[str, str]:
    told, _ = parse_email(path.read_bytes()) if path.is_file() else ({}, {})
    name, version = told.get("name", ""), told.get("version", "")
    # setuptools calls a project UNKNOWN where nothing names it.
    if not name or not version or name.upper() == "UNKNOWN":
        raise MetadataUnreadable(
            f"the build backend of `{project}` gives no name or no version: `{name}` and `{version}`",
            remedy="declare both, best as [project] name and version in pyproject.toml",
        )
    return name, version


def memo_key(*parts: str) -> str:
    """Give the key that an answer is remembered by; the interpreter's version is part of it."""
    text = "\0".join([*parts, sys.version])
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def remembered(memo: Path | None, key: str) -> tuple[str, str] | None:
    """Give an earlier answer; None where there is none, or a damaged one."""
    if memo is None or not key:
        return None
    try:
        told = json.loads((memo / f"{key}.json").read_text(encoding="utf-8"))
        name, version = told["name"], told["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return (name, version) if isinstance(name, str) and isinstance(version, str) else None


def remember(memo: Path | None, key: str, answer: tuple[str, str]) -> None:
    """Keep an answer, whole or not at all."""
    if memo is None or not key:
        return
    memo.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"name": answer[0], "version": answer[1]})
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=memo, suffix=".tmp", delete=False) as stream:
        stream.write(text)
    Path(stream.name).replace(memo / f"{key}.json")
