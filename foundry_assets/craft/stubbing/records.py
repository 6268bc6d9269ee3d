"""What is known about a module's stub: its text, what it gains for whom, why there is none.

Add here what people, later steps and later releases read of a proof.
Not here: how it came about (making, proving).
"""

from __future__ import annotations

from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

ModuleMode = Literal["auto", "full", "off"]


class ModuleProof(BaseModel):
    """One module's stub, empty where there is none, with `why`; counts are by checker, in symbols.

    `harm` counts what is worse with us than without us, which only `full` allows; `told` names some of it.
    `beside` stands for the stubs of modules that it imports, as they were when it was proven.
    """

    model_config = ConfigDict(frozen=True)

    module: str
    stub: str = ""
    why: str
    holes: int = 0
    filled: int = 0
    gains: dict[str, int] = {}
    widened: dict[str, int] = {}
    harm: dict[str, int] = {}
    told: tuple[str, ...] = ()
    beside: str = ""


class Proof(BaseModel):
    """What became of a distribution's stubs: module by module, and root by root for the markers.

    `withheld` maps an import root to the reason why it gets no marker; `asked` is the number of questions
    that every checker answered, before and after; `kept` counts modules whose proof was known from earlier.
    """

    model_config = ConfigDict(frozen=True)

    modules: tuple[ModuleProof, ...] = ()
    withheld: dict[str, str] = {}
    checkers: dict[str, str] = {}
    asked: int = 0
    kept: int = 0
    missing: tuple[str, ...] = ()
    seconds: float = 0.0

    def total(self, what: Literal["gains", "widened", "harm"], *, below: str = "") -> dict[str, int]:
        """Give a count summed over what is shipped, by checker; `below` narrows it to one import root."""
        sums = dict.fromkeys(self.checkers, 0)
        for module in self.modules:
            if any(_is_below(module.module, root) for root in self.withheld):
                continue
            if below and not _is_below(module.module, below):
                continue
            for checker, count in getattr(module, what).items():
                sums[checker] = sums.get(checker, 0) + count
        return sums


def _is_below(module: str, root: str) -> bool:
    return module == root or module.startswith(f"{root}.")


class Memory(Protocol):
    """What keeps proofs across releases: by the sha256 of all that an answer depends on."""

    def recall(self, key: str) -> ModuleProof | None:
        """Give what was kept under a key, or None."""

    def keep(self, key: str, proof: ModuleProof) -> None:
        """Keep a proof under a key; what is there already stays."""


class NoMemory:
    """Keeps nothing."""

    def recall(self, key: str) -> ModuleProof | None:  # noqa: ARG002
        """Give nothing."""
        return None

    def keep(self, key: str, proof: ModuleProof) -> None:
        """Keep nothing."""
