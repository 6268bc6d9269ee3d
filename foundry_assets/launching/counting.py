"""How the partitions of every asset stand, counted by Dagster before a page asks.

Add here when it is counted.
Not here: the count itself, which is Dagster's, and the servers of the pages (cli/serving).
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import dagster as dg

from foundry_assets.release import PARTITION_SET, releases
from foundry_assets.settling import AT_INDEX, LINE

_PAUSE_SECONDS = 2.0
_SHARE = 20
"""Looking takes at most one part in so many of a processor's time, however many releases there are."""


@contextmanager
def counted(instance: dg.DagsterInstance) -> Iterator[None]:
    """Count anew, in a thread, whenever a release was registered while the context lasts.

    Dagster keeps what it counted until its set of partitions changes. Over fifty thousand releases it then
    counts for two seconds an asset, while the page waits that asked first; here nobody waits.
    """
    ends = threading.Event()
    thread = threading.Thread(target=_count, args=(instance, ends), name="counting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()


def _count(instance: dg.DagsterInstance, ends: threading.Event) -> None:
    known: Sequence[str] | None = None
    pause = 0.0
    while not ends.wait(pause):
        began, pause = time.monotonic(), _PAUSE_SECONDS
        with contextlib.suppress(Exception):  # it only spares waiting: what is wrong, the page tells
            keys = instance.get_dynamic_partitions(PARTITION_SET)
            pause = max(pause, _SHARE * (time.monotonic() - began))
            if keys != known:
                _count_each(instance, ends)
                known = keys


def _count_each(instance: dg.DagsterInstance, ends: threading.Event) -> None:
    """Have each asset counted, those first whose pages people open most: the last of the line."""
    for asset in reversed(LINE + AT_INDEX):
        if not ends.is_set():
            instance.get_status_by_partition(dg.AssetKey(asset), [], releases)
