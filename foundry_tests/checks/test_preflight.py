"""The gate `index_would_accept_both_files` blocks what the run's own index refuses.

Add here how the target of a release changes what the gate does.
Not here: the rules themselves (craft/preflight).
"""

from __future__ import annotations

from pathlib import Path

from foundry_assets.evidence import verdicts
from foundry_assets.records import Verdict
from foundry_assets.settings import Mode
from foundry_tests.story_fixtures import House, quick_project

GATE = "index_would_accept_both_files"


def wordy_project(folder: Path) -> Path:
    """Give a project whose summary is longer than the public indexes take."""
    source = quick_project(folder)
    project = source / "pyproject.toml"
    lines = project.read_text("utf-8").splitlines()
    wordy = [f'description = "{"x" * 600}"' if line.startswith("description") else line for line in lines]
    project.write_text("\n".join(wordy), "utf-8")
    return source


def stored(house: House, mode: Mode = "release") -> Verdict:
    """Give the gate's verdict."""
    (found,) = [one for one in verdicts(house.shelf(mode=mode), ["wheel"]) if one.check == GATE]
    return found


def test_what_only_pypi_refuses_is_a_warning_elsewhere(house: House) -> None:
    """A release to the embedded index goes through, and says for the bytes of both files what PyPI would."""
    outcome = house.release(wordy_project(house.root / "source"))
    assert outcome.status == "published", outcome.message
    verdict, shelf = stored(house), house.shelf()
    assert verdict.judged == {asset: shelf.manifest(asset).sha256 for asset in ("wheel", "sdist")}
    assert (verdict.passed, verdict.severity) == (False, "WARN")
    assert verdict.message.count("PyPI would refuse this: story_quick-1.0") == 2


def test_a_rehearsal_for_a_public_index_blocks_as_the_release_would(house: House) -> None:
    """The target's rules count in a rehearsal; all faults of both files are told, and nobody is asked."""
    outcome = house.release(wordy_project(house.root / "source"), index="testpypi", mode="rehearse")
    assert outcome.status == "blocked", outcome.message
    assert GATE in outcome.message
    verdict = stored(house, "rehearse")
    assert verdict.blocks
    findings = verdict.details["findings"]
    assert isinstance(findings, list)
    assert [row["rule"] for row in findings if isinstance(row, dict)] == ["summary", "summary"]
    assert all(row["remedy"] and row["source"] for row in findings if isinstance(row, dict))
