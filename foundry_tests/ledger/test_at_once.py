"""Writers at once, in threads, processes and on machines of their own, lose no line and fork no ledger.

Add here another way for writers to meet.
Not here: writers that are killed (test_killed).
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import BaseModel

from foundry_assets.ledger import writing
from foundry_assets.medium import Medium
from foundry_assets.store import Shelf
from foundry_tests.faults.killing import CONTEXT
from foundry_tests.ledger.rows import Machines, findings_of, forget, lines_of, shelf_in

WRITERS, FACTS = 6, 12


class Note(BaseModel):
    """A record of these tests."""

    text: str


@pytest.fixture(params=["folder", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a store: a folder, and an object store that lives in memory."""
    return str(tmp_path / "store") if request.param == "folder" else f"memory://{uuid.uuid4().hex}"


def told_apart(monkeypatch: pytest.MonkeyPatch, at: Callable[[], str]) -> Machines:
    """Let this process be several machines; `at` says which one is at work."""
    machines = Machines(at=at)
    monkeypatch.setattr(writing, "tail_of", machines.tail_of)
    monkeypatch.setattr(writing, "this_writer", machines.this_writer)
    return machines


def write_facts(shelf: Shelf, name: str) -> int:
    """Write facts of one's own, facts that everybody overwrites, and some that only one may create.

    Gives how many of those were created.
    """
    created = 0
    for number in range(FACTS):
        shelf.write(f"own/{name}/{number}.json", Note(text=name))
        shelf.write("shared/newest.json", Note(text=f"{name} {number}"))
        created += shelf.create(f"once/{number}.json", Note(text=name))
    return created


def assert_whole(shelf: Shelf, created: int) -> None:
    """Assert that every fact has its line, that the row is whole, and that what is stored is the newest."""
    forget()
    assert findings_of(shelf) == []
    assert created == FACTS
    places = [line.place for line in lines_of(shelf) if line.is_claim]
    own = [place for place in places if place.startswith("own/")]
    assert len(own) == len(set(own)) == WRITERS * FACTS
    assert places.count("shared/newest.json") >= WRITERS * FACTS
    assert {f"once/{number}.json" for number in range(FACTS)} <= set(places)


def test_threads_at_once(root: str) -> None:
    """Threads of one process share what it knows of the ledger."""
    with ThreadPoolExecutor(WRITERS) as pool:
        created = sum(pool.map(lambda name: write_facts(shelf_in(root), str(name)), range(WRITERS)))
    assert_whole(shelf_in(root), created)


def test_machines_at_once(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines know nothing of one another: creating the next number is all that is between them."""
    here = threading.local()
    told_apart(monkeypatch, lambda: here.name)
    start = threading.Barrier(WRITERS)

    def work(number: int) -> int:
        here.name = f"machine {number}"
        start.wait()
        return write_facts(shelf_in(root), str(number))

    with ThreadPoolExecutor(WRITERS) as pool:
        created = sum(pool.map(work, range(WRITERS)))
    here.name = "somebody who looks"
    assert len({line.writer for line in lines_of(shelf_in(root))}) == WRITERS
    assert_whole(shelf_in(root), created)


def _work(root: str, name: str, results: object) -> None:
    results.put(write_facts(shelf_in(root), name))  # type: ignore[attr-defined]


def test_processes_at_once(tmp_path: Path) -> None:
    """Processes over one folder."""
    results = CONTEXT.SimpleQueue()
    workers = [
        CONTEXT.Process(target=_work, args=(str(tmp_path), str(number), results)) for number in range(WRITERS)
    ]
    for worker in workers:
        worker.start()
    created = sum(results.get() for _ in workers)
    for worker in workers:
        worker.join(30)
        worker.close()
    results.close()
    assert_whole(shelf_in(tmp_path), created)


@pytest.mark.parametrize("action", ["write", "create"])
def test_a_line_that_was_taken_back_too_early_is_said_again(
    root: str, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    """Somebody settles between a slow writer's line and its record: in the end it is told."""
    machines = told_apart(monkeypatch, lambda: "slow")
    shelf = shelf_in(root)
    shelf.write("notes/0.json", Note(text="before"))
    acts = {"write": "replace", "create": "create"}
    act = getattr(Medium, acts[action])
    others = iter(["quick"])

    def slowly(medium: Medium, key: str, data: bytes) -> object:
        for _ in others if key.endswith("notes/1.json") else ():
            machines.at = lambda: "quick"
            shelf_in(root).ledger.settle()
            machines.at = lambda: "slow"
        return act(medium, key, data)

    monkeypatch.setattr(Medium, acts[action], slowly)
    getattr(shelf, action)("notes/1.json", Note(text="one"))
    kinds = [line.kind for line in lines_of(shelf)]
    assert kinds == ["note", "note", "taken back", "settled", "note"]
    assert findings_of(shelf) == []


def test_a_record_that_came_while_it_was_taken_back_is_found(
    root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow writer had looked already when its line was taken back: whoever took it back tells it again."""
    machines = told_apart(monkeypatch, lambda: "slow")
    shelf, key = shelf_in(root), "demo-pkg/1.0/notes/1.json"
    ledger = shelf.ledger
    line = ledger._announce("notes/1.json", b"{}", "note")
    machines.at = lambda: "quick"
    create = Medium.create

    def arriving(medium: Medium, place: str, data: bytes) -> bool:
        if b"taken back" in data:
            medium.replace(key, b"{}")
        return create(medium, place, data)

    monkeypatch.setattr(Medium, "create", arriving)
    shelf_in(root).ledger.settle()
    kinds = [(told.kind, told.takes_back) for told in lines_of(shelf)]
    assert kinds == [("note", 0), ("taken back", line.seq), ("found", 0), ("settled", 0)]
    assert [found.weight for found in findings_of(shelf)] == ["note"]


def test_who_begins_a_ledger_at_the_same_time_takes_no_record_for_an_old_one(
    root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine writes the first line and its record after this one saw that there is no line."""
    machines = told_apart(monkeypatch, lambda: "slow")
    shelf_in(root).ledger.kept.replace("demo-pkg/1.0/notes/old.json", b"{}")
    below, others = Medium.below, iter(["quick"])

    def slowly(medium: Medium, key: str) -> list[str]:
        for _ in others:
            machines.at = lambda: "quick"
            shelf_in(root).write("notes/0.json", Note(text="quick"))
            machines.at = lambda: "slow"
        return below(medium, key)

    monkeypatch.setattr(Medium, "below", slowly)
    shelf_in(root).write("notes/1.json", Note(text="slow"))
    assert [(line.kind, line.place) for line in lines_of(shelf_in(root))] == [
        ("found", "notes/old.json"),
        ("note", "notes/0.json"),
        ("note", "notes/1.json"),
    ]


def test_overtaken_while_writing_the_later_word_is_what_is_stored(
    root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two write the same record; the first line's bytes arrive last: the ledger ends with what is stored."""
    machines = told_apart(monkeypatch, lambda: "slow")
    replace = Medium.replace

    def overtaken(medium: Medium, key: str, data: bytes) -> None:
        if machines.at() == "slow" and len(lines_of(shelf_in(root))) == 1:
            machines.at = lambda: "quick"
            shelf_in(root).write("notes/1.json", Note(text="quick"))
            machines.at = lambda: "slow"
        replace(medium, key, data)

    monkeypatch.setattr(Medium, "replace", overtaken)
    shelf_in(root).write("notes/1.json", Note(text="slow"))
    assert shelf_in(root).read("notes/1.json", Note) == Note(text="slow")
    assert [line.writer for line in lines_of(shelf_in(root))] == ["slow", "quick", "slow"]
    assert findings_of(shelf_in(root)) == []
