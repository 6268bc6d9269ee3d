"""Trying wheels in a fresh environment: what imports, what does not, and why."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from foundry_assets.content import Listing, Member
from foundry_assets.craft.installing import ImportFailure, try_wheel
from foundry_assets.craft.installing.failures import explain
from foundry_assets.craft.installing.names import importable_names


def wheel_of(folder: Path, files: dict[str, str], headers: str = "", name: str = "demo") -> Path:
    """Write an installable wheel by hand; no build backend is asked."""
    info = f"{name}-1.0.dist-info"
    written = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{headers}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*written, f"{info}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as result:
        for member, text in {**written, f"{info}/RECORD": record}.items():
            result.writestr(member, text)
    return path


def paths(*names: str) -> Listing:
    """List files by their names alone."""
    return Listing.of(Member(name, "", 1) for name in names)


@pytest.mark.parametrize(
    ("files", "tried", "skipped"),
    [
        (["demo/__init__.py", "demo/a.py", "d-1.dist-info/METADATA"], ["demo"], []),
        (["demo.py", "_demo.abi3.so"], ["demo"], ["_demo"]),
        (["fast.cpython-311-x86_64-linux-gnu.so", "slow.cp311-win_amd64.pyd"], ["fast", "slow"], []),
        (["demo/__init__.cpython-311-darwin.so"], ["demo"], []),
        (["_demo/__init__.py"], ["_demo"], []),
        (
            ["corp/tools/__init__.py", "corp/tools/a.py", "corp/deep/one.py"],
            ["corp.deep.one", "corp.tools"],
            [],
        ),
        (["demo/__init__.py", "tests/__init__.py", "tests/test_a.py"], ["demo"], ["tests"]),
        (["tests/__init__.py"], ["tests"], []),
        (["d-1.data/purelib/demo/__init__.py", "d-1.data/scripts/go.py"], ["demo"], []),
        (["demo-stubs/__init__.pyi"], [], []),
        (["demo/__init__.py", "demo.pth", "share/x.txt", "data-dir/a.py"], ["demo"], []),
    ],
)
def test_names_come_from_members(files: list[str], tried: list[str], skipped: list[str]) -> None:
    """Packages, modules, extension modules and what lies first in namespaces are names; nothing else is."""
    names = importable_names(paths(*files))
    assert (sorted(names.tried), sorted(names.skipped)) == (tried, skipped)


def test_a_good_wheel_imports_with_its_dependencies(tmp_path: Path) -> None:
    """A wheel finds its dependency in `find_links`, and imports from outside any source."""
    wheel_of(tmp_path / "links", {"needed.py": "X = 1\n"}, name="needed")
    body = "import os, needed\nassert not os.listdir(), os.listdir()\n"
    wheel = wheel_of(tmp_path, {"demo/__init__.py": body}, "Requires-Dist: needed\n")
    tried = try_wheel(wheel, scratch=tmp_path / "s", find_links=[tmp_path / "links"])
    assert tried.failed == ()
    assert tried.imported == ("demo",)
    assert tried.installed == {"demo": "1.0", "needed": "1.0"}


def test_each_name_fails_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash, an exit, a hang, an error, a missing module: each fails one name and leaves the others."""
    monkeypatch.setenv("TWINE_PASSWORD", "hunter2")
    files = {
        "crashing.py": "import os, signal\nos.kill(os.getpid(), getattr(signal, 'SIGKILL', 15))\n",
        "leaving.py": "import os\nos._exit(0)\n",
        "exiting.py": "raise SystemExit(3)\n",
        "hanging.py": "import time\ntime.sleep(600)\n",
        "wrong.py": "\n\nx = 1 / 0\n",
        "unparsable.py": "x = 1\ndef (\n",
        "threading_on.py": "import threading as t, time\nt.Thread(target=time.sleep, args=(600,)).start()\n",
        "clean.py": "import os\nassert 'TWINE_PASSWORD' not in os.environ\n",
        "package/__init__.py": "\nfrom package.inner import lost\n",
        "package/inner/__init__.py": "import package.left_behind\n",
        "needing/__init__.py": "import not_a_known_thing\n",
    }
    tree = paths("src/package/__init__.py", "src/package/left_behind.py")
    tried = try_wheel(wheel_of(tmp_path, files), scratch=tmp_path / "s", tree=tree, import_limit_seconds=5)
    failed = {failure.module: failure for failure in tried.failed}
    assert sorted(tried.imported) == ["clean", "threading_on"]
    assert "exit code" in failed["crashing"].error_last_line
    assert "left before" in failed["leaving"].error_last_line
    assert "SystemExit: 3" in failed["exiting"].error_last_line
    assert "limit of 5 seconds" in failed["hanging"].error_last_line
    assert (failed["wrong"].file, failed["wrong"].line) == ("wrong.py", 3)
    assert (failed["unparsable"].file, failed["unparsable"].line) == ("unparsable.py", 2)
    assert (failed["package"].file, failed["package"].line) == ("package/inner/__init__.py", 1)
    assert "src/package/left_behind.py" in failed["package"].advice
    assert "not shipped" in failed["package"].advice
    assert "`not_a_known_thing` is not declared" in failed["needing"].advice
    assert "needing/__init__.py, line 1" in str(failed["needing"])


@pytest.mark.parametrize(
    ("files", "headers", "failed", "note"),
    [
        pytest.param({}, "", "nothing that can be imported", "", id="empty"),
        pytest.param(
            {}, "Requires-Dist: other\n", "nothing that can be imported", "", id="empty, not a bundle"
        ),
        pytest.param({"demo.py": ""}, "Requires-Python: <3\n", "it wants Python <3", "", id="old Python"),
        pytest.param(
            {"demo.py": ""}, "Requires-Dist: demo==2.0\n", "cannot be installed", "", id="unsolvable"
        ),
        pytest.param({"demo-stubs/__init__.pyi": ""}, "", "", "stubs", id="stubs"),
        pytest.param({"demo-1.0.data/data/share/x": "x"}, "", "", "data or programs", id="data"),
    ],
)
def test_wheels_with_nothing_to_import(
    tmp_path: Path, files: dict[str, str], headers: str, failed: str, note: str
) -> None:
    """A wheel that cannot work fails with its reason; one that is meant to hold no module says so."""
    tried = try_wheel(wheel_of(tmp_path, files, headers), scratch=tmp_path / "s")
    assert [failed in failure.error_last_line for failure in tried.failed] == ([True] if failed else [])
    assert note in tried.note
    assert bool(tried.note) == bool(note)


def test_a_bundle_of_requirements_may_be_empty(tmp_path: Path) -> None:
    """A distribution whose source holds no module and which requires others installs nothing on purpose."""
    wheel_of(tmp_path / "links", {"needed.py": ""}, name="needed")
    wheel = wheel_of(tmp_path, {}, "Requires-Dist: needed\n")
    tree = paths("pyproject.toml", "setup.py")
    assert try_wheel(wheel, scratch=tmp_path / "s", find_links=[tmp_path / "links"], tree=tree).failed == ()


@pytest.mark.parametrize(
    ("missing", "advice"),
    [
        ("tkinter", "belongs to Python itself"),
        ("demo.gone", "a name of this very package"),
        ("yaml.reader", "`yaml` is not declared"),
        ("helpers", "lies in the source as `helpers/__init__.py`"),
    ],
)
def test_missing_modules_are_told_apart(missing: str, advice: str) -> None:
    """Part of Python, part of the package, left in the source, or a dependency: the advice differs."""
    answer = {"error": f"ModuleNotFoundError: No module named '{missing}'", "missing": missing, "file": None}
    failure = explain(
        "demo", answer, importable_names(paths("demo/__init__.py")), paths("helpers/__init__.py")
    )
    assert isinstance(failure, ImportFailure)
    assert advice in failure.advice


def test_an_extra_that_brings_the_missing_module_is_tried_and_named(tmp_path: Path) -> None:
    """A plug-in that leaves its host to an extra imports with that extra, and the extra is told."""
    host = wheel_of(tmp_path / "links", {"hostpkg.py": ""}, name="hostpkg")
    headers = (
        "Provides-Extra: test\nProvides-Extra: standalone\n"
        'Requires-Dist: hostpkg ; extra == "standalone"\nRequires-Dist: not-there-at-all ; extra == "test"\n'
    )
    plugin = wheel_of(tmp_path, {"demo.py": "import hostpkg\n"}, headers)
    tried = try_wheel(plugin, scratch=tmp_path / "scratch", find_links=[host.parent])
    assert (tried.imported, tried.failed, tried.extras) == (("demo",), (), ("standalone",))
