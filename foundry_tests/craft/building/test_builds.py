"""Building a tree into an sdist and the sdist into a wheel, and what happens when a backend misbehaves.

Add here promises about a whole build.
Not here: the containers alone (test_normalising, test_archives).
"""

from __future__ import annotations

import os
import shutil
import tarfile
import textwrap
import time
import zipfile
from pathlib import Path

import pytest

from foundry_assets.craft.building import (
    Built,
    build_sdist,
    differing_members,
    members,
)
from foundry_assets.errors import BuildFailed
from foundry_tests.craft.building.projects import (
    FLIT,
    PROJECT,
    SETUPTOOLS,
    built_wheel,
    demo,
    with_own_backend,
    write,
)

EPOCH = 1_700_000_000


def both(tree: Path, room: Path, epoch: int = EPOCH) -> tuple[Built, Built]:
    """Build the sdist and then the wheel."""
    sdist = build_sdist(tree, room / "out", scratch=room / "scratch", epoch=epoch)
    return sdist, built_wheel(sdist.path, room / "out", scratch=room / "scratch", epoch=epoch)


@pytest.mark.parametrize(
    ("backend", "settings", "requirement"),
    [
        pytest.param(SETUPTOOLS, "", "setuptools", id="setuptools"),
        pytest.param(FLIT, "", "flit_core", id="flit"),
    ],
)
def test_two_builds_in_other_places_are_one(
    tmp_path: Path, backend: str, settings: str, requirement: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Another folder, another minute and another umask give the same sha256 of sdist and wheel."""
    first = both(demo(tmp_path / "one", backend=backend, settings=settings), tmp_path / "a")
    tree = demo(tmp_path / "deeper" / "two", backend=backend, settings=settings)
    for path in tree.rglob("*"):
        os.utime(path, (EPOCH - 86_400, EPOCH - 86_400))
    before = os.umask(0o077)
    try:
        second = both(tree, tmp_path / "deeper" / "b")
    finally:
        os.umask(before)
    assert [built.sha256 for built in first] == [built.sha256 for built in second]
    assert differing_members(first[1].path, second[1].path) == ()
    assert requirement in first[0].requirements
    assert first[1].bytes == first[1].path.stat().st_size
    assert capfd.readouterr().out == ""


def test_a_build_sees_no_secret_and_a_fixed_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hooks get SOURCE_DATE_EPOCH, UTC and what the caller adds, and nobody's token or home."""
    monkeypatch.setenv("TWINE_PASSWORD", "pypi-hunter2")
    monkeypatch.setenv("UV_INDEX_COMPANY_PASSWORD", "hunter2")
    tree = with_own_backend(tmp_path / "tree", "sys.exit(repr(sorted(os.environ.items())))")
    with pytest.raises(BuildFailed) as caught:
        build_sdist(
            tree,
            tmp_path / "out",
            scratch=tmp_path / "s",
            epoch=EPOCH,
            build_environment={"ADDED": "by hand"},
        )
    told = caught.value.details
    for pair in (
        ("SOURCE_DATE_EPOCH", str(EPOCH)),
        ("TZ", "UTC"),
        ("PYTHONHASHSEED", "0"),
        ("ADDED", "by hand"),
    ):
        assert repr(pair) in told
    assert "hunter2" not in told
    assert repr(("HOME", str(Path.home()))) not in told


def test_the_wheel_comes_from_the_sdist_alone(tmp_path: Path) -> None:
    """What the sdist does not hold cannot reach the wheel, although it lies in the tree."""
    settings = '[tool.flit.sdist]\nexclude = ["src/demo/extra.py"]\n'
    sdist, wheel = both(demo(tmp_path / "tree", backend=FLIT, settings=settings, extra="X = 1\n"), tmp_path)
    assert "src/demo/words.py" in members(sdist.path).paths
    assert {"demo/words.py", "demo/words.json"} <= members(wheel.path).paths
    assert "demo/extra.py" not in members(wheel.path).paths


def test_a_backend_that_fails_is_quoted(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The backend's last words, the project and the hook are in the error, and listeners hear all lines."""
    body = 'print("\\n".join(f"noise {n}" for n in range(500)))\nraise RuntimeError("no compiler here")'
    heard: list[str] = []
    with pytest.raises(BuildFailed) as caught:
        build_sdist(
            with_own_backend(tmp_path / "noisy", body),
            tmp_path / "out",
            scratch=tmp_path / "s",
            epoch=EPOCH,
            on_line=heard.append,
        )
    assert "noisy" in caught.value.happened
    assert "build_sdist" in caught.value.happened
    assert caught.value.details.endswith("RuntimeError: no compiler here")
    assert "noise 0" not in caught.value.details
    assert "noise 0" in heard
    assert capfd.readouterr() == ("", "")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param('return "demo-1.0.tar.gz"', "delivered no file", id="no file"),
        pytest.param(
            'open(folder + "/demo-1.0.tar.gz", "w").close()\nreturn "demo-1.0.tar.gz"', "is empty", id="empty"
        ),
        pytest.param(
            'open(folder + "/demo-1.0.tar.gz", "w").write("x")\nreturn "demo-1.0.tar.gz"',
            "cannot be read as the archive",
            id="not an archive",
        ),
        pytest.param(
            'os.symlink(os.path.abspath("pyproject.toml"), folder + "/demo-1.0.tar.gz")\n'
            'return "demo-1.0.tar.gz"',
            "is a link to something else",
            id="a link",
            marks=pytest.mark.skipif(os.name == "nt", reason="links need a privilege there"),
        ),
        pytest.param(
            'open(folder + "/demo-1.0.rar", "w").write("x")\nreturn "demo-1.0.rar"',
            "not the file name of a sdist",
            id="another kind",
        ),
        pytest.param(
            'open(folder + "/b", "w").close()\nopen(folder + "/demo-1.0.tar.gz", "w").close()\n'
            'return "demo-1.0.tar.gz"',
            "delivered b, demo-1.0.tar.gz",
            id="several files",
        ),
    ],
)
def test_a_backend_is_not_believed(tmp_path: Path, body: str, message: str) -> None:
    """A hook that reports success without one real archive has failed, and nothing is left in `out`."""
    tree = with_own_backend(tmp_path / "tree", body)
    with pytest.raises(BuildFailed, match=message):
        build_sdist(tree, tmp_path / "out", scratch=tmp_path / "s", epoch=EPOCH)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("pyproject", "message"),
    [
        pytest.param("[build-system", "Failed to parse", id="broken toml"),
        pytest.param("[build-system]\nrequires = 3\n", "must be an array", id="wrong table"),
        pytest.param(
            '[build-system]\nrequires = []\nbuild-backend = "nowhere"\n', "nowhere", id="no backend"
        ),
        pytest.param(
            '[build-system]\nrequires = ["not a requirement!"]\nbuild-backend = "x"\n',
            "not a requirement!",
            id="requirement",
        ),
    ],
)
def test_a_wrong_build_system_is_told(tmp_path: Path, pyproject: str, message: str) -> None:
    """A `build-system` table that cannot work ends in `BuildFailed` with the reason."""
    tree = write(tmp_path / "tree", {"pyproject.toml": pyproject})
    with pytest.raises(BuildFailed) as caught:
        build_sdist(tree, tmp_path / "out", scratch=tmp_path / "s", epoch=EPOCH)
    assert message in str(caught.value)


def test_a_backend_that_hangs_is_ended(tmp_path: Path) -> None:
    """A hook is ended at its limit, and what it printed before is told."""
    tree = with_own_backend(tmp_path / "tree", 'print("compiling", flush=True)\ntime.sleep(600)')
    began = time.monotonic()
    with pytest.raises(BuildFailed, match=r"(?s)limit of 2 seconds.*compiling"):
        build_sdist(tree, tmp_path / "out", scratch=tmp_path / "s", epoch=EPOCH, limit_seconds=2)
    assert time.monotonic() - began < 30


@pytest.mark.skipif(os.name == "nt", reason="forks")
def test_a_daemon_of_a_backend_does_not_outlive_it(tmp_path: Path) -> None:
    """A process that leaves the hook's session and holds its streams neither blocks nor survives."""
    body = textwrap.dedent("""
        if os.fork() == 0:
            os.setsid()
            while True:
                open("alive", "a").write("x")
                time.sleep(0.01)
        while not os.path.exists("alive"):
            time.sleep(0.01)
        raise SystemExit("done")
    """).strip()
    tree = with_own_backend(tmp_path / "tree", body)
    began = time.monotonic()
    with pytest.raises(BuildFailed, match="done"):
        build_sdist(tree, tmp_path / "out", scratch=tmp_path / "s", epoch=EPOCH)
    assert time.monotonic() - began < 30
    lived = (tree / "alive").stat().st_size
    time.sleep(0.2)
    assert (tree / "alive").stat().st_size == lived


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_a_backend_that_asks_git_finds_a_tagged_repository(tmp_path: Path) -> None:
    """With a tag the tree is a repository while it is built, ignored files included, and not afterwards."""
    body = textwrap.dedent("""
        import io, subprocess, tarfile
        ask = lambda *words: subprocess.check_output(["git", *words], text=True)
        told = ask("describe", "--tags") + ask("log", "-1", "--format=%H %an %at") + ask("ls-files")
        with tarfile.open(folder + "/demo-1.0.tar.gz", "w:gz") as result:
            entry = tarfile.TarInfo("demo-1.0/told")
            entry.size = len(told)
            result.addfile(entry, io.BytesIO(told.encode()))
        return "demo-1.0.tar.gz"
    """).strip()
    shas = set()
    for place in ("one", "two"):
        tree = write(
            with_own_backend(tmp_path / place, body), {".gitignore": "*.txt\n", "ignored.txt": "x\n"}
        )
        built = build_sdist(
            tree, tmp_path / place / "out", scratch=tmp_path / "s", epoch=EPOCH, repository_tag="v1.0"
        )
        shas.add(built.sha256)
        assert not (tree / ".git").exists()
    with tarfile.open(built.path) as opened:
        told = opened.extractfile("demo-1.0/told")
        assert told is not None
        with told:
            lines = told.read().decode().splitlines()
    assert lines[0] == "v1.0"
    assert lines[1].endswith(f"release foundry {EPOCH}")
    assert "ignored.txt" in lines
    assert len(shas) == 1


def test_a_repository_in_the_sdist_is_refused(tmp_path: Path) -> None:
    """A repository at an sdist's top never leaves the build; a submodule's own `.git` is no concern."""
    body = textwrap.dedent("""
        import tarfile
        with tarfile.open(folder + "/demo-1.0.tar.gz", "w:gz") as result:
            for name in ("PKG-INFO", "tests/suite/.git", *HOLDS):
                result.addfile(tarfile.TarInfo("demo-1.0/" + name))
        return "demo-1.0.tar.gz"
    """).strip()
    tree = with_own_backend(tmp_path / "tree", body.replace("HOLDS", "[]"))
    built = build_sdist(tree, tmp_path / "out", scratch=tmp_path / "s", epoch=EPOCH)
    assert "tests/suite/.git" in members(built.path).paths
    tree = with_own_backend(tmp_path / "tree", body.replace("HOLDS", "['.git/config']"))
    with pytest.raises(BuildFailed, match=r"\.git/config"):
        build_sdist(tree, tmp_path / "refused", scratch=tmp_path / "s", epoch=EPOCH)
    assert list((tmp_path / "refused").iterdir()) == []


@pytest.mark.skipif(not shutil.which("gcc"), reason="needs a C compiler")
def test_an_extension_module_is_built_and_repeatable(tmp_path: Path) -> None:
    """A C extension reaches the wheel, executable, and twice in one place with the same bytes."""
    source = (
        '#include <Python.h>\nstatic struct PyModuleDef d = {PyModuleDef_HEAD_INIT, "fast", 0, -1, 0};\n'
        "PyMODINIT_FUNC PyInit_fast(void) { return PyModule_Create(&d); }\n"
    )
    setup = 'from setuptools import Extension, setup\nsetup(ext_modules=[Extension("fast", ["fast.c"])])\n'
    files = {"pyproject.toml": SETUPTOOLS + PROJECT, "setup.py": setup, "fast.c": source}
    tree = write(tmp_path / "demo-1.0", files)
    sdist = tmp_path / "demo-1.0.tar.gz"
    with tarfile.open(sdist, "w:gz") as result:
        result.add(tree, "demo-1.0")
    shas = {
        built_wheel(sdist, tmp_path / "out", scratch=tmp_path / "s", epoch=EPOCH).sha256 for _ in range(2)
    }
    assert len(shas) == 1
    wheel = next((tmp_path / "out").glob("*.whl"))
    (module,) = [name for name in members(wheel).paths if name.endswith((".so", ".pyd"))]
    with zipfile.ZipFile(wheel) as opened:
        assert opened.getinfo(module).external_attr >> 16 & 0o111 == 0o111
