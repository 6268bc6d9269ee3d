"""One trial of a wheel: a fresh environment, its dependencies, and every public import by itself.

Add here what is found out by installing and importing.
Not here: which names there are (names), and what a failure means (failures).
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet

from foundry_assets.content import Listing
from foundry_assets.craft.building.archives import members
from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.installing.extras import extras_with
from foundry_assets.craft.installing.failures import ImportFailure, explain
from foundry_assets.craft.installing.names import importable_names
from foundry_assets.craft.metadata import Core, read_metadata
from foundry_assets.craft.sandbox import Reach, run_apart
from foundry_assets.errors import BuildFailed
from foundry_assets.subprocesses import ProgramFailed
from foundry_assets.surroundings import clean_environment

IMPORT_LIMIT_SECONDS = 120.0
_IMPORTER = """
import importlib, json, os, sys, traceback
name, answer = sys.argv[1:]
def tell(**what):
    with open(answer, "w", encoding="utf-8") as stream:
        json.dump(what, stream)
try:
    importlib.import_module(name)
except BaseException as error:
    machinery = os.path.join("importlib", "__init__.py")
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if not frame.filename.startswith("<") and not frame.filename.endswith(machinery)]
    file, line = (frames[-1].filename, frames[-1].lineno) if frames else ("", 0)
    if isinstance(error, SyntaxError):
        file, line = error.filename or file, error.lineno or line
    tell(error="".join(traceback.format_exception_only(type(error), error)).strip().splitlines()[-1],
         missing=getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None,
         file=file, line=line)
else:
    tell(error="")
os._exit(0)
"""
"""What a process runs to import one name; it leaves at once, since a thread of the package may never end."""


@dataclass(frozen=True)
class Tried:
    """What came of trying a wheel; `failed` empty means that it works.

    `imported` are the names that did import, `skipped` those that were not tried (docs, tests and the like
    that lie at the top), `installed` every distribution -> version of the environment, `note` what people
    should know, `extras` those without which some name did not import.
    """

    imported: tuple[str, ...]
    failed: tuple[ImportFailure, ...]
    installed: dict[str, str]
    seconds: float
    skipped: tuple[str, ...] = ()
    note: str = ""
    extras: tuple[str, ...] = ()


def try_wheel(  # noqa: PLR0913 - all but the wheel are named, and each is one fact about this trial
    wheel: Path,
    *,
    scratch: Path,
    extra_wheels: Sequence[Path] = (),
    find_links: Sequence[Path] = (),
    tree: Listing | None = None,
    import_limit_seconds: float = IMPORT_LIMIT_SECONDS,
    on_line: Callable[[str], None] | None = None,
) -> Tried:
    """Install a wheel with its dependencies in a fresh environment and import every public top-level name.

    Dependencies come from the person's own index settings, `find_links` folders and `extra_wheels`. Each
    name is imported by its own process, in an empty folder, within `import_limit_seconds`. With `tree`, its
    source, a missing module is told apart from a missing dependency. Raises `BuildFailed` or
    `MetadataUnreadable` only where the wheel itself cannot be read; that it does not install is in `failed`.
    """
    began = time.monotonic()
    core, names = read_metadata(wheel), importable_names(members(wheel))
    refusal = _refused_by_python(core) or names.nothing_at_all(core, tree)
    if refusal:
        return Tried((), (ImportFailure(wheel.name, refusal),), {}, time.monotonic() - began)
    wheels = [path.resolve() for path in (wheel, *extra_wheels)]
    environment = FreshEnvironment(
        scratch / "environment", home=scratch / "home", readable=wheels, on_line=on_line
    )
    options = [word for folder in find_links for word in ("--find-links", str(folder.absolute()))]
    try:
        environment.install([str(path) for path in wheels], options=options)
    except BuildFailed as failure:
        told = ImportFailure(
            wheel.name, "it cannot be installed in a fresh environment", details=failure.details
        )
        return Tried((), (told,), {}, time.monotonic() - began)
    tries = {name: _import(name, environment, scratch, import_limit_seconds) for name in names.tried}
    extras = extras_with(core, [str(answer["missing"]) for answer in tries.values() if answer.get("missing")])
    if extras and _installs(environment, f"{wheel.resolve()}[{','.join(extras)}]", options):
        again = [name for name, answer in tries.items() if answer.get("error")]
        tries |= {name: _import(name, environment, scratch, import_limit_seconds) for name in again}
    failed = tuple(
        explain(name, answer, names, tree) for name, answer in tries.items() if answer.get("error")
    )
    imported = tuple(name for name, answer in tries.items() if not answer.get("error"))
    installed = dict(sorted(environment.installed().items()))
    return Tried(imported, failed, installed, time.monotonic() - began, names.skipped, names.note, extras)


def _installs(environment: FreshEnvironment, requirement: str, options: Sequence[str]) -> bool:
    try:
        environment.install([requirement], options=options)
    except BuildFailed:
        return False
    return True


def _refused_by_python(core: Core) -> str:
    here = platform.python_version()
    if core.requires_python and not SpecifierSet(core.requires_python).contains(here, prereleases=True):
        return f"it wants Python {core.requires_python}, and this is {here}: try it on a Python that it takes"
    return ""


def _import(name: str, environment: FreshEnvironment, scratch: Path, limit: float) -> dict[str, object]:
    """Import one name in a process of its own and give its answer; a crash or a hang is an answer too."""
    nowhere = scratch / "nowhere"
    nowhere.mkdir(parents=True, exist_ok=True)
    answer = scratch / "answer.json"
    answer.unlink(missing_ok=True)
    ended = "the process that imported it left before the import was done"
    try:
        run_apart(
            [environment.python_executable, "-I", "-c", _IMPORTER, name, str(answer)],
            cwd=nowhere,
            env=clean_environment(scratch / "home", environment.make_extra_environ()),
            reach=Reach([scratch]),
            timeout_seconds=limit,
        )
    except ProgramFailed as failure:
        ended = f"the process that imported it {failure.outcome}"
    try:
        told: dict[str, object] = json.loads(answer.read_text("utf-8"))
    except (OSError, ValueError):
        return {"error": ended}
    return told
