"""Adding the typing signal to a staged copy: look, decide, prove, add stubs and markers, carry them along.

Add here the order of the steps, and what the four modes mean.
Not here: the decisions themselves (modules, markers, wishing, inclusion), and the proof (stubbing).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from packaging.utils import NormalizedName

from foundry_assets.craft.import_roots import read_backend
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.stubbing.checkers import CheckerFailed
from foundry_assets.craft.stubbing.records import Memory, Proof
from foundry_assets.craft.stubbing.wish import Wish, missing_checkers
from foundry_assets.craft.typing_signal.exports import unknown_stars
from foundry_assets.craft.typing_signal.figures import figures_of
from foundry_assets.craft.typing_signal.finding import Look, look_around, typing_files
from foundry_assets.craft.typing_signal.inclusion import Plan, carrier_of, plan_inclusion
from foundry_assets.craft.typing_signal.modules import modules_below, signal_of
from foundry_assets.craft.typing_signal.records import (
    Figures,
    Inclusion,
    MarkerSignal,
    ModuleSignal,
    TypingSignal,
)
from foundry_assets.craft.typing_signal.stub_package import (
    with_stub_packages,
)
from foundry_assets.craft.typing_signal.wishing import Rules, Shipped, wish_for
from foundry_assets.errors import BuildFailed


def add_typing_signal(
    tree: Path,
    *,
    distribution: NormalizedName,
    rules: Rules,
    scratch: Path | None = None,
    memory: Memory | None = None,
) -> TypingSignal:
    """Add stubs and markers to the staged copy in `tree`, in place, and edit settings that lose typing files.

    Nothing that existed is overwritten but include settings, whose files keep their shape; a tree with
    nothing to do stays byte for byte as it was, and twice does what once does. Checkers work in `scratch`;
    without it, or without checkers, only what the text alone proves is added. Proofs are kept in `memory`.
    Raises `MetadataUnreadable`.
    """
    backend = read_backend(tree)
    if rules.mode == "off":
        return TypingSignal(rules.mode, backend)
    return _Adding(tree, distribution, rules, backend, scratch).add(memory)


class _Adding:
    """One tree on its way from what its author wrote to what consumers get."""

    def __init__(
        self, tree: Path, distribution: NormalizedName, rules: Rules, backend: str, scratch: Path | None
    ) -> None:
        self.tree = tree
        self.scratch = scratch
        self.rules = rules
        self.backend = backend
        self.project = ProjectFiles(tree)
        self.missing = tuple(missing_checkers())
        self.trouble = ""
        self.looks = look_around(self.project, distribution, backend, rules.mode, proves=self._asks)
        self.shipped = [look.root for look in self.looks if look.is_shipped]

    def add(self, memory: Memory | None) -> TypingSignal:
        """Decide, prove, write."""
        wish = wish_for(self.project, [*self._wished()], self.rules)
        proof = self._proof(wish, memory)
        stubs, modules = self._stubs(wish, proof)
        markers = [_proven(look.marker, proof, self.trouble) for look in self.looks]
        before = figures_of(module for look in self.looks if look.is_shipped for module in look.modules)
        plan, markers = self._plan(markers, stubs)
        written = {path: text for path, text in stubs.items() if path in plan.carried}
        self._write(plan, markers, written)
        return TypingSignal(
            mode=self.rules.mode,
            backend=self.backend,
            modules=tuple(_held(module, plan) for module in modules),
            markers=tuple(markers),
            inclusions=tuple(Inclusion(edit.path, edit.change) for edit in plan.edits),
            carried=plan.carried,
            proof=proof,
            unasked=self._unasked(wish, proof),
            before=before,
            after=self._figures_after(written) if written else before,
        )

    def _proof(self, wish: Wish, memory: Memory | None) -> Proof | None:
        """Ask the checkers where there is something to ask; their failure leaves the package as it is."""
        if not self._asks or not (wish.wanted or wish.markable):
            return None
        from foundry_assets.craft.stubbing.making import make_stubs  # nothing of it where all is typed

        assert self.scratch is not None
        try:
            return make_stubs(wish, scratch=self.scratch, memory=memory)
        except (CheckerFailed, BuildFailed) as failure:
            self.trouble = f"the type checkers could not be asked: {str(failure).splitlines()[0]}"
            return None

    def _figures_after(self, stubs: Collection[str]) -> Figures:
        """Count again, a single module by its stub package."""
        spoken = {path.rpartition("-stubs/")[0]: path for path in stubs if "-stubs/" in path}
        modules = (m for look in self.looks if look.is_shipped for m in modules_below(self.tree, look.root))
        stems = ((module, module.source.removesuffix(".py")) for module in modules)
        return figures_of(replace(m, stub=spoken[stem]) if stem in spoken else m for m, stem in stems)

    @property
    def _asks(self) -> bool:
        return self.scratch is not None and not self.missing

    def _unasked(self, wish: Wish, proof: Proof | None) -> str:
        """Say why nobody was asked although there was something to ask; empty where somebody was."""
        if proof is not None or not (wish.wanted or wish.markable or self._doubted):
            return ""
        if self.missing:
            return f"{', '.join(self.missing)} not installed (pip install 'release-foundry[typing]')"
        return self.trouble or "no type checker was asked"

    @property
    def _doubted(self) -> bool:
        """Whether a marker was withheld that checkers might have found harmless."""
        return any(look.marker.decision == "withheld" and look.is_doubted for look in self.looks)

    def _wished(self) -> list[Shipped]:
        return [
            Shipped(look.root, look.modules, look.marker, look.stub_package)
            for look in self.looks
            if look.is_shipped and look.root.kind != "namespace"
        ]

    def _stubs(self, wish: Wish, proof: Proof | None) -> tuple[dict[str, str], list[ModuleSignal]]:
        """Give the stubs to write (path in the tree -> text), and what is told of every module."""
        proven = {found.module: found for found in proof.modules} if proof else {}
        stubs: dict[str, str] = {}
        signals: list[ModuleSignal] = []
        for look in self.looks:
            stars = unknown_stars(look.modules, look.root.name)
            for module in look.modules:
                signal = signal_of(module, unknown_star=stars.get(module.name, ""))
                found = proven.get(module.name)
                withheld = proof.withheld.get(look.root.name, "") if proof else ""
                if found is None or module.name not in wish.wanted:
                    signals.append(self._unproven(signal, look, module.name in wish.wanted))
                elif not found.stub or withheld:
                    why = f"no marker, so no stub: {withheld}" if withheld else found.why
                    signals.append(replace(signal, why=f"{signal.why}; {why}"))
                else:
                    path = look.stub_package.path if look.stub_package else f"{module.source}i"
                    stubs[path] = found.stub
                    signals.append(
                        ModuleSignal(module.source, "stub added", gain_of(found.gains, found.filled))
                    )
        return stubs, signals

    def _unproven(self, signal: ModuleSignal, look: Look, wanted: bool) -> ModuleSignal:
        """Say of a module that might have had a stub why nobody tried."""
        if wanted and not self._asks:
            return replace(signal, why=f"{signal.why}; no stub: no type checker was asked")
        if wanted and self.trouble:
            return replace(signal, why=f"{signal.why}; no stub: {self.trouble}")
        return look.without_stub(signal)

    def _plan(
        self, markers: Sequence[MarkerSignal], stubs: dict[str, str]
    ) -> tuple[Plan, list[MarkerSignal]]:
        """Plan how all typing files reach both archives; a marker that cannot is withheld."""
        there = [path for root in self.shipped for path in typing_files(self.tree, root)]
        added = [marker.path for marker in markers if marker.decision == "added"]
        single = [look for look in self.looks if look.stub_package and look.stub_package.path in stubs]
        project = with_stub_packages(self.project, self.backend, [look.root for look in single])
        roots = [*self.shipped, *(look.stub_package.root for look in single if look.stub_package)]
        carrier = carrier_of(project, self.backend, roots)
        plan = plan_inclusion(project, carrier, sorted({*there, *added, *stubs}))
        return plan, [_held_to(plan, marker) for marker in markers]

    def _write(self, plan: Plan, markers: Sequence[MarkerSignal], stubs: dict[str, str]) -> None:
        for edit in plan.edits:
            edit.write(self.tree)
        for path, text in stubs.items():
            place = self.tree / PurePosixPath(path)
            place.parent.mkdir(exist_ok=True)
            with place.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
        for marker in markers:
            if marker.decision == "added":
                (self.tree / marker.path).touch(exist_ok=False)


def gain_of(gains: dict[str, int], filled: int) -> str:
    """Say what a stub gains: symbols of which a checker knows more than without it."""
    told = ", ".join(f"{count} for {checker}" for checker, count in sorted(gains.items()) if count)
    return f"{filled} types filled in; symbols known better: {told or 'none'}"


def _proven(marker: MarkerSignal, proof: Proof | None, trouble: str) -> MarkerSignal:
    """Settle a marker that waits for a proof."""
    if not marker.needs_proof:
        return marker
    if proof is None:
        return replace(marker, decision="withheld", why=f"{marker.why}; {trouble}")
    if why := proof.withheld.get(marker.package):
        return replace(marker, decision="withheld", why=f"{marker.why}; with a marker {why}")
    lost = sum(proof.total("harm", below=marker.package).values())
    told = (
        f"with {lost} losses that `full` accepts" if lost else f"no loss seen by {', '.join(proof.checkers)}"
    )
    return replace(marker, why=f"{marker.why}; {told}")


def _held(module: ModuleSignal, plan: Plan) -> ModuleSignal:
    """Take a stub back in words that the archives would not carry."""
    if module.decision != "stub added" or f"{module.module}i" in plan.carried or _has_package(module, plan):
        return module
    return replace(
        module, decision="left alone", why="the project's settings leave a stub out of the archives"
    )


def _has_package(module: ModuleSignal, plan: Plan) -> bool:
    place = PurePosixPath(module.module)
    return str(place.parent / f"{place.stem}-stubs" / "__init__.pyi") in plan.carried


def _held_to(plan: Plan, marker: MarkerSignal) -> MarkerSignal:
    if marker.decision != "added" or marker.path in plan.carried:
        return marker
    return replace(
        marker, decision="withheld", why="the project's settings leave its package out of the archives"
    )
