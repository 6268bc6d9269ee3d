"""Containers: whatever else differs, the same members give the same bytes, and nothing in them changes."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundry_assets.content import hash_file
from foundry_assets.craft.building import differing_members, members, normalise
from foundry_assets.craft.building.normalising import kept_of
from foundry_assets.errors import BuildFailed

EPOCH = 1_700_000_001
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_WHEEL = "demo-1.0-py3-none-any.whl"
WORDS = st.text(st.sampled_from("abcxyzäß語 ._-"), min_size=1, max_size=12).filter(
    lambda t: t.strip(". ") == t
)
PATHS = st.lists(st.one_of(WORDS, st.just("long" * 40)), min_size=1, max_size=3).map("/".join)
FILES = st.dictionaries(
    PATHS, st.tuples(st.binary(max_size=200), st.booleans()), min_size=1, max_size=6
).filter(lambda files: not any(other.startswith(f"{path}/") for path in files for other in files))


def write_tar(path: Path, files: dict[str, tuple[bytes, bool]], twist: Any) -> Path:
    """Write an sdist whose members' metadata and order are whatever `twist` (a random source) says."""
    names = [f"demo-1.0/{name}" for name in files]
    twist.shuffle(names)
    plain = io.BytesIO()
    form = twist.choice([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
    with tarfile.open(fileobj=plain, mode="w", format=form) as result:
        for name in names:
            content, executable = files[name.removeprefix("demo-1.0/")]
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(content), twist.randrange(1, 2**31)
            entry.mode = twist.choice([0o700, 0o755, 0o775]) if executable else twist.choice([0o600, 0o664])
            entry.uid, entry.uname = twist.randrange(2000), twist.choice(["", "somebody"])
            result.addfile(entry, io.BytesIO(content))
    path.write_bytes(gzip.compress(plain.getvalue(), twist.randrange(1, 9), mtime=twist.randrange(2**31)))
    return path


def write_zip(
    path: Path,
    files: dict[str, tuple[bytes, bool]],
    twist: Any,
    methods: Sequence[int] = (_STORED, _DEFLATED),
) -> Path:
    """Write a wheel likewise, its members packed by one of the `methods`."""
    names = list(files)
    twist.shuffle(names)
    with zipfile.ZipFile(path, "w") as result:
        result.comment = twist.choice([b"", b"made by me"])
        for name in names:
            content, executable = files[name]
            entry = zipfile.ZipInfo(name, (twist.randrange(1980, 2100), 1, 1, 0, 0, 0))
            mode = twist.choice([0o700, 0o755]) if executable else twist.choice([0o600, 0o644, 0])
            entry.external_attr = mode << 16
            entry.create_system = twist.choice([0, 3])
            entry.compress_type = twist.choice(methods)
            result.writestr(entry, content)
    return path


@pytest.mark.parametrize(
    ("name", "write"), [("demo-1.0.tar.gz", write_tar), ("demo-1.0-py3-none-any.whl", write_zip)]
)
@settings(max_examples=60, deadline=None)
@given(files=FILES, first=st.randoms(use_true_random=False), second=st.randoms(use_true_random=False))
def test_twisted_containers_become_one(name: str, write: Any, files: Any, first: Any, second: Any) -> None:
    """However an archive was written, normalising gives the same bytes and contents, once and again."""
    with tempfile.TemporaryDirectory() as folder:
        rooms = [Path(folder, room) for room in ("raw", "other", "one", "two", "again")]
        for room in rooms:
            room.mkdir()
        raw, other, one, two, again = (room / name for room in rooms)
        normalise(write(raw, files, first), one, epoch=EPOCH)
        normalise(write(other, files, second), two, epoch=EPOCH)
        changed = normalise(one, again, epoch=EPOCH)
        assert hash_file(one) == hash_file(two) == hash_file(again)
        assert changed == ()
        assert members(raw) == members(one)
        assert {m.path for m in members(one).members} == set(files)


@settings(max_examples=60, deadline=None)
@given(files=FILES, other=FILES, twist=st.randoms(use_true_random=False))
def test_what_is_kept_of_a_wheel_tells_what_it_becomes(files: Any, other: Any, twist: Any) -> None:
    """Wheels of which the same is kept become the same bytes, and packed alike no others do."""
    packings = {"one": (_DEFLATED,), "two": (_DEFLATED,), "three": (_DEFLATED,), "four": (_DEFLATED, _STORED)}
    with tempfile.TemporaryDirectory() as folder:
        becomes: dict[str, set[str]] = {}
        for room, methods in packings.items():
            raw, whole = Path(folder, room, "raw", _WHEEL), Path(folder, room, _WHEEL)
            raw.parent.mkdir(parents=True)
            normalise(write_zip(raw, files if room != "three" else other, twist, methods), whole, epoch=EPOCH)
            becomes.setdefault(kept_of(raw), set()).add(hash_file(whole)[0])
            assert room == "four" or len(becomes) == (2 if room == "three" and files != other else 1)
        assert "" not in becomes
        assert all(len(wheels) == 1 for wheels in becomes.values())


def test_another_byte_in_a_wheel_is_seen_in_what_is_kept_of_it(tmp_path: Path) -> None:
    """A member's bytes, its mode, its name and its checksum are each part of it."""
    kept = set()
    for number, (name, mode, content) in enumerate(
        [("a.py", 0o644, b"1"), ("a.py", 0o644, b"2"), ("a.py", 0o755, b"1"), ("b.py", 0o644, b"1")]
    ):
        wheel = tmp_path / str(number) / _WHEEL
        wheel.parent.mkdir()
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        with zipfile.ZipFile(wheel, "w") as result:
            result.writestr(entry, content)
        kept.add(kept_of(wheel))
    told = bytearray(wheel.read_bytes())
    told[told.rindex(b"PK\x01\x02") + 16] ^= 1
    wheel.write_bytes(told)
    kept.add(kept_of(wheel))
    assert len(kept) == 5


def test_a_wheel_that_is_cut_short_tells_nothing_of_itself(tmp_path: Path) -> None:
    """It is refused as any unreadable archive is."""
    wheel = tmp_path / _WHEEL
    wheel.write_bytes(b"PK\x05\x06 and no more")
    with pytest.raises(BuildFailed, match="cannot be read as the archive"):
        kept_of(wheel)


def test_of_a_wheel_with_odd_names_nothing_is_promised(tmp_path: Path) -> None:
    """Two names for one place are never called the same as anything."""
    odd = tmp_path / _WHEEL
    with zipfile.ZipFile(odd, "w") as result:
        result.writestr("demo/a.py", "1")
        result.writestr("demo//a.py", "2")
    assert kept_of(odd) == ""


def test_modes_links_and_times_of_an_sdist(tmp_path: Path) -> None:
    """Executables stay so, symbolic links survive, hard links become files, times are the epoch."""
    raw, fixed = tmp_path / "raw.tar.gz", tmp_path / "fixed.tar.gz"
    with tarfile.open(raw, "w:gz") as result:
        for name, kind, link, mode in (
            ("demo/run.sh", tarfile.REGTYPE, "", 0o700),
            ("demo/link", tarfile.SYMTYPE, "run.sh", 0o777),
            ("demo/hard.sh", tarfile.LNKTYPE, "demo/run.sh", 0o700),
            ("demo", tarfile.DIRTYPE, "", 0o700),
        ):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname, entry.mode = kind, link, mode
            entry.size = 4 if kind == tarfile.REGTYPE else 0
            result.addfile(entry, io.BytesIO(b"true"))
    changed = normalise(raw, fixed, epoch=EPOCH)
    with tarfile.open(fixed) as opened:
        found = {entry.name: entry for entry in opened}
    assert list(found) == ["demo", "demo/hard.sh", "demo/link", "demo/run.sh"]
    assert {name: entry.mode for name, entry in found.items()} == {
        "demo": 0o755,
        "demo/hard.sh": 0o755,
        "demo/link": 0o777,
        "demo/run.sh": 0o755,
    }
    assert found["demo/link"].issym()
    assert found["demo/hard.sh"].isreg()
    assert {entry.mtime for entry in found.values()} == {EPOCH}
    assert {"hard links", "modes", "order", "times"} <= set(changed)
    assert differing_members(raw, fixed) == ()


def test_a_wheel_ends_with_its_record(tmp_path: Path) -> None:
    """`.dist-info` comes after the rest and `RECORD` last of all; scripts stay executable."""
    raw, fixed = tmp_path / "raw.whl", tmp_path / "demo-1.0-py3-none-any.whl"
    names = [
        "demo-1.0.dist-info/RECORD",
        "zoo/a.py",
        "demo-1.0.dist-info/METADATA",
        "demo-1.0.data/scripts/go",
    ]
    with zipfile.ZipFile(raw, "w") as result:
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o755 << 16 if name.endswith("go") else 0
            result.writestr(entry, b"x")
    normalise(raw, fixed, epoch=EPOCH)
    with zipfile.ZipFile(fixed) as opened:
        assert opened.namelist() == [names[3], names[1], names[2], names[0]]
        assert opened.getinfo(names[3]).external_attr >> 16 == stat.S_IFREG | 0o755
        assert opened.getinfo(names[1]).external_attr >> 16 == stat.S_IFREG | 0o644


def test_a_device_is_refused(tmp_path: Path) -> None:
    """What is neither file, folder nor link cannot be part of a release."""
    raw = tmp_path / "demo-1.0.tar.gz"
    with tarfile.open(raw, "w:gz") as result:
        result.addfile(tarfile.TarInfo("demo/a"))
        fifo = tarfile.TarInfo("demo/fifo")
        fifo.type = tarfile.FIFOTYPE
        result.addfile(fifo)
    with pytest.raises(BuildFailed, match="demo/fifo"):
        normalise(raw, tmp_path / "fixed.tar.gz", epoch=EPOCH)


def test_a_day_before_zips_began_is_theirs(tmp_path: Path) -> None:
    """An epoch before 1980 becomes the first day that a zip can tell."""
    raw, fixed = tmp_path / "raw.whl", tmp_path / "fixed.whl"
    with zipfile.ZipFile(raw, "w") as result:
        result.writestr("a.py", b"")
    normalise(raw, fixed, epoch=0)
    with zipfile.ZipFile(fixed) as opened:
        assert opened.getinfo("a.py").date_time == (1980, 1, 1, 0, 0, 0)
