"""How partitions stand is counted before a page asks, and counting is nobody's trouble.

Add here another time at which it must have been counted.
Not here: that pages are quick then (benchmarks), and that `foundry ui` does it (ui/test_serving).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, cast

import dagster as dg
import pytest

from foundry_assets.launching import counting
from foundry_assets.launching.counting import counted
from foundry_assets.release import PARTITION_SET, releases
from foundry_assets.settling import AT_INDEX, LINE
from foundry_tests.ui.serving import wait_until

EVERY = LINE + AT_INDEX


def register(instance: dg.DagsterInstance, key: str) -> None:
    """Register a release and record all its assets as made."""
    instance.add_dynamic_partitions(PARTITION_SET, [key])
    for asset in EVERY:
        instance.report_runless_asset_event(dg.AssetMaterialization(asset_key=asset, partition=key))


def kept(instance: dg.DagsterInstance) -> list[str]:
    """Give the assets of which Dagster keeps a count that is of the releases as they are now."""
    wanted = releases.get_serializable_unique_identifier(instance)
    records = instance.get_asset_records([dg.AssetKey(asset) for asset in EVERY])
    told = {
        record.asset_entry.asset_key.to_user_string(): record.asset_entry.cached_status for record in records
    }
    return [asset for asset in EVERY if (of_it := told[asset]) and of_it.partitions_def_id == wanted]


def test_counted_before_anyone_asks(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there at the start is counted, and what is registered later is, of every asset."""
    monkeypatch.setattr(counting, "_PAUSE_SECONDS", 0.05)
    register(instance, "a==1")
    assert kept(instance) == []
    with counted(instance):
        wait_until(lambda: kept(instance) == [*EVERY], "counted at the start", seconds=30)
        register(instance, "a==2")
        assert kept(instance) == []
        wait_until(lambda: kept(instance) == [*EVERY], "counted again", seconds=30)
    assert not [thread for thread in threading.enumerate() if thread.name == "counting"]


class Watched:
    """An instance that tells what was asked of it, and may fail."""

    def __init__(self, keys: Callable[[], Sequence[str]]) -> None:
        self._keys = keys
        self.looks = 0
        self.counts: list[str] = []

    def get_dynamic_partitions(self, _name: str) -> Sequence[str]:
        """Look."""
        self.looks += 1
        return self._keys()

    def get_status_by_partition(self, key: dg.AssetKey, *_words: Any) -> dict[str, Any]:
        """Count."""
        self.counts.append(key.to_user_string())
        return {}


def test_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing is registered nothing is counted again, and the ends of the line come first."""
    monkeypatch.setattr(counting, "_PAUSE_SECONDS", 0.01)
    watched = Watched(lambda: ["a==1"])
    with counted(cast("dg.DagsterInstance", watched)):
        wait_until(lambda: watched.looks > 3, "looked often")
    assert watched.counts == [*reversed(EVERY)]


def test_a_history_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not answer ends nothing; it is counted as soon as it does."""
    monkeypatch.setattr(counting, "_PAUSE_SECONDS", 0.01)
    troubles = [OSError("away"), RuntimeError("locked")]

    def keys() -> Sequence[str]:
        if troubles:
            raise troubles.pop()
        return ["a==1"]

    watched = Watched(keys)
    with counted(cast("dg.DagsterInstance", watched)):
        wait_until(lambda: len(watched.counts) == len(EVERY), "counted after all")
    assert not troubles
