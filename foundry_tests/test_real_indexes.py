"""The line's own sending at indexes that other people made: pypiserver, devpi, and reading the public one.

Add here what must hold at every real index.
Not here: starting the servers (servers), and an index that fails on purpose (faults).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from foundry_assets.catalog import Index
from foundry_assets.content import Member
from foundry_assets.craft.attestations import Attested
from foundry_assets.craft.probing import Probe, probe
from foundry_assets.craft.uploading import Answer, UploadProcess
from foundry_assets.credentials import find_credentials
from foundry_assets.errors import IndexUnreachable
from foundry_assets.home import Foundry
from foundry_assets.index import IndexReader
from foundry_assets.release import Release
from foundry_assets.subprocesses import ProgramFailed
from foundry_tests.craft.uploading.miniature import member_of
from foundry_tests.faults.driving import (
    RELEASE,
    SDIST,
    WHEEL,
    Attempt,
    Limits,
    attempt,
    intents_of,
    is_held,
    shelf_at,
    write_release,
)
from foundry_tests.servers import PASSWORD, USERNAME, devpi, devpi_environment, pypiserver

LIMITS = Limits(serve_seconds=30, page_seconds=30, answer_seconds=30, upload_seconds=60)


@pytest.fixture(scope="session")
def devpi_programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder with devpi-server's programs, or skip where it cannot be installed."""
    try:
        return devpi_environment(tmp_path_factory.mktemp("devpi"))
    except ProgramFailed as error:
        pytest.skip(f"devpi-server cannot be installed here: {error.last_lines(3)}")


@pytest.fixture(params=["pypiserver", pytest.param("devpi", marks=pytest.mark.slow)])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """Serve an empty index that takes uploads with one password only."""
    if request.param == "pypiserver":
        with pypiserver(tmp_path / "server") as served:
            yield served
        return
    with devpi(tmp_path / "server", request.getfixturevalue("devpi_programs")) as served:
        yield served


@dataclass
class Counting:
    """The real upload process with a password, and a count of what it was asked to send."""

    process: UploadProcess
    sent: list[str] = field(default_factory=list)

    def send(
        self,
        path: Path,
        *,
        sha256: str,
        deadline_seconds: float,
        on_progress: Callable[[int, int], None] | None = None,
        attestations: Sequence[Attested] = (),
    ) -> Answer:
        """Send once."""
        self.sent.append(path.name)
        return self.process.send(
            path,
            sha256=sha256,
            deadline_seconds=deadline_seconds,
            on_progress=on_progress,
            attestations=attestations,
        )


def release_to(
    index: Index, folder: Path, paths: list[Path], password: str = PASSWORD
) -> tuple[Attempt, list[str]]:
    """Attempt a release with a store in `folder`; gives how it ended and what was sent."""
    environ = {"TWINE_USERNAME": USERNAME, "TWINE_PASSWORD": password}
    found = find_credentials(index, environ, pypirc=folder / ".pypirc")
    with UploadProcess(index=index, credential=found, pypirc=folder / ".pypirc", environ=environ) as process:
        counting = Counting(process)
        made = attempt(shelf_at(folder), index, paths, limits=LIMITS, sender=counting)
        return made, counting.sent


def states(index: Index, paths: list[Path]) -> list[str]:
    """Ask the index how it stands by each file."""
    with IndexReader(index) as reader:
        return [file.state for file in probe(reader, RELEASE, [member_of(path) for path in paths]).files]


def test_life_of_a_release(index: Index, tmp_path: Path) -> None:
    """Absent, published, identical on repeat without a POST, also from another home; other bytes conflict."""
    paths = write_release(tmp_path / "dist")
    assert states(index, paths) == ["absent", "absent"]
    created = Attempt("published", ("created", "created"), ())
    assert release_to(index, tmp_path / "home", paths) == (created, [WHEEL, SDIST])
    assert states(index, paths) == ["identical", "identical"]
    again = Attempt("published", ("already_identical", "already_identical"), ())
    for home in ("home", "another home"):
        assert release_to(index, tmp_path / home, paths) == (again, [])

    others = write_release(tmp_path / "others", padding=b"other bytes")
    made, sent = release_to(index, tmp_path / "third home", others)
    assert (made.status, made.verdicts[0], sent) == ("blocked", "conflict", [])
    assert states(index, paths) == ["identical", "identical"]


def test_wrong_password(index: Index, tmp_path: Path) -> None:
    """A refused credential is one POST of the first file, a hold, and no second try."""
    paths = write_release(tmp_path / "dist")
    made, sent = release_to(index, tmp_path, paths, password="wrong")
    assert (made.status, made.verdicts, sent) == ("refused", ("refused", "not_sent"), [WHEEL])
    assert all("wrong" not in text for told in made.told for text in told)
    assert is_held(shelf_at(tmp_path), index)
    again, sent = release_to(index, tmp_path, paths)
    assert (again.status, sent) == ("held", [])
    assert intents_of(shelf_at(tmp_path), index) == {WHEEL: 1, SDIST: 0}
    assert states(index, paths) == ["absent", "absent"]


def ask_public(release: Release, tmp_path: Path) -> Probe:
    """Ask the public index about a release, by the simple API alone; skip where it cannot be reached."""
    index = Foundry(home_folder=str(tmp_path)).catalog.index("pypi")
    ours = Member(f"{release.name}-{release.version}.tar.gz", "0" * 64, 1)
    try:
        with IndexReader(index) as reader:
            return probe(reader, release, [ours])
    except IndexUnreachable as error:
        pytest.skip(f"the public index cannot be reached from here: {error.happened}")


@pytest.mark.slow
@pytest.mark.enable_socket
@pytest.mark.parametrize(("name", "version"), [("packaging", "24.0"), ("attrs", "23.2.0")])
def test_public_project(tmp_path: Path, name: str, version: str) -> None:
    """A release that is there is told with its files, times and newest version, and conflicts with ours."""
    probed = ask_public(Release.of(name, version), tmp_path)
    assert [file.state for file in probed.files] == ["conflict"]
    assert len(probed.files[0].sha256_there) == 64
    assert probed.others == (f"{name}-{version}-py3-none-any.whl",)
    assert not probed.is_new_project
    assert not probed.is_closed
    assert probed.opened_at[:2] == "20"
    assert tuple(map(int, probed.newest_version.split("."))) > tuple(map(int, version.split(".")))


@pytest.mark.slow
@pytest.mark.enable_socket
def test_public_name_that_nobody_has(tmp_path: Path) -> None:
    """A name that the public index does not know is a new project, with nothing in the way."""
    probed = ask_public(Release.of("release-foundry-no-such-project-7f3a", "1.0"), tmp_path)
    assert probed.is_new_project
    assert [file.state for file in probed.files] == ["absent"]
