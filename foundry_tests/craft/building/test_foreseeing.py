"""What builds will require is asked for as they would ask; what is wrong with a source is not told here.

Add here another form of a source's table.
Not here: keeping environments (test_kept_environments).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from foundry_assets.craft.building.foreseeing import foresee_environment
from foundry_assets.craft.kept_environments import KeptEnvironments
from foundry_tests.craft.building.projects import SETUPTOOLS


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (SETUPTOOLS, [{"setuptools>=77"}]),
        ("[build-system]\nrequires = []\n", [set()]),
        ('[build-system]\nrequires = "hatchling"\n', []),
        ("[build-system]\nrequires = [1]\n", []),
        ("[build-system]\n", []),
        ("build-system = 1\n", []),
        ("[project]\n", []),
        ("[", []),
        (None, []),
    ],
)
def test_what_stands_in_the_table_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, asked: list[set[str]]
) -> None:
    """Only where a source says it; whatever else it says is the build's affair."""
    wanted: list[set[str]] = []

    def holding(kept: KeptEnvironments, requirements: Collection[str]) -> None:
        assert (kept.folder, kept.home) == (tmp_path / "kept", tmp_path / "home")
        wanted.append(set(requirements))

    monkeypatch.setattr(KeptEnvironments, "holding", holding)
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    foresee_environment(tmp_path, home=tmp_path / "home", kept=tmp_path / "kept")
    assert wanted == asked
