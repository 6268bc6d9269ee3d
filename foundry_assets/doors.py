"""The doors through which a step reaches an index: the embedded one opened for it, any other as configured.

Add here what must stand open while an index is asked or sent to.
Not here: asking and sending.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from foundry_assets.catalog import Index
from foundry_assets.release_entry import THROWAWAY
from foundry_assets.steps import Step


@contextmanager
def open_index(step: Step) -> Iterator[Index]:
    """Give the index of this run, ready to be asked; the embedded one is served meanwhile."""
    if not step.index.is_local:
        yield step.index
        return
    from foundry_assets.embedded_index import embedded_index

    with embedded_index(step.bench.foundry.home.index, on_wait=lambda seconds: _tell(step, seconds)) as index:
        yield index


@contextmanager
def throwaway_index(step: Step) -> Iterator[Index]:
    """Give an embedded index of this step alone, gone afterwards: where a rehearsal really sends."""
    from foundry_assets.embedded_index import embedded_index

    with embedded_index(step.scratch / "index") as index:
        yield index.model_copy(update={"name": f"{THROWAWAY}{step.run_id[:8]}"})


def _tell(step: Step, seconds: float) -> None:
    step.say(f"waiting for another release at the embedded index ({seconds:.0f} s)")
