"""Who or what launched a run, as its tags tell, and as whom it works.

Add here another way in which a run can come about.
Not here: launching (launching), and showing it (Change Control).
"""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Mapping

from foundry_assets.craft.summary.form import EntryLaunch

LAUNCHER = "launcher"
"""The run tag in which the foundry itself says who asked: the command line, the driver, a batch order."""
INDEX_TAG = "foundry/index"
"""The run tag that says where a release goes whose form leaves it open: a form knows the indexes that there
were when the definitions were loaded, and a sensor may launch for one that came later."""
MACHINE_VARIABLE = "FOUNDRY_MACHINE"
"""The environment variable that names this machine where its host name changes or is not its own."""
_UI = "dagster/from_ui"
_BY_DAGSTER = {
    "dagster/sensor_name": "sensor",
    "dagster/schedule_name": "schedule",
    "dagster/backfill": "backfill",
    "dagster/from_automation_condition": "automation",
}
"""Dagster's own tags, which no launch form can leave out; their values are names."""


def launch_of(tags: Mapping[str, str]) -> EntryLaunch:
    """Give who or what a run's tags name, with the account and the machine of this process."""
    by, name = _by(tags)
    return EntryLaunch(by=by, name=name, account=account(), machine=machine())


def _by(tags: Mapping[str, str]) -> tuple[str, str]:
    for tag, by in _BY_DAGSTER.items():
        if tag in tags:
            return by, tags[tag]
    if tags.get(LAUNCHER):
        return tags[LAUNCHER], ""
    return ("ui", "") if _UI in tags else ("Dagster", "")


def account() -> str:
    """Give the account that this process works as; "" on a machine that has no name for it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def machine() -> str:
    """Name this machine: as FOUNDRY_MACHINE says, else by its host name; a name without spaces."""
    return "-".join((os.environ.get(MACHINE_VARIABLE) or socket.gethostname()).split())
