"""The help teaches, fits a terminal, and comes at once.

Add here what `--help` must say.
Not here: what commands do.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from foundry_assets.cli import foundry
from foundry_assets.craft.summary import write_entry
from foundry_tests.craft.summary.entries import KEY, entry
from foundry_tests.story_fixtures import environment_of_a_process


@pytest.mark.parametrize("name", [None, *sorted(foundry.commands)])
def test_every_command_explains_itself_within_80_columns(name: str | None) -> None:
    """Each `--help` begins with a sentence, gives every option its own words, and folds nothing badly."""
    told = CliRunner().invoke(foundry, [name, "--help"] if name else ["--help"], terminal_width=80)
    assert told.exit_code == 0
    assert max(map(len, told.output.splitlines())) <= 80
    assert "\\b" not in told.output
    command = foundry.commands[name] if name else foundry
    assert (command.help or "").strip().split("\n")[0].endswith((".", ":"))
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_the_first_help_names_every_command() -> None:
    """`foundry` without words shows how to begin, and each command in a line."""
    told = CliRunner().invoke(foundry, [], terminal_width=80).output
    assert re.search(r"^    foundry demo  +releases three packages", told, re.MULTILINE)
    for name, command in foundry.commands.items():
        assert f"  {name}" in told
        assert "..." not in command.get_short_help_str(limit=63), f"{name}: its first sentence is too long"


def loaded(code: str, heavy: Sequence[str], home: Path) -> str:
    """Run some lines in a process of their own, and give which of the heavy libraries they loaded."""
    tell = f"print([name for name in {heavy!r} if name in sys.modules], file=sys.__stdout__)"
    told = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{tell}"],
        env=environment_of_a_process() | {"FOUNDRY_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.splitlines()[-1]


BUILDS_OR_SENDS = ("build", "cyclonedx", "docutils", "pypiserver", "twine")


def test_help_is_quick_because_no_heavy_library_is_loaded(tmp_path: Path) -> None:
    """Importing the command line loads neither Dagster nor what builds, sends or draws."""
    heavy = (*BUILDS_OR_SENDS, "dagster", "rich", "requests", "pydantic")
    assert loaded("import foundry_assets.cli", heavy, tmp_path) == "[]"


@pytest.mark.parametrize("words", [["status"], ["status", "--json"], ["summary"], ["schema", "summary"]])
def test_looking_at_the_summary_loads_no_dagster(tmp_path: Path, words: list[str]) -> None:
    """What a shell's prompt may ask is read without Dagster, and without what builds, sends or draws."""
    file = tmp_path / "make_all_summary.json"
    write_entry(file, KEY, entry())
    code = f"from foundry_assets.cli import foundry\nfoundry.main({words!r}, standalone_mode=False)"
    assert loaded(code, (*BUILDS_OR_SENDS, "dagster", "rich", "requests"), tmp_path) == "[]"


@pytest.mark.parametrize("module", ["verifying", "exporting", "rebuilding", "attesting", "settling"])
def test_evidence_is_read_without_what_made_it(tmp_path: Path, module: str) -> None:
    """Verifying, exporting and rebuilding load nothing that builds or sends."""
    assert loaded(f"import foundry_assets.{module}", BUILDS_OR_SENDS, tmp_path) == "[]"
