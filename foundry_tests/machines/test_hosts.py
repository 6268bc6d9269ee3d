"""The machines of these tests are what they are said to be: no disk is shared, and only known names come in.

Add here what the tests of several machines take for granted of a machine.
Not here: releasing on them (test_fifty_releases).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from foundry_tests.machines.hosts import Machine

_READ = "import sys; print(open(sys.argv[1]).read())"


def _read(machine: Machine, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _READ, str(file)],
        env=machine.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_machine_cannot_read_another_ones_disk(tmp_path: Path) -> None:
    """Each Python that works for a machine may open its own files, and fails at those of another machine."""
    (tmp_path / "origin").mkdir()
    north, south = (
        Machine(name, tmp_path / "machines" / name, {}).set_up(tmp_path / "origin", "telemetry: {}\n")
        for name in ("north", "south")
    )
    settings = Path("foundry", "dagster", "dagster.yaml")
    assert _read(north, north.folder / settings).stdout.strip() == "telemetry: {}"
    refused = _read(north, south.folder / settings)
    assert refused.returncode != 0
    assert "no other machine's disk is here" in refused.stderr


def test_a_machine_has_no_credential_but_those_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the tests' own environment holds of databases, stores, queues and indexes stays outside."""
    for name in ("PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "CELERY_BROKER_URL", "TWINE_PASSWORD"):
        monkeypatch.setenv(name, "from outside")
    machine = Machine("north", tmp_path, {"PGPASSWORD": "given"})
    assert "from outside" not in machine.environment.values()
    assert machine.environment["PGPASSWORD"] == "given"
    assert "given" not in repr(machine)
