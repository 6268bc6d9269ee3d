"""Batches that are cut short, killed or by hand: they leave nothing running, and a second start ends them.

Add here another way in which a batch is cut short.
Not here: killing a single release (test_killing).
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from foundry_tests.faulty_index import FaultyIndex, faulty_index
from foundry_tests.ordering.writing import entry, order, text_of, write_package
from foundry_tests.story_fixtures import environment_of_a_process, quick_project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="another process cannot be interrupted there"),
]

_LIMIT_SECONDS = 240.0
_PARTING_SECONDS = 30.0


@dataclass(frozen=True)
class Batch:
    """A home, an index that counts, and the words that release a batch to it."""

    root: Path
    index: FaultyIndex
    words: tuple[str, ...]

    def start(self) -> subprocess.Popen[bytes]:
        """Start the batch in a process group of its own, where Ctrl-C counts as it does for a person."""
        with _heard_interrupts(), (self.root / "said.txt").open("wb") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "foundry_assets", *self.words],
                cwd=self.root,
                env=environment_of_a_process(
                    FOUNDRY_HOME=str(self.root / "home"),
                    TWINE_USERNAME="somebody",
                    TWINE_PASSWORD="long enough!",
                ),
                stdout=subprocess.PIPE,
                stderr=said,
                start_new_session=True,
            )

    def cut(self, how: signal.Signals) -> tuple[int, bytes, bytes, list[psutil.Process]]:
        """Cut it once a package is published and others are at work; give its end, words, and descendants."""
        process = self.start()
        ends_at = time.monotonic() + _LIMIT_SECONDS
        while b"ok  1/" not in self.said():
            assert process.poll() is None, self.said()
            assert time.monotonic() < ends_at
            time.sleep(0.05)
        family = psutil.Process(process.pid).children(recursive=True)
        if how == signal.SIGINT:  # a terminal sends it to everybody
            os.killpg(process.pid, how)
        else:
            process.send_signal(how)
        out, _ = process.communicate(timeout=_PARTING_SECONDS)
        return process.returncode, out, self.said(), family

    def finish(self) -> tuple[int, bytes, bytes]:
        """Start it again and let it end."""
        process = self.start()
        out, _ = process.communicate(timeout=_LIMIT_SECONDS)
        return process.returncode, out, self.said()

    def said(self) -> bytes:
        """Give what people were told by the last start."""
        return (self.root / "said.txt").read_bytes()


@contextlib.contextmanager
def _heard_interrupts() -> Iterator[None]:
    """Start programs that hear an interrupt, also where these tests run in the background, deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture
def index() -> Iterator[FaultyIndex]:
    """An index that works, and counts."""
    with faulty_index() as index:
        yield index


def catalog(root: Path, index: FaultyIndex, packages: str = "") -> None:
    """Write the catalog that names the index."""
    address = f'upload_url = "{index.index.upload_url}"\nsimple_url = "{index.index.simple_url}"'
    text = f'[foundry]\nindex = "company"\n[indexes.company]\n{address}\n{packages}'
    (root / "foundry.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def ordered(tmp_path: Path, index: FaultyIndex) -> Batch:
    """A batch order of three in a row of needs, and one beside them.

    That one needs the first too: were it at its upload when everything is killed, a person would be asked.
    """
    catalog(tmp_path, index)
    for short, imports in (("a", ""), ("b", "a"), ("c", "b"), ("d", "a")):
        write_package(tmp_path / "estate", short, imports=imports)
    told = order(tmp_path / "estate", entry("c", "b"), entry("b", "a"), entry("a"), entry("d", "a"))
    (tmp_path / "order.json").write_text(text_of(told), encoding="utf-8")
    return Batch(tmp_path, index, ("order", "--json-file", "order.json", "--jobs", "2"))


@pytest.fixture
def named(tmp_path: Path, index: FaultyIndex) -> Batch:
    """`release --all` of three packages in a row of needs, the last first in the catalog."""
    needs = {"story-c": "story-b", "story-b": "story-a", "story-a": ""}
    entries = ""
    for name, need in needs.items():
        source = quick_project(tmp_path / name, name=name)
        project = source / "pyproject.toml"
        told = f'version = "1.0"\ndependencies = [{json.dumps(need) if need else ""}]'
        project.write_text(project.read_text("utf-8").replace('version = "1.0"', told), "utf-8")
        entries += f'[[package]]\nname = "{name}"\nsource = "{name}"\n'
    catalog(tmp_path, index, entries)
    return Batch(tmp_path, index, ("release", "--all", "--jobs", "2"))


def assert_gone(family: list[psutil.Process]) -> None:
    """Nothing that the batch started outlives it for long."""
    _, alive = psutil.wait_procs(family, timeout=_PARTING_SECONDS)
    for one in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    assert alive == []


def test_a_killed_order_leaves_nothing_running_and_a_second_start_ends_it(ordered: Batch) -> None:
    """SIGKILL of the process takes its workers along; afterwards each file is still sent only once."""
    _, _, _, family = ordered.cut(signal.SIGKILL)
    assert_gone(family)
    code, out, err = ordered.finish()
    assert code == 0, err.decode()
    told = {one["package"][7:-2]: one["status"] for one in json.loads(out)["result"]["entries"]}
    assert set(told.values()) == {"published", "skipped_existing"}
    assert (told["b"], told["c"]) == ("published", "published")
    assert json.loads(out)["status"] == "attention"
    assert len(ordered.index.posts) == 8
    assert set(ordered.index.posts.values()) == {1}


def test_an_order_stopped_by_hand_tells_its_result_and_goes_on_later(ordered: Batch) -> None:
    """Ctrl-C ends with 130 and the whole result: what is done is published, the rest waits and says so."""
    code, out, err, family = ordered.cut(signal.SIGINT)
    assert_gone(family)
    assert code == 130, err.decode()
    entries = {one["package"][7:-2]: one for one in json.loads(out)["result"]["entries"]}
    statuses = [one["status"] for one in entries.values()]
    assert set(statuses) == {"published", "pending"}
    assert "give it again to go on" in entries["c"]["skip_reason"]
    assert json.loads(out)["status"] == "attention"
    assert b"Traceback" not in err
    code, out, err = ordered.finish()
    assert code == 0, err.decode()
    assert set(ordered.index.posts.values()) == {1}


def test_all_packages_stopped_by_hand_are_released_by_the_same_command(named: Batch) -> None:
    """Ctrl-C ends with 130, the table of what ended and no traceback; the same command does the rest."""
    code, _, err, family = named.cut(signal.SIGINT)
    assert_gone(family)
    assert code == 130, err.decode()
    assert b"story-a==1.0  published" in err
    assert b"the same command goes on from there" in err
    assert b"Traceback" not in err
    code, _, err = named.finish()
    assert code == 0, err.decode()
    lines = [line for line in err.decode().splitlines() if line.startswith("ok  ")]
    assert [line.split()[2] for line in lines] == ["story-a==1.0", "story-b==1.0", "story-c==1.0"]
    assert set(named.index.posts.values()) == {1}
    assert len(named.index.posts) == 6
