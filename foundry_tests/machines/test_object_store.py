"""The store over a real S3 endpoint: what must happen once happens once, however many try.

Add here what a real object store shows and a folder does not.
Not here: what any store promises (test_store, test_medium).
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from foundry_assets.doctor.places import store as looked_at
from foundry_assets.home import Home
from foundry_assets.medium import Medium
from foundry_tests.machines.shared import STORE_SECRET, lacking, object_store

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(lacking()), reason=f"needs: {lacking()}")]
ROOT = "s3://foundry/releases"


@pytest.fixture
def endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An S3 endpoint that this process knows by its environment alone."""
    with object_store(tmp_path / "s3") as told:
        for name, text in told.items():
            monkeypatch.setenv(name, text)
        yield


def _created(who: int) -> list[bool]:
    medium = Medium.at(ROOT)
    return [medium.create(f"intents/{number}.json", str(who).encode()) for number in range(20)]


def test_one_of_several_machines_creates_an_object(endpoint: None) -> None:
    """Of writers in processes of their own one is told that it created the object; its bytes are there."""
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        told = [*zip(*pool.map(_created, range(3)), strict=True)]
    for number, each in enumerate(told):
        assert each.count(True) == 1
        assert Medium.at(ROOT).read(f"intents/{number}.json") == str(each.index(True)).encode()


def test_doctor_finds_the_store_good_and_tells_no_key(endpoint: None, tmp_path: Path) -> None:
    """The probe object is created once only, read and deleted; the key that opened the store is not shown."""
    (finding,) = looked_at(ROOT, place=Home(tmp_path))
    assert (finding.verdict, STORE_SECRET in str(finding)) == ("good", False)
