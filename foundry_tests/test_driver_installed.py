"""The driver's example as printed: from a wheel, from an editable install, and with its types.

Add here what depends on how the foundry is installed.
Not here: what the driver does (test_driver).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import build
import pytest

import foundry_assets
from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.summary import read_entries
from foundry_tests.craft.staging.sources import write
from foundry_tests.story_fixtures import environment_of_a_process

HERE = Path(foundry_assets.__file__).parent.parent
EXAMPLE = """\
from x_cls_make_pypi_x import XClsMakePypiX

publisher = XClsMakePypiX(
    name="your_package", version="0.1.0", author="Control Room Ops", email="lab.ops@example.com",
    description="Blueprint for a PyPI release", license_text="MIT", dependencies=["requests"], ctx=None,
)
publisher.prepare_and_publish(main_file="src/your_package/__init__.py", ancillary_files=["README.md", "pyproject.toml"])
"""  # noqa: E501 - as printed
TOOLS_ONLY = "[tool.black]\nline-length = 100\n"
DECLARING = (
    '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    '[project]\nname = "your_package"\nversion = "0.1.0"\ndependencies = ["requests"]\n'
)
needs_source = pytest.mark.skipif(
    not (HERE / "pyproject.toml").is_file(), reason="it is installed, not built here"
)


def example(folder: Path, pyproject: str) -> Path:
    """Write the example's folder."""
    files = {
        "src/your_package/__init__.py": "import requests\n",
        "README.md": "# Yours\n",
        "publish.py": EXAMPLE,
    }
    return write(folder, files | ({"pyproject.toml": pyproject} if pyproject else {}))


def run(python: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the example with a Python, in a home beside its folder."""
    around = {"FOUNDRY_HOME": str(folder.parent / "home"), **environment}
    return subprocess.run(
        [python, "publish.py"],
        cwd=folder,
        env=os.environ | around,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def as_mapped(into: Path) -> str:
    """Lay out what an editable install puts beside the packages; give the path on which both are found."""
    settings = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
    for source, target in settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].items():
        shutil.copytree(HERE / source, into / target)
    return os.pathsep.join([str(into), environment_of_a_process()["PYTHONPATH"]])


@needs_source
@pytest.mark.parametrize(
    "pyproject",
    [
        pytest.param(TOOLS_ONLY, id="generated"),
        pytest.param(DECLARING, id="the author's own", marks=pytest.mark.slow),
    ],
)
def test_the_example_runs_as_printed(tmp_path: Path, pyproject: str) -> None:
    """A script without a main guard publishes the package, says nothing, and leaves the project as it was."""
    folder = example(tmp_path / "project", pyproject)
    before = sorted(folder.rglob("*"))
    done = run(sys.executable, folder, PYTHONPATH=as_mapped(tmp_path / "installed"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done.stderr
    assert sorted(folder.rglob("*")) == before
    (entry,) = read_entries(tmp_path / "home" / "make_all_summary.json").values()
    assert entry.status == "published"
    assert {path.name[:18] for path in (tmp_path / "home" / "index").glob("your*")} == {"your_package-0.1.0"}


@needs_source
def test_the_example_says_what_is_missing(tmp_path: Path) -> None:
    """Without the pyproject.toml that it lists, the script ends with that file's name and what to do."""
    folder = example(tmp_path / "project", "")
    done = run(sys.executable, folder, PYTHONPATH=as_mapped(tmp_path / "installed"))
    assert done.returncode == 1
    assert "ancillary: there is no `pyproject.toml`" in done.stderr
    assert "-> take it off the list" in done.stderr


USER = """\
from x_cls_make_pypi_x import NotReleased, XClsMakePypiX

publisher = XClsMakePypiX(name="a", version="1")
reveal_type(publisher.prepare_and_publish("x"))
reveal_type(publisher.version_exists_on_pypi())
XClsMakePypiX(nme="a")
"""


@needs_source
@pytest.mark.slow
@pytest.mark.parametrize("way", ["wheel", "editable"])
def test_the_driver_is_there_however_the_foundry_is_installed(tmp_path: Path, way: str) -> None:
    """Built from the sdist or installed editable, the name imports, the example runs, and types are seen."""
    copy = tmp_path / "foundry"
    for name in ("foundry_assets", "foundry_tests"):
        shutil.copytree(HERE / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "workspace.yaml"):
        shutil.copy(HERE / name, copy)
    room = FreshEnvironment(tmp_path / "environment", home=tmp_path / "house", readable=[tmp_path])
    if way == "editable":
        room.install([str(copy)], options=["--editable"])
    else:
        room.install([str(wheel_of(copy, tmp_path))])
    done = run(room.python_executable, example(tmp_path / "project", TOOLS_ONLY))
    assert (done.returncode, done.stderr) == (0, "")
    told = checked_by_mypy(write(tmp_path / "user", {"user.py": USER}), room.python_executable)
    assert '"foundry_assets.records.Outcome"' in told
    assert '"bool"' in told
    assert "user.py:6: error: Unexpected keyword argument" in told
    assert "Found 1 error" in told


def wheel_of(project: Path, room: Path) -> Path:
    """Build the wheel from the sdist, as a stranger's installer may have to."""
    with build.env.DefaultIsolatedEnv(installer="uv") as environment:
        builder = build.ProjectBuilder.from_isolated_env(environment, project)
        environment.install(builder.build_system_requires)
        sdist = Path(builder.build("sdist", room / "dist"))
        shutil.unpack_archive(sdist, room / "unpacked", filter="data")
        (unpacked,) = (room / "unpacked").iterdir()
        return Path(
            build.ProjectBuilder.from_isolated_env(environment, unpacked).build("wheel", room / "dist")
        )


def checked_by_mypy(folder: Path, python: str) -> str:
    """Give what mypy, strict, says about somebody's use of the driver."""
    words = [
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(folder / "cache"),
        "--python-executable",
        python,
        "user.py",
    ]
    done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
