"""One trial of a wheel: a fresh environment, its dependencies, every public import, every module's text.

Add here what is found out by installing and importing.
Not here: which names there are (names), what is missing (judging), and what a failure means (failures).
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.specifiers import SpecifierSet

from foundry_assets.craft.building.archives import paths_in_wheel
from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.installing.binding import binding_options
from foundry_assets.craft.installing.extras import extras_with
from foundry_assets.craft.installing.failures import Explainer, ImportFailure, Origin
from foundry_assets.craft.installing.importing import Importer
from foundry_assets.craft.installing.judging import WEIGHTS, Judge, Missing
from foundry_assets.craft.installing.modules import WheelModules
from foundry_assets.craft.installing.names import importable_names
from foundry_assets.craft.installing.promises import programs_of, promised_modules
from foundry_assets.craft.installing.providers import Providers
from foundry_assets.craft.metadata import Core, read_metadata
from foundry_assets.errors import BuildFailed

IMPORT_LIMIT_SECONDS = 120.0


@dataclass(frozen=True)
class Tried:
    """What came of trying a wheel; `failed` empty means that it works.

    `imported` are the names that did import, `doubts` imports of other modules that find nothing or are found
    by chance, `optional` those of plug-ins and the like. `skipped` are names that were not tried (docs, tests
    and the like that lie at the top), `installed` every distribution -> version of the environment, `note`
    what people should know, `extras` those without which some name did not import.
    """

    imported: tuple[str, ...]
    failed: tuple[ImportFailure, ...]
    installed: dict[str, str]
    seconds: float
    doubts: tuple[ImportFailure, ...] = ()
    optional: tuple[ImportFailure, ...] = ()
    skipped: tuple[str, ...] = ()
    note: str = ""
    extras: tuple[str, ...] = ()


@dataclass(frozen=True)
class Around:
    """What is known around a wheel beside itself.

    `origin` is its source; `distributions` gives for import names the distributions of a catalog, `ordered`
    those of the batch order that it is released by; `main_module` is that of a package whose entry says all
    it needs, so that every module of it has to work.
    """

    origin: Origin = field(default_factory=Origin)
    distributions: Mapping[str, str] = field(default_factory=dict)
    main_module: str = ""
    ordered: Mapping[str, str] = field(default_factory=dict)


NOTHING_AROUND = Around()


def try_wheel(  # noqa: PLR0913 - all but the wheel are named, and each is one fact about this trial
    wheel: Path,
    *,
    scratch: Path,
    bound: Mapping[str, Path] | None = None,
    find_links: Sequence[Path] = (),
    around: Around = NOTHING_AROUND,
    import_limit_seconds: float = IMPORT_LIMIT_SECONDS,
    on_line: Callable[[str], None] | None = None,
) -> Tried:
    """Install a wheel with its dependencies in a fresh environment, import its public names, judge the rest.

    Dependencies come from the person's own index settings and `find_links` folders, but those that `bound`
    has a wheel for from that file alone. Each public top-level name is imported by its own process, in an
    empty folder, within `import_limit_seconds`; of all other modules the text is read. Raises `BuildFailed`
    or `MetadataUnreadable` only where the wheel itself cannot be read; that it does not install is in
    `failed`.
    """
    began = time.monotonic()
    core, names = read_metadata(wheel), importable_names(paths_in_wheel(wheel))
    refusal = _refused_by_python(core) or names.nothing_at_all(core, around.origin.tree)
    if refusal:
        return Tried((), (ImportFailure(wheel.name, refusal),), {}, time.monotonic() - began)
    wheels = [path.resolve() for path in (wheel, *(bound or {}).values())]
    environment = FreshEnvironment(
        scratch / "environment", home=scratch / "home", readable=wheels, on_line=on_line
    )
    options = [word for folder in find_links for word in ("--find-links", str(folder.absolute()))]
    options += binding_options(bound or {}, scratch / "bound")
    try:
        environment.install_wheel(wheel.resolve(), options=options, is_alone=not core.requires_dist)
    except BuildFailed as failure:
        told = ImportFailure(
            wheel.name, "it cannot be installed in a fresh environment", details=failure.details
        )
        return Tried((), (told,), {}, time.monotonic() - began)
    importer = Importer(environment, scratch, limit_seconds=import_limit_seconds)
    trial = _Trial(wheel, core, environment, importer, around)
    tried = trial.result(_with_main(names.tried, around.main_module), options)
    return replace(tried, seconds=time.monotonic() - began, skipped=names.skipped, note=names.note)


def _with_main(names: Sequence[str], main_module: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*names, *filter(None, [main_module])]))


def _refused_by_python(core: Core) -> str:
    here = platform.python_version()
    if core.requires_python and not SpecifierSet(core.requires_python).contains(here, prereleases=True):
        return f"it wants Python {core.requires_python}, and this is {here}: try it on a Python that it takes"
    return ""


@dataclass(frozen=True)
class _Trial:
    """A wheel that is installed, ready to be imported and judged."""

    wheel: Path
    core: Core
    environment: FreshEnvironment
    importer: Importer
    around: Around

    def result(self, names: Sequence[str], options: Sequence[str]) -> Tried:
        """Import the names, with an extra where that helps, and judge what all modules import."""
        tries = {name: self.importer.answer_of(name) for name in names}
        lacking = [str(answer["missing"]) for answer in tries.values() if answer.get("missing")]
        extras = extras_with(self.core, lacking)
        if extras and self._installs(f"{self.wheel.resolve()}[{','.join(extras)}]", options):
            again = [name for name, answer in tries.items() if answer.get("error")]
            tries |= {name: self.importer.answer_of(name) for name in again}
        modules = WheelModules.of(self.wheel)
        providers = Providers(
            self.core, self.around.distributions, self.environment.provided(), self.around.ordered
        )
        explainer = Explainer(modules, providers, self.around.origin)
        failed = [explainer.failure(name, answer) for name, answer in tries.items() if answer.get("error")]
        imported = tuple(name for name, answer in tries.items() if not answer.get("error"))
        judge = self._judge(modules, providers, names)
        told = {str(answer.get(key)) for answer in tries.values() for key in ("missing", "wanted")}
        missing = self._missing(judge, imported, told=told)
        judged = {
            weight: [explainer.missing(one) for one in missing if one.weight == weight] for weight in WEIGHTS
        }
        return Tried(
            imported,
            failed=(*failed, *judged["blocks"]),
            installed=dict(sorted(self.environment.installed().items())),
            seconds=0.0,
            doubts=(*judged["warns"], *map(explainer.borrowed, judge.undeclared())),
            optional=tuple(judged["told"]),
            extras=extras,
        )

    def _judge(self, modules: WheelModules, providers: Providers, names: Sequence[str]) -> Judge:
        everything = bool(self.around.main_module)
        promised = promised_modules(modules, names, programs_of(self.wheel), everything=everything)
        return Judge(modules, providers, promised, everything=everything)

    def _missing(self, judge: Judge, imported: Sequence[str], *, told: set[str]) -> list[Missing]:
        """Give what is missing beyond doubt and was not told by an import: each name where it is worst."""
        candidates = judge.candidates()
        absent = self.importer.absent({one.name for one in candidates}, after=imported)
        found: dict[str, Missing] = {}
        for one in sorted(candidates, key=lambda one: WEIGHTS.index(one.weight)):
            if one.name in absent and one.name not in told:
                found.setdefault(one.name, one)
        return list(found.values())

    def _installs(self, requirement: str, options: Sequence[str]) -> bool:
        try:
            self.environment.install([requirement], options=options)
        except BuildFailed:
            return False
        return True
