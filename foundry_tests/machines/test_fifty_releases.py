"""Fifty releases at once on two machines that share no disk, one of them killed twice: each ends once.

Add here what only several machines over real servers can show.
Not here: the servers (shared), the machines (hosts), and what a worker does when it starts again
(launching/test_celery_hosts).
"""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from foundry_assets import evidence
from foundry_assets.craft.summary import read_entries
from foundry_assets.records import GOOD_VERDICTS, Outcome
from foundry_assets.release import Release
from foundry_assets.store import ArtefactStore, Shelf
from foundry_tests.faulty_index import FaultyIndex, faulty_index
from foundry_tests.machines.asking import UNFINISHED, Run, at_work, launch_all, runs
from foundry_tests.machines.hosts import Machine, end, kill, settings_with
from foundry_tests.machines.shared import (
    DATABASE_PASSWORD,
    QUEUE_PASSWORD,
    STORE_KEY,
    STORE_SECRET,
    Shared,
    bucket,
    lacking,
    shared_servers,
)
from foundry_tests.secret_search import Watch, forms_of, sightings, sightings_below
from foundry_tests.story_fixtures import quick_project
from foundry_tests.ui.serving import View, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(lacking()), reason=f"needs: {lacking()}")]
NAMES = [f"fifty-{number:02}" for number in range(1, 51)]
KEYS = [f"{name}==1.0" for name in NAMES]
SLOW, UNANSWERED = "fifty-15", "fifty-35"
"""The first is killed while it is built, the second while the index has its wheel and does not answer."""
INDEX_USER, INDEX_PASSWORD = "alice", "index/Zx81canary=Kp4+Ty6Ww"
LIMIT_SECONDS = 900.0
PAUSE_SECONDS = 1.5
"""Between two questions: whoever asks all the time takes the processor from those who work."""


@dataclass
class Deployment:
    """A desk and two workers over shared servers and one index."""

    shared: Shared
    index: FaultyIndex
    desk: Machine
    workers: dict[str, Machine]
    running: dict[str, subprocess.Popen[bytes]]
    view: View
    watch: Watch

    @property
    def alive(self) -> list[subprocess.Popen[bytes]]:
        """Give the processes without which nothing goes on."""
        return [self.view.process, *self.running.values()]

    def kill_the_worker_of(self, release: str) -> Run:
        """Kill the machine at work on a release, let it come back, and give the run that it lost."""
        run = at_work(self.view, release)
        assert run is not None
        kill(self.running[run.machine])
        self.running[run.machine] = self.workers[run.machine].worker()
        return run

    def shelf(self, key: str) -> Shelf:
        """Give a release's part of the shared store."""
        return ArtefactStore(root="s3://foundry/releases").shelf(Release.parse(key))


def _origin(folder: Path, index: FaultyIndex) -> Path:
    """Write the catalog and the sources of fifty tiny packages, as a repository would hold them."""
    entries = [f'[[package]]\nname = "{name}"\nsource = "{name}"\ntyping = "off"\n' for name in NAMES]
    addresses = f'upload_url = "{index.index.upload_url}"\nsimple_url = "{index.index.simple_url}"\n'
    head = (
        f'[foundry]\nindex = "company"\nstore = "s3://foundry/releases"\n\n[indexes.company]\n{addresses}\n'
    )
    for name in NAMES:
        quick_project(folder / name, name=name)
    backend = folder / SLOW / "backend" / "quick.py"
    slow = "import time; time.sleep(4)\n    project, wrong = _read()"
    backend.write_text(backend.read_text("utf-8").replace("project, wrong = _read()", slow), "utf-8")
    (folder / "foundry.toml").write_text("\n".join([head, *entries]), "utf-8")
    return folder


@contextlib.contextmanager
def _deployed(root: Path) -> Iterator[Deployment]:
    wheel = f"{UNANSWERED.replace('-', '_')}-1.0-py3-none-any.whl"
    with contextlib.ExitStack() as stack:
        watch = stack.enter_context(Watch(pause_seconds=2.0))
        shared = stack.enter_context(shared_servers(root / "servers"))
        index = stack.enter_context(faulty_index(upload="never answers, stored", only=wheel))
        origin = _origin(root / "origin", index)
        settings = settings_with("Celery", root / "written", max_concurrent_runs=6)
        credential = {"TWINE_USERNAME": INDEX_USER, "TWINE_PASSWORD": INDEX_PASSWORD}
        machines = {
            name: Machine(name, root / "machines" / name, shared.environment | more).set_up(origin, settings)
            for name, more in (("desk", {}), ("north", credential), ("south", credential))
        }
        desk = machines.pop("desk")
        view = stack.enter_context(desk.desk())
        running: dict[str, subprocess.Popen[bytes]] = {}
        stack.callback(lambda: end([*running.values()]))
        running |= {name: machine.worker() for name, machine in machines.items()}
        try:
            yield Deployment(shared, index, desk, machines, running, view, watch)
        except BaseException:
            for machine in machines.values():
                sys.stderr.write(machine.last_words())
            raise


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder with a path so short that a socket fits in below it."""
    with tempfile.TemporaryDirectory(prefix="fm-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


def test_fifty_releases_on_two_machines_end_once_each(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is killed when, each file is sent once, receipts are whole, and the summary has all fifty."""
    with _deployed(root) as deployed:
        for name, text in deployed.shared.environment.items():
            monkeypatch.setenv(name, text)
        launch_all(deployed.view, KEYS, index="company")
        lost = _kill_both(deployed)
        _wait_for_all(deployed)
        _check_what_was_lost(deployed, lost)
        launch_all(deployed.view, [run.release for run in lost], index="company")
        _wait_for_all(deployed)
        _check_runs(deployed, lost)
        _check_evidence(deployed)
        _check_summary(deployed)
        _check_secrets(deployed, root)


def _kill_both(deployed: Deployment) -> list[Run]:
    view, posts, wheel = deployed.view, deployed.index.posts, deployed.index.only

    def builds() -> bool:
        run = at_work(view, f"{SLOW}==1.0")
        return run is not None and 'Started execution of step "sdist"' in view.words_of(run.run_id)

    _wait(deployed, builds, f"{SLOW} is built")
    first = deployed.kill_the_worker_of(f"{SLOW}==1.0")
    _wait(deployed, lambda: posts[wheel] == 1, "the index has a wheel and does not answer")
    second = deployed.kill_the_worker_of(f"{UNANSWERED}==1.0")
    deployed.index.released.set()
    return [first, second]


def _wait(deployed: Deployment, is_so: Callable[[], bool], what: str) -> None:
    wait_until(is_so, what, deployed.alive, seconds=LIMIT_SECONDS, pause_seconds=PAUSE_SECONDS)


def _wait_for_all(deployed: Deployment) -> None:
    def are_over() -> bool:
        return not any(run.status in UNFINISHED for run in runs(deployed.view))

    _wait(deployed, are_over, "every run has ended")


def _check_what_was_lost(deployed: Deployment, lost: list[Run]) -> None:
    """The killed runs are closed and accounted for; only where a file may have gone out, a hold stands."""
    shelves = [deployed.shelf(run.release) for run in lost]

    def are_told() -> bool:
        return all(evidence.outcome_of(shelf, run.run_id) for shelf, run in zip(shelves, lost, strict=True))

    _wait(deployed, are_told, "the killed runs are accounted for")
    outcomes = [evidence.outcome_of(shelf, run.run_id) for shelf, run in zip(shelves, lost, strict=True)]
    assert [outcome.status for outcome in outcomes if outcome] == ["failed", "in_doubt"]
    assert [bool(evidence.standing_hold(shelf, "company")) for shelf in shelves] == [False, True]
    told = deployed.desk.foundry("lift-hold", lost[1].release, "--index", "company", "--because", "power cut")
    assert told.returncode == 0, told.stderr


def _check_runs(deployed: Deployment, lost: list[Run]) -> None:
    """Each release has one good run, only the killed ones another; both machines have worked."""
    found = runs(deployed.view)
    good = Counter(run.release for run in found if run.status == "SUCCESS")
    bad = {run.run_id for run in found if run.status == "FAILURE"}
    assert good == Counter(KEYS)
    assert bad == {run.run_id for run in lost}
    assert {run.machine for run in found} == {"north", "south"}


def _check_evidence(deployed: Deployment) -> None:
    """Each file came to the index once, and its receipt tells the very bytes that are served."""
    served = {name: hashlib.sha256(data).hexdigest() for name, data in deployed.index.files.items()}
    assert len(served) == 2 * len(KEYS)
    assert deployed.index.posts == Counter([*served])
    for key in KEYS:
        receipt = evidence.receipt_at(deployed.shelf(key), "company")
        assert receipt is not None
        assert {file.filename: file.sha256 for file in receipt.files}.items() <= served.items()
        assert [file.verdict in GOOD_VERDICTS for file in receipt.files] == [True, True]
        statuses = [outcome.status for outcome in deployed.shelf(key).records("runs", Outcome)]
        assert statuses.count("published") == 1, (key, statuses)


def _check_summary(deployed: Deployment) -> None:
    """Each home tells its own runs; rebuilt from the store, the desk's tells all, and all of it fits."""
    told = deployed.desk.foundry("summary", "--rebuild")
    assert told.returncode == 0, told.stderr
    entries = read_entries(deployed.desk.home / "make_all_summary.json")
    assert {key: entry.status for key, entry in entries.items()} == dict.fromkeys(KEYS, "published")
    for key in (KEYS[0], f"{SLOW}==1.0", f"{UNANSWERED}==1.0"):
        verified = deployed.desk.foundry("verify", key, "--online")
        assert verified.returncode == 0, verified.stdout + verified.stderr


def _check_secrets(deployed: Deployment, root: Path) -> None:
    """No password and no key is in any file, record, message, argument, or a program's environment."""
    fetched = root / "fetched"
    bucket(deployed.shared.environment).get("foundry", str(fetched), recursive=True)
    secrets = {
        INDEX_PASSWORD: INDEX_USER,
        DATABASE_PASSWORD: "foundry",
        QUEUE_PASSWORD: "",
        STORE_SECRET: STORE_KEY,
        STORE_KEY: "",
    }
    found: list[str] = []
    for secret, username in secrets.items():
        forms = forms_of(username, secret)
        for folder in (*deployed.shared.folders, root):
            found += sightings_below(folder, forms)
        for arguments in deployed.watch.arguments:
            found += sightings("\0".join(arguments), forms, "arguments")
        for environment in deployed.watch.environments:
            found += sightings(environment, forms, "a program's environment")
        found += [where for data, table in _rows() for where in sightings(data, forms, table)]
    assert found == []
    assert sightings(str(deployed.index.headers_seen), forms_of(INDEX_USER, INDEX_PASSWORD), "sent")
    assert deployed.watch.environments
    assert any("celery" in " ".join(arguments) for arguments in deployed.watch.arguments)


def _rows() -> Iterator[tuple[bytes, str]]:
    """Give every value of the database; Dagster compresses some."""
    import psycopg2

    with contextlib.closing(psycopg2.connect("")) as connection, connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'select * from "{table}"')  # noqa: S608 - its own tables
            for row in cursor:
                for value in row:
                    data = bytes(value) if isinstance(value, memoryview) else str(value).encode()
                    yield data, table
                    with contextlib.suppress(zlib.error):
                        yield zlib.decompress(data), f"{table}, compressed"
