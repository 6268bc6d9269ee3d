"""The help teaches, fits a terminal, and comes at once.

Add here what `--help` must say.
Not here: what commands do.
"""

from __future__ import annotations

import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from foundry_assets.cli import foundry
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


def test_help_is_quick_because_no_heavy_library_is_loaded() -> None:
    """Importing the command line loads neither Dagster nor what builds, sends or draws."""
    heavy = ("dagster", "twine", "build", "rich", "requests", "pydantic", "pypiserver")
    code = f"import sys, foundry_assets.cli; print([name for name in {heavy!r} if name in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=environment_of_a_process(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
