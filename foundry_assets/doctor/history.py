"""Dagster's part of the home: its settings beside ours, its tables, its daemon, and runs that hang.

Add here what of Dagster's instance can keep a release from being launched, or let two be launched at once.
Not here: mending any of it.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from foundry_assets.doctor.findings import Finding, kind_of
from foundry_assets.home import Home
from foundry_assets.launching.stopped_runs import lost_runs

_LONG_SECONDS = 7200.0
_WAITING = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]
_AT_WORK = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def settings(place: Home) -> Iterator[Finding]:
    """Tell which of the settings that the foundry would write are missing from a user's own file."""
    file = place.dagster / "dagster.yaml"
    if not file.is_file():
        return
    try:
        theirs = yaml.safe_load(file.read_bytes())
    except (yaml.YAMLError, OSError) as error:
        # A parser's own message quotes lines of the file, and a database's password may stand there.
        yield Finding(
            "dagster.yaml", "blocks", f"{file} cannot be read ({kind_of(error)})", "mend or remove it"
        )
        return
    ours, own = _flat(_ours()), _flat(theirs if isinstance(theirs, dict) else {})
    lacking = [f"{key}: {value}" for key, value in ours.items() if own.get(key) != value]
    if lacking:
        remedy = "take them over, or know why not; the foundry leaves your file as it is"
        yield Finding("dagster.yaml", "warning", "lacks " + ", ".join(lacking), remedy)
    else:
        yield Finding("dagster.yaml", "good", "holds all that the foundry relies on")


def instance(place: Home) -> Iterator[Finding]:
    """Open the instance, and look at its tables, its daemon and its runs."""
    if not (place.dagster / "dagster.yaml").is_file():
        yield Finding("Dagster", "good", f"{place.dagster} (is made when it is first needed)")
        return
    with contextlib.ExitStack() as stack:
        try:
            opened = stack.enter_context(dg.DagsterInstance.from_config(str(place.dagster)))
            schema = yaml.safe_load(opened.schema_str())["schema"]
        except Exception as error:
            remedy = f"with DAGSTER_HOME={place.dagster}: dagster instance info"
            yield Finding("Dagster", "blocks", f"its history does not open ({kind_of(error)})", remedy)
            return
        yield _schema(schema, place)
        yield from _daemon(opened)
        yield from _runs(opened)


def _schema(schema: Mapping[str, Mapping[str, str] | None], place: Home) -> Finding:
    old = [name for name, found in schema.items() if found and found["current"] != found["latest"]]
    if not old:
        return Finding("Dagster", "good", f"{place.dagster} opens, its tables are up to date")
    remedy = f"back it up; then, with DAGSTER_HOME={place.dagster}: dagster instance migrate"
    return Finding("Dagster", "blocks", f"older tables in {', '.join(old)}", remedy)


def _daemon(opened: dg.DagsterInstance) -> Iterator[Finding]:
    statuses = opened.get_daemon_statuses()
    beating = [status for status in statuses.values() if status.last_heartbeat is not None]
    ill = sorted(status.daemon_type for status in beating if not status.healthy)
    failed = [
        status.daemon_type for status in beating if status.last_heartbeat and status.last_heartbeat.errors
    ]
    if not beating or len(ill) == len(beating):
        found = "not at work: launches from the browser, schedules and sensors wait until it is"
        yield Finding("daemon", "good", found, "to have it: foundry ui")
    elif ill or failed:
        found = f"part of it does not answer or tells errors: {', '.join(sorted({*ill, *failed}))}"
        yield Finding(
            "daemon", "warning", found, "read what it said in dagster/ui.log of the home; start it again"
        )
    else:
        yield Finding("daemon", "good", "at work")


def _runs(opened: dg.DagsterInstance) -> Iterator[Finding]:
    lost = [_named(run) for run in lost_runs(opened)]
    records = opened.get_run_records(dg.RunsFilter(statuses=_AT_WORK), limit=100)
    now = time.time()
    long = [
        _named(record.dagster_run)
        for record in records
        if now - (record.start_time or record.create_timestamp.timestamp()) > _LONG_SECONDS
    ]
    waiting = opened.get_runs_count(dg.RunsFilter(statuses=_WAITING))
    if lost:
        found = f"shown at work, but their process is gone: {', '.join(lost)}"
        yield Finding("runs", "warning", found, "foundry ui closes them when it starts")
    elif long:
        found = f"at work for more than two hours: {', '.join(long)}"
        remedy = "look at them in foundry ui; one whose process is gone can be ended there"
        yield Finding("runs", "warning", found, remedy)
    else:
        yield Finding("runs", "good", f"none hangs, {waiting} wait")


def _named(run: dg.DagsterRun) -> str:
    return run.tags.get("dagster/partition", run.run_id)


def _ours() -> Any:
    """Give the settings that the foundry writes into a fresh home."""
    with tempfile.TemporaryDirectory() as folder:
        return yaml.safe_load((Home(Path(folder)).prepare().dagster / "dagster.yaml").read_bytes())


def _flat(settings: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Give settings by their dotted keys."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        name = f"{before}{key}"
        found |= _flat(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return found
