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
from foundry_tests.launching.kept_counts import EVERY, kept_counts, register
from foundry_tests.ui.serving import wait_until


def test_counted_before_anyone_asks(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there at the start is counted, and what is registered later is, of every asset."""
    monkeypatch.setattr(counting, "_PAUSE_SECONDS", 0.05)
    register(instance, "a==1")
    assert kept_counts(instance) == []
    with counted(instance):
        wait_until(lambda: kept_counts(instance) == [*EVERY], "counted at the start", seconds=30)
        register(instance, "a==2")
        wait_until(lambda: kept_counts(instance) == [*EVERY], "counted again", seconds=30)
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
