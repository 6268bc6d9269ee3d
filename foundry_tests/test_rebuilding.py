"""The summary can always be had again from the store, on a folder as on an object store, by any home over it.

Add here another way in which the file, or a part of it, gets lost.
Not here: what a person is told (cli/test_summary), and other writers of the file (craft/summary).
"""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path

import pytest

from foundry_assets import evidence
from foundry_assets.craft.summary import ReleaseEntry, read_entries, write_entries
from foundry_assets.errors import Status
from foundry_assets.home import Foundry, Home
from foundry_assets.rebuilding import Rebuilt, rebuild, shelves
from foundry_assets.release import Release
from foundry_assets.release_entry import ENTRY
from foundry_assets.settling import anchor, settle
from foundry_assets.store import ArtefactStore, Shelf
from foundry_assets.verifying import verify
from foundry_tests.craft.summary.entries import THEIRS, read

RELEASED = ("one==1.0", "two==1.0", "two==2.0rc1")
REHEARSED = ("two==2.0rc1",)
KEYS = {*RELEASED, *(f"{key} (rehearsal)" for key in REHEARSED)}


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, home: Home) -> ArtefactStore:
    """A store in the home's folder, and an object store that lives in memory."""
    memory = f"memory://{uuid.uuid4().hex}/foundry"
    return ArtefactStore(root=str(home.store) if request.param == "folder" else memory)


def end(home: Home, shelf: Shelf, status: Status, run_id: str = "run") -> ReleaseEntry:
    """End a run of a release."""
    settled = settle(
        home=home,
        shelf=shelf.of_run(run_id),
        index="local",
        status=status,
        message=f"it is {status}",
        run_id=run_id,
        began_at=0.0,
        is_rehearsal=shelf.title != str(shelf.release),
    )
    return settled.entry


@pytest.fixture
def ended(home: Home, store: ArtefactStore) -> dict[str, ReleaseEntry]:
    """Releases and a rehearsal that ended in this home."""
    told = {key: end(home, store.shelf(Release.parse(key)), "blocked") for key in RELEASED}
    for key in REHEARSED:
        told[f"{key} (rehearsal)"] = end(home, store.shelf(Release.parse(key), rehearsal=True), "failed")
    return told


def lose(home: Home) -> None:
    """Lose the summary, all that lies beside it, and the pages."""
    for path in home.root.glob("make_all_summary*"):
        path.unlink()
    shutil.rmtree(home.change_control)


def test_each_end_leaves_one_object_a_release(
    home: Home, store: ArtefactStore, ended: dict[str, ReleaseEntry]
) -> None:
    """The store alone knows every release and rehearsal that was settled, and what was told of it."""
    found = list(shelves(store))
    assert {shelf.title for shelf in found} == KEYS
    for shelf in found:
        kept = shelf.read(ENTRY, ReleaseEntry)
        assert kept == ended[shelf.title].model_copy(update={"ledger": None})


def test_a_lost_summary_comes_back_as_it_was(
    home: Home, store: ArtefactStore, ended: dict[str, ReleaseEntry]
) -> None:
    """Entries, pages and the page that lists them are those that were lost; nothing goes to the store."""
    pages = {path: path.read_text("utf-8") for path in home.change_control.rglob("*.md")}
    before = {shelf.title: shelf.places() for shelf in shelves(store)}
    lose(home)
    rebuilt = rebuild(home, store)
    assert (set(rebuilt.written), rebuilt.found) == (KEYS, len(KEYS))
    assert (rebuilt.unchanged, rebuilt.elsewhere, rebuilt.unreadable, rebuilt.remark) == ((), (), (), "")
    assert read_entries(home.summary) == ended
    assert {path: path.read_text("utf-8") for path in home.change_control.rglob("*.md")} == pages
    assert {shelf.title: shelf.places() for shelf in shelves(store)} == before
    read(home.summary)
    again = rebuild(home, store)
    assert (again.written, set(again.unchanged)) == ((), KEYS)


def test_another_home_over_the_same_store_gets_all_of_it(
    home: Home, store: ArtefactStore, ended: dict[str, ReleaseEntry], tmp_path: Path
) -> None:
    """A machine that shares the store tells the same releases, with pages of its own, and they verify."""
    second = Home(tmp_path / "second").prepare()
    rebuild(second, store)
    entries = read_entries(second.summary)
    assert set(entries) == KEYS
    for shelf in shelves(store):
        entry = entries[shelf.title]
        assert Path(entry.change_control).is_relative_to(second.root)
        found = verify(shelf, Foundry(home_folder=str(second.root)), entry=entry)
        assert found.findings == (), found.findings


def test_other_peoples_keys_and_unknown_entries_stay(
    home: Home, store: ArtefactStore, ended: dict[str, ReleaseEntry]
) -> None:
    """What others keep in the file stays, an entry that the store does not know too, and is told."""
    document = json.loads(home.summary.read_bytes()) | {"zebra": THEIRS["zebra"]}
    releases = document["artifacts"]["release_assembly"]["releases"]
    releases["elsewhere==1.0"] = releases["one==1.0"] | {"name": "elsewhere"}
    del releases["two==1.0"]
    releases["one==1.0"]["message"] = "edited by somebody"
    home.summary.write_text(json.dumps(document), encoding="utf-8")
    rebuilt = rebuild(home, store)
    assert set(rebuilt.written) == {"one==1.0", "two==1.0"}
    assert rebuilt.elsewhere == ("elsewhere==1.0",)
    entries = read_entries(home.summary)
    assert set(entries) == KEYS | {"elsewhere==1.0"}
    assert entries["one==1.0"] == ended["one==1.0"]
    assert read(home.summary)["zebra"] == THEIRS["zebra"]


def test_a_broken_file_is_set_aside_and_told(
    home: Home, store: ArtefactStore, ended: dict[str, ReleaseEntry]
) -> None:
    """What is no summary any more is kept under another name, and all entries are written anew."""
    home.summary.write_bytes(b"{ no more")
    rebuilt = rebuild(home, store)
    assert set(read_entries(home.summary)) == KEYS
    assert "set-aside" in rebuilt.remark


def test_a_record_that_cannot_be_read_is_told_and_stops_nothing(
    home: Home, store: ArtefactStore, ended: dict[str, ReleaseEntry]
) -> None:
    """One damaged entry in the store leaves the others, and the file's own word about that release."""
    store.medium.replace(f"one/1.0/{ENTRY}", b"{")
    rebuilt = rebuild(home, store)
    (told,) = rebuilt.unreadable
    assert "one==1.0" in told
    assert read_entries(home.summary) == ended


def test_a_cut_ledger_is_not_covered_up(
    home: Home, store: ArtefactStore, ended: dict[str, ReleaseEntry]
) -> None:
    """Where the ledger no longer holds what the file told, the file goes on telling it."""
    shelf = store.shelf(Release.parse("one==1.0"))
    numbers = shelf.ledger.numbers()
    for number in numbers[-2:]:
        _remove(store, f"one/1.0/ledger/{number:08}.json")
    document = json.loads(home.summary.read_bytes())
    document["artifacts"]["release_assembly"]["releases"]["one==1.0"]["message"] = "edited"
    home.summary.write_text(json.dumps(document), encoding="utf-8")
    rebuild(home, store)
    entry = read_entries(home.summary)["one==1.0"]
    assert entry.ledger is not None
    assert [past.lines for past in entry.ledger.contradicts] == [len(numbers)]
    found = verify(shelf, Foundry(home_folder=str(home.root)), entry=entry)
    assert found.status == "differs"


def _remove(store: ArtefactStore, key: str) -> None:
    medium = store.medium
    medium._fs.rm_file(medium._place(key))


def test_a_run_that_settles_meanwhile_is_not_overwritten(
    home: Home, store: ArtefactStore, ended: dict[str, ReleaseEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that became newer while the store was read stays, and so does its page."""
    lose(home)
    shelf = store.shelf(Release.parse("one==1.0"))
    real = home.summary

    def late(path: Path, entries: dict[str, ReleaseEntry], *, only_newer: bool) -> object:
        end(home, shelf, "held", "later")
        return real_write(path, entries, only_newer=only_newer)

    from foundry_assets import rebuilding

    real_write = write_entries
    monkeypatch.setattr(rebuilding, "write_entries", late)
    rebuild(home, store)
    assert read_entries(real)["one==1.0"].status == "held"
    assert "**held**" in (home.change_control / "one-1.0.md").read_text("utf-8")
    assert set(read_entries(real)) == KEYS


def test_nothing_in_the_store_is_nothing_to_rebuild(home: Home, store: ArtefactStore) -> None:
    """An empty store, and whatever else lies in a store, gives no entry."""
    store.medium.replace("blobs/sha256/ab/abcd", b"bytes")
    store.medium.replace("_proofs/typing/ab/ab.json", b"{}")
    store.medium.replace("Odd_Name/1.0/summary.json", b"{}")
    store.medium.replace("one/1.0.0-odd/summary.json", b"{}")
    rebuilt = rebuild(home, store)
    assert rebuilt == Rebuilt(home.summary, (), (), (), (), "")


def test_a_correction_from_another_machine_is_told_in_its_own_home(
    home: Home, store: ArtefactStore, ended: dict[str, ReleaseEntry], tmp_path: Path
) -> None:
    """Who lifts a hold of a release that this home never saw has its entry and page here at once."""
    shelf = store.shelf(Release.parse("one==1.0")).of_run("person")
    evidence.place_hold(shelf, "local", because="no answer", files=[], run_id="run")
    second = Home(tmp_path / "second").prepare()
    evidence.lift_hold(shelf, "local", because="asked: nothing there", by="ada")
    anchor(second, shelf)
    assert set(read_entries(second.summary)) == {"one==1.0"}
    page = (second.change_control / "one-1.0.md").read_text("utf-8")
    assert "asked: nothing there" in page
