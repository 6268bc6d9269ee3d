"""A process is told from every other by its name, and a dead one from a living one.

Add here another way in which a process can be over.
Not here: what becomes of its run (test_line_run, test_failed_releases, test_celery_hosts).
"""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from foundry_assets.launched import MACHINE_VARIABLE, machine
from foundry_assets.launching.processes import is_gone, process_name
from foundry_tests.ui.serving import is_posix, wait_until


def test_a_living_process_is_not_gone() -> None:
    """This one lives; its number with another beginning was somebody else's."""
    assert not is_gone(process_name())
    assert is_gone(f"{machine()} {os.getpid()} 1.0")


@pytest.mark.skipif(not is_posix(), reason="zombies")
def test_a_process_that_nobody_collects_is_gone() -> None:
    """In a container whose first process collects nobody, a killed worker stays a zombie for ever."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        found = psutil.Process(process.pid)
        name = f"{machine()} {process.pid} {found.create_time()}"
        assert not is_gone(name)
        process.kill()
        wait_until(lambda: found.status() == psutil.STATUS_ZOMBIE, "it is a zombie")
        assert is_gone(name)


def test_a_machine_may_have_a_name_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """FOUNDRY_MACHINE names it where the host name changes; the processes of other names are let be."""
    before = f"{machine()} {os.getpid()} 1.0"
    monkeypatch.setenv(MACHINE_VARIABLE, "worker one")
    assert process_name().split()[0] == "worker-one"
    assert not is_gone(before)
