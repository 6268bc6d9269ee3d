"""Talking to a backend: what it warns of, and where that is heard.

Add here a promise about one hook and its answer.
Not here: what is made of the files that hooks deliver (test_builds).
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from foundry_assets.craft.building import build_sdist
from foundry_tests.craft.building.projects import with_own_backend

EPOCH = 1_600_000_000


def test_what_a_backend_warns_of_is_heard_and_stops_nothing(tmp_path: Path) -> None:
    """A hook's warning reaches the listener, and is no warning of this process, where all are errors."""
    body = """
        import tarfile, warnings
        warnings.warn("the old way")
        with tarfile.open(folder + "/demo-1.0.tar.gz", "w:gz") as made:
            made.add("pyproject.toml", "demo-1.0/pyproject.toml")
        return "demo-1.0.tar.gz"
    """
    heard: list[str] = []
    built = build_sdist(
        with_own_backend(tmp_path / "old", textwrap.dedent(body).strip()),
        tmp_path / "out",
        scratch=tmp_path / "s",
        epoch=EPOCH,
        on_line=heard.append,
    )
    assert built.path.name == "demo-1.0.tar.gz"
    assert "warning: the old way" in heard
