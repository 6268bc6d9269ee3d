"""Scratch folders are gone in the end, whatever happened in them.

Add here what may lie in a scratch folder.
Not here: what lies in the home (test_home).
"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from foundry_assets.sweeping import scratch_folder


def wait_for_sweepers() -> None:
    """Wait until no folder of this process is being removed."""
    for thread in threading.enumerate():
        if thread.name.startswith("sweeping "):
            thread.join(60)


def test_a_scratch_folder_is_removed_after_it_was_left() -> None:
    """Also where the work in it failed, and with files that nobody may write to."""
    with pytest.raises(ZeroDivisionError), scratch_folder("foundry-test-") as folder:
        (folder / "a").mkdir()
        (folder / "a" / "b").write_text("b")
        (folder / "a" / "b").chmod(0o400)
        raise ZeroDivisionError
    wait_for_sweepers()
    assert not folder.exists()


def test_a_scratch_folder_has_its_real_path_and_is_nobody_elses(tmp_path: Path) -> None:
    """Two that are there at once are two folders, each by the path that programs see."""
    with scratch_folder("foundry-test-") as one, scratch_folder("foundry-test-") as other:
        assert one != other
        assert (one.resolve(), other.resolve()) == (one, other)


def test_a_process_ends_only_after_its_folders_are_gone() -> None:
    """Its sweepers are no daemons: an interpreter waits for them."""
    with scratch_folder("foundry-test-") as folder:
        (folder / "file").touch()
    found = [thread for thread in threading.enumerate() if thread.name == f"sweeping {folder}"]
    assert not any(thread.daemon for thread in found)
