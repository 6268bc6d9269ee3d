"""What a release's builds will require, got ready before they ask: the index takes a while to answer.

Add here another moment at which it can be known.
Not here: asking and keeping it (craft/building, craft/kept_environments), and threads (ahead).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from foundry_assets.ahead import begin_in
from foundry_assets.craft.building import foresee_environment
from foundry_assets.craft.kept_environments import kept_folder
from foundry_assets.places import Home


def foresee_builds(run_id: str, home: Home, source: Callable[[], object]) -> None:
    """Begin, once a run, to get ready what building a source requires.

    `source` is asked in a thread: it gives a folder, or anything else where nothing is known yet, or nothing
    will be built. What it raises, the steps tell.
    """
    begin_in(run_id, home, "sdist", "", partial(_foresee, source))


def _foresee(source: Callable[[], object], scratch: Path) -> None:
    if isinstance(found := source(), Path):
        foresee_environment(found, home=scratch, kept=kept_folder())
