"""The summary belongs to somebody else: what they wrote survives, what we write is never lost.

Add here another thing that other writers do to the file.
Not here: what an entry holds (test_form).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundry_assets.craft.summary import Written, read_entries, write_entry
from foundry_assets.errors import ChecksumChanged
from foundry_tests.craft.summary.entries import entry

KEY = "demo-pkg==1.0"
THEIRS: dict[str, Any] = {
    "zebra": {"b": [3, 1, 2], "a": None},
    "stages": [
        {"id": "building", "status": "weird", "messages": [{"level": 1}], "extra": True},
        "a stage of another kind",
        {"title": "no id"},
        {"id": "publishing", "title": "Old title", "owner": "orchestrator"},
        {"id": "after"},
    ],
    "artifacts": {
        "wheels": ["z.whl", "a.whl"],
        "ünïcode": "✓",
        "pypi_release_status": {"theirs": None, "other": True},
    },
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the summary lies."""
    return tmp_path / "make_all_summary.json"


def read(path: Path) -> Any:
    """Read the file, which must fit the schema beside it."""
    document = json.loads(path.read_bytes().decode("utf-8"))
    schema = json.loads(path.with_suffix(".schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


def test_a_first_entry_makes_the_file(path: Path) -> None:
    """Where there is no summary, one is made: sorted keys, indent of two, UTF-8, a newline at its end."""
    told = entry()
    written = write_entry(path, KEY, told)
    document = read(path)
    text = path.read_bytes()
    assert text.decode() == json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert "näw".encode() in text
    assert written == Written(path, hashlib.sha256(text).hexdigest(), len(text), None)
    assert document["artifacts"]["release_assembly"]["schema_version"] == 1
    assert document["artifacts"]["pypi_release_status"] == {"demo-pkg": True}
    assert [(stage["id"], stage["status"]) for stage in document["stages"]] == [("publishing", "completed")]
    assert read_entries(path) == {KEY: told}
    assert {p.name for p in path.parent.iterdir()} - {f"{path.name}.lock"} == {
        path.name,
        "make_all_summary.schema.json",
    }


def test_other_peoples_keys_survive(path: Path) -> None:
    """Every foreign key, list order and unknown stage is there afterwards as it was; ours is in its place."""
    path.write_text(json.dumps(THEIRS), encoding="utf-8")
    write_entry(path, KEY, entry())
    document = read(path)
    assert document["zebra"] == THEIRS["zebra"]
    assert {key: document["artifacts"][key] for key in ("wheels", "ünïcode")} == {
        key: THEIRS["artifacts"][key] for key in ("wheels", "ünïcode")
    }
    assert document["artifacts"]["pypi_release_status"] == {"theirs": None, "other": True, "demo-pkg": True}
    stages = document["stages"]
    assert [stages[at] for at in (0, 1, 2, 4)] == [THEIRS["stages"][at] for at in (0, 1, 2, 4)]
    assert (stages[3]["title"], stages[3]["owner"], stages[3]["status"]) == (
        "Publishing",
        "orchestrator",
        "completed",
    )
    assert list(document) == sorted(document)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
OURS = {"artifacts", "stages", "generated_at"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    top=st.dictionaries(st.text(max_size=6).filter(lambda key: key not in OURS), json_values, max_size=3),
    stages=st.lists(json_values, max_size=3),
    artifacts=st.dictionaries(
        st.text(max_size=6).filter(lambda key: key != "release_assembly"), json_values, max_size=3
    ),
)
def test_any_document_survives(
    tmp_path_factory: pytest.TempPathFactory,
    top: dict[str, Any],
    stages: list[Any],
    artifacts: dict[str, Any],
) -> None:
    """Whatever others keep in the file, it is there after our writing, in the same form and order."""
    path = tmp_path_factory.mktemp("any") / "make_all_summary.json"
    theirs = top | {"stages": stages, "artifacts": artifacts}
    path.write_text(json.dumps(theirs), encoding="utf-8")
    written = write_entry(path, KEY, entry())
    document = read(path)
    assert written.set_aside is None
    assert {key: document[key] for key in top} == top
    assert [s for s in document["stages"] if not _is_ours(s)] == [s for s in stages if not _is_ours(s)]
    kept = {
        k: v for k, v in document["artifacts"].items() if k not in ("release_assembly", "pypi_release_status")
    }
    assert kept == {key: value for key, value in artifacts.items() if key != "pypi_release_status"}


def _is_ours(stage: object) -> bool:
    return isinstance(stage, dict) and stage.get("id") == "publishing"


def test_half_a_surrogate_pair_survives(path: Path) -> None:
    """A text that UTF-8 cannot hold, such as an odd file name, is kept as the escape that it came as."""
    path.write_text('{"odd": "\\ud83d", "good": "é"}', encoding="utf-8")
    write_entry(path, KEY, entry())
    assert json.loads(path.read_bytes()) | {"odd": "\ud83d", "good": "é"} == json.loads(path.read_bytes())
    assert KEY in read_entries(path)


def test_a_byte_order_mark_is_no_reason_to_lose_a_file(path: Path) -> None:
    """A file that an editor on Windows saved is merged like any other."""
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(THEIRS).encode())
    assert write_entry(path, KEY, entry()).set_aside is None
    assert read(path)["zebra"] == THEIRS["zebra"]


def test_entries_are_replaced_and_kept(path: Path) -> None:
    """A release's entry is its newest one, and other releases' entries stay."""
    write_entry(path, KEY, entry(status="in_doubt"))
    write_entry(path, "other==2.0", entry("other", "2.0"))
    newest = entry(at="2026-02-02T00:00:00.000Z")
    write_entry(path, KEY, newest)
    assert read_entries(path) == {KEY: newest, "other==2.0": entry("other", "2.0")}
    assert read(path)["artifacts"]["pypi_release_status"] == {"demo-pkg": True, "other": True}


@pytest.mark.parametrize(
    "text",
    [b"{", b"\xff\xfe\x00", b"[]", b"null", b'{"artifacts": []}', b'{"stages": {}}', b'{"artifacts": null}'],
)
def test_a_file_that_is_no_summary_is_set_aside(path: Path, text: bytes) -> None:
    """Nothing is merged into what is not understood, nothing of it is lost, and it is told."""
    path.write_bytes(text)
    written = write_entry(path, KEY, entry())
    assert written.set_aside is not None
    assert written.set_aside.read_bytes() == text
    assert set(read_entries(path)) == {KEY}
    read(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda assembly: assembly | {"schema_version": 2},
        lambda assembly: assembly | {"releases": assembly["releases"] | {"bad==1.0": {"name": "bad"}}},
    ],
)
def test_entries_of_another_form_are_copied_aside(path: Path, damage: Callable[[Any], Any]) -> None:
    """Where our own part is partly of another form, what fits stays, the whole is copied, and it is told."""
    path.write_text(json.dumps(THEIRS), encoding="utf-8")
    write_entry(path, "other==2.0", entry("other", "2.0"))
    document = read(path)
    document["artifacts"]["release_assembly"] = damage(document["artifacts"]["release_assembly"])
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ChecksumChanged, match="not of its schema"):
        read_entries(path)
    written = write_entry(path, KEY, entry())
    assert written.set_aside is not None
    assert json.loads(written.set_aside.read_bytes()) == document
    assert set(read_entries(path)) == {KEY, "other==2.0"}
    assert read(path)["zebra"] == THEIRS["zebra"]


def test_reading_where_there_is_nothing(path: Path) -> None:
    """No file, an empty one, and one without our part hold no release."""
    assert read_entries(path) == {}
    path.write_bytes(b" \n")
    assert read_entries(path) == {}
    path.write_text('{"artifacts": {"wheels": []}}', encoding="utf-8")
    assert read_entries(path) == {}


def write_many(path: Path, worker: int, count: int) -> None:
    """Write entries one after the other, as releases that run beside others do."""
    for number in range(count):
        write_entry(path, f"p-{worker}-{number}==1.0", entry(f"p-{worker}-{number}"))


def test_many_writers_lose_nothing(path: Path) -> None:
    """Thirty-two entries written from processes at once are all there, and so is everybody else's text."""
    path.write_text(json.dumps(THEIRS), encoding="utf-8")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for told in [pool.submit(write_many, path, worker, 8) for worker in range(4)]:
            told.result()
    assert set(read_entries(path)) == {f"p-{w}-{n}==1.0" for w in range(4) for n in range(8)}
    assert read(path)["zebra"] == THEIRS["zebra"]
    assert not list(path.parent.glob("*.part"))
    assert not list(path.parent.glob("*set-aside*"))


def test_writers_wait_for_one_another(path: Path) -> None:
    """While somebody holds the lock beside the file, nothing is written; afterwards it is."""
    with ThreadPoolExecutor(1) as pool:
        with FileLock(f"{path}.lock"):
            told = pool.submit(write_entry, path, KEY, entry())
            assert not wait([told], timeout=0.2).done
            assert not path.exists()
        told.result()
    assert set(read_entries(path)) == {KEY}


def meddle(path: Path, keys: dict[str, Any]) -> None:
    """Write keys into the file as somebody does who has never heard of a lock."""
    document = json.loads(path.read_bytes()) if path.exists() else {}
    path.write_text(json.dumps(document | keys), encoding="utf-8")


def test_a_writer_without_the_lock_is_merged(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes between our reading and our writing is noticed, and both texts end up in the file."""
    real, turns = os.fsync, iter(range(3))

    def interrupted(handle: int) -> None:
        real(handle)
        turn = next(turns, None)
        if turn is not None:
            meddle(path, {f"theirs {turn}": turn})

    monkeypatch.setattr("foundry_assets.craft.summary.shared_file.os.fsync", interrupted)
    write_entry(path, KEY, entry())
    assert set(read_entries(path)) == {KEY}
    assert {f"theirs {turn}" for turn in range(3)} <= set(read(path))


def test_a_writer_that_replaces_ours_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes over our text in the moment after it, from an older reading, finds us back again."""
    real, turns = Path.replace, iter(range(2))

    def replaced(source: Path, target: Path) -> Path:
        done = real(source, target)
        if target == path and next(turns, None) is not None:
            path.write_text('{"theirs": 1}', encoding="utf-8")
        return done

    monkeypatch.setattr(Path, "replace", replaced)
    write_entry(path, KEY, entry())
    assert set(read_entries(path)) == {KEY}
    assert read(path)["theirs"] == 1


def test_a_writer_that_never_stops_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changes whenever it is read ends in an error, not in a lost entry or an endless loop."""
    real, turns = os.fsync, iter(range(10_000))

    def interrupted(handle: int) -> None:
        real(handle)
        path.write_text(json.dumps({"theirs": next(turns)}), encoding="utf-8")

    monkeypatch.setattr("foundry_assets.craft.summary.shared_file.os.fsync", interrupted)
    with pytest.raises(ChecksumChanged, match="rewritten by another program") as told:
        write_entry(path, KEY, entry())
    assert "stop the other writer" in told.value.remedy
    assert not list(path.parent.glob("*.part"))


def test_a_write_that_is_cut_short_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle of writing leaves the file as it was."""
    write_entry(path, KEY, entry())
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("foundry_assets.craft.summary.shared_file.os.fsync", full)
    with pytest.raises(OSError, match="no space left"):
        write_entry(path, "other==2.0", entry("other", "2.0"))
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.part"))
