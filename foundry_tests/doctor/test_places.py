"""A home or a store that would fail a release is told before the release.

Add here another way in which a place can fail.
Not here: Dagster's part of the home (test_history).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from foundry_assets.doctor import places
from foundry_assets.home import Home
from foundry_assets.medium import Medium
from foundry_tests.doctor.scene import by_check


def test_a_sound_home_is_left_as_it_is(home: Home) -> None:
    """Rights, room, locks and store are tried, and nothing of the trial stays."""
    home.store.mkdir()
    before = sorted(home.root.rglob("*"))
    looks = [places.home(home), places.locks(home), places.store(str(home.store), place=home)]
    found = by_check(finding for look in looks for finding in look)
    assert {check: finding.verdict for check, finding in found.items()} == dict.fromkeys(
        ("home", "room", "locks", "store"), "good"
    )
    assert [path for path in sorted(home.root.rglob("*")) if path.name != "blobs"] == before


def test_a_home_that_cannot_be_written_to_blocks(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own reason is told, and where else the home may be."""

    def refused(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("foundry_assets.doctor.places.tempfile.NamedTemporaryFile", refused)
    found = by_check(places.home(home))["home"]
    assert (found.verdict, "Permission denied" in found.found) == ("blocks", True)
    assert "FOUNDRY_HOME" in found.remedy


def test_a_home_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    """A home that is not there yet is looked at where it would be made."""
    (tmp_path / "file").write_text("")
    assert by_check(places.home(Home(tmp_path / "file" / "home")))["home"].verdict == "blocks"
    assert by_check(places.home(Home(tmp_path / "new" / "home")))["home"].verdict == "good"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


@pytest.mark.parametrize(
    ("free", "verdict"), [(1 << 20, "blocks"), (500 << 20, "warning"), (2 << 30, "good")]
)
def test_room_is_told_before_it_is_used_up(
    home: Home, monkeypatch: pytest.MonkeyPatch, free: int, verdict: str
) -> None:
    """Under 100 MiB blocks, under 1 GiB warns."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert by_check(places.home(home))["room"].verdict == verdict


def test_a_file_system_without_locks_warns(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that keeps nobody out is seen."""

    @contextmanager
    def everybody(*_: object) -> Iterator[bool]:
        yield True

    monkeypatch.setattr(Medium, "alone", everybody)
    assert by_check(places.locks(home))["locks"].verdict == "warning"


def test_an_object_store_is_written_read_and_emptied(home: Home) -> None:
    """A store by address is tried with an object that is gone afterwards."""
    root = "memory://doctor-probe"
    assert by_check(places.store(root, place=home))["store"].verdict == "good"
    assert Medium.at(root).below("") == []


@pytest.mark.parametrize(
    ("method", "told"),
    [("create", "second writer"), ("read", "does not give back"), ("remove", "still has what was deleted")],
)
def test_a_store_that_does_not_keep_its_word_blocks(
    home: Home, monkeypatch: pytest.MonkeyPatch, method: str, told: str
) -> None:
    """One that creates twice, forgets, or never deletes is told by what it does."""
    answer = {"create": True, "read": b"other", "remove": None}[method]
    monkeypatch.setattr(Medium, method, lambda *_: answer)
    found = by_check(places.store(f"memory://doctor-{method}", place=home))["store"]
    assert (found.verdict, told in found.found) == ("blocks", True)
