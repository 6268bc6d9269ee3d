"""Importing in a fresh environment: one name by a process of its own, or a look whether names are there.

Add here what such a process is asked and what it answers.
Not here: which names are imported (trying), and what an answer means (failures).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path

from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.sandbox import Reach, run_apart
from foundry_assets.subprocesses import ProgramFailed
from foundry_assets.surroundings import clean_environment

_IMPORTER = r"""
import importlib, json, os, re, sys, traceback
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
    causes = [error]  # a package may put its own words before those of the import that failed
    while causes[-1] is not None:
        causes.append(causes[-1].__cause__ or causes[-1].__context__)
    absent = [cause.name for cause in causes if isinstance(cause, ModuleNotFoundError)]
    wanted = re.match(r"cannot import name '(\w+)' from '([\w.]+)'", str(error))
    tell(error="".join(traceback.format_exception_only(type(error), error)).strip().splitlines()[-1],
         missing=absent[0] if absent and isinstance(error, ImportError) else None,
         wanted=f"{wanted[2]}.{wanted[1]}" if wanted and isinstance(error, ImportError) else None,
         file=file, line=line)
else:
    tell(error="")
os._exit(0)
"""
"""What a process runs to import one name; it leaves at once, since a thread of the package may never end."""
_LOOKER = """
import importlib, importlib.util, json, os, sys
packages, names, answer = json.loads(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
for package in packages:
    try:
        importlib.import_module(package)
    except BaseException:
        pass
absent = []
for name in names:
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        found = None if name == error.name or name.startswith(f"{error.name}.") else error
    except BaseException as error:
        found = error
    above, _, last = name.rpartition(".")
    if found is None and name not in sys.modules and not hasattr(sys.modules.get(above), last):
        absent.append(name)
with open(answer, "w", encoding="utf-8") as stream:
    json.dump(absent, stream)
os._exit(0)
"""
"""What a process runs to look for names, once the packages could make them; a doubt is no absence."""


class Importer:
    """Runs imports in an environment, in an empty folder, each within `limit_seconds`."""

    def __init__(self, environment: FreshEnvironment, scratch: Path, *, limit_seconds: float) -> None:
        self._environment = environment
        self._scratch = scratch
        self._limit_seconds = limit_seconds

    def answer_of(self, name: str) -> dict[str, object]:
        """Import one name and give what came of it; a crash or a hang is an answer too."""
        ended = self._run(_IMPORTER, [name])
        told = self._answer()
        return told if isinstance(told, dict) else {"error": ended}

    def absent(self, names: Collection[str], *, after: Sequence[str]) -> frozenset[str]:
        """Give those of the names that cannot be found, looking when the packages `after` were imported."""
        if not names:
            return frozenset()
        self._run(_LOOKER, [json.dumps(list(after)), json.dumps(sorted(names))])
        told = self._answer()
        return frozenset(told) if isinstance(told, list) else frozenset()

    def _run(self, program: str, words: list[str]) -> str:
        """Run a program of ours and say how it ended where it left no answer."""
        nowhere = self._scratch / "nowhere"
        nowhere.mkdir(parents=True, exist_ok=True)
        self._place.unlink(missing_ok=True)
        environment = self._environment
        try:
            run_apart(
                [environment.python_executable, "-I", "-c", program, *words, str(self._place)],
                cwd=nowhere,
                env=clean_environment(self._scratch / "home", environment.make_extra_environ()),
                reach=Reach([self._scratch]),
                timeout_seconds=self._limit_seconds,
            )
        except ProgramFailed as failure:
            return f"the process that imported it {failure.outcome}"
        return "the process that imported it left before the import was done"

    @property
    def _place(self) -> Path:
        return self._scratch / "answer.json"

    def _answer(self) -> object:
        try:
            return json.loads(self._place.read_text("utf-8"))
        except (OSError, ValueError):
            return None
