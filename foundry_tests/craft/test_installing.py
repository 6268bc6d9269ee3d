"""Trying wheels in a fresh environment: what imports, what does not, and why."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from foundry_assets.content import Listing, Member
from foundry_assets.craft.installing import Around, Origin, try_wheel
from foundry_assets.craft.installing.names import importable_names


def wheel_of(
    folder: Path, files: dict[str, str], headers: str = "", name: str = "demo", *, version: str = "1.0"
) -> Path:
    """Write an installable wheel by hand; no build backend is asked."""
    info = f"{name}-{version}.dist-info"
    written = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{headers}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*written, f"{info}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
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
    names = importable_names(files)
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
    around = Around(Origin(tree))
    tried = try_wheel(
        wheel_of(tmp_path, files), scratch=tmp_path / "s", around=around, import_limit_seconds=5
    )
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
    around = Around(Origin(paths("pyproject.toml", "setup.py")))
    tried = try_wheel(wheel, scratch=tmp_path / "s", find_links=[tmp_path / "links"], around=around)
    assert tried.failed == ()


def test_every_module_is_judged_also_those_that_nothing_imports(tmp_path: Path) -> None:
    """A module that finds nothing blocks where it has to work; a doubt warns; a plug-in is only told."""
    wheel_of(tmp_path / "links", {"brought.py": ""}, name="brought")
    wheel_of(tmp_path / "links", {"needed.py": ""}, "Requires-Dist: brought\n", name="needed")
    files = {
        "demo/__init__.py": "from demo import core\n",
        "demo/core.py": "",
        "demo/apart.py": "import not_a_known_thing\n",
        "demo/contrib/other.py": "import yaml\n",
        "demo/borrowing.py": "import brought\n",
        "demo/own.py": "from demo import gone\n",
        "demo/program.py": "\nimport lost_for_all\n",
        "demo-1.0.dist-info/entry_points.txt": "[console_scripts]\ngo = demo.program:main\n",
        "tests/test_a.py": "import pytest_of_nobody\n",
    }
    wheel = wheel_of(tmp_path, files, "Requires-Dist: needed\n")
    tried = try_wheel(wheel, scratch=tmp_path / "s", find_links=[tmp_path / "links"])
    assert [(failure.module, failure.file, failure.line) for failure in tried.failed] == [
        ("demo.program", "demo/program.py", 2)
    ]
    assert sorted(doubt.module for doubt in tried.doubts) == ["demo.apart", "demo.borrowing", "demo.own"]
    assert sorted(told.module for told in tried.optional) == ["demo.contrib.other", "tests.test_a"]
    assert "`brought` brings it today" in str(tried.doubts[-1])
    assert "add `PyYAML`" in "".join(map(str, tried.optional))


def test_a_package_whose_entry_says_all_has_no_optional_part(tmp_path: Path) -> None:
    """With a main module, every module has to work, and names of the catalog are told with whose they are."""
    files = {
        "x_make_demo_x/__init__.py": "",
        "x_make_demo_x/x_cls_make_demo_x.py": "from x_make_demo_x import words\n",
        "x_make_demo_x/words.py": "",
        "x_make_demo_x/contrib/other.py": "import x_make_other_x.deep\n",
    }
    around = Around(
        distributions={"x_make_other_x": "x-0000-make-other-x"}, main_module="x_make_demo_x.x_cls_make_demo_x"
    )
    tried = try_wheel(wheel_of(tmp_path, files), scratch=tmp_path / "s", around=around)
    assert set(tried.imported) == {"x_make_demo_x", "x_make_demo_x.x_cls_make_demo_x"}
    (failure,) = tried.failed
    assert (failure.file, failure.line) == ("x_make_demo_x/contrib/other.py", 1)
    assert "add `x-0000-make-other-x`, a package of the catalog," in failure.advice


def test_a_module_that_is_made_at_run_time_is_not_missed(tmp_path: Path) -> None:
    """What a package puts into `sys.modules` or onto its path when it is imported can be imported."""
    files = {
        "demo/__init__.py": "import sys, types\nX = 1\n"
        "sys.modules['demo.made'] = types.ModuleType('demo.made')\n"
        "setattr(sys.modules[__name__], 'late', 1)\nsys.path.append(__file__[:-11] + 'vendored')\n",
        "demo/vendored/inner_thing.py": "",
        "demo/user.py": "import demo.made\nfrom demo import late, X\nimport inner_thing\n",
    }
    around = Around(main_module="demo.user")
    tried = try_wheel(wheel_of(tmp_path, files), scratch=tmp_path / "s", around=around)
    assert (tried.failed, tried.doubts, tried.optional) == ((), (), ())


def test_an_extra_that_brings_the_missing_module_is_tried_and_named(tmp_path: Path) -> None:
    """A plug-in that leaves its host to an extra imports with that extra, and the extra is told."""
    host = wheel_of(tmp_path / "links", {"hostpkg.py": ""}, name="hostpkg")
    headers = (
        "Provides-Extra: test\nProvides-Extra: standalone\n"
        'Requires-Dist: hostpkg ; extra == "standalone"\nRequires-Dist: not-there-at-all ; extra == "test"\n'
    )
    own_words = "try:\n    import hostpkg\nexcept ImportError:\n    raise ImportError('install the extra')\n"
    plugin = wheel_of(tmp_path, {"demo.py": "import hostpkg\n", "demod.py": own_words}, headers)
    tried = try_wheel(plugin, scratch=tmp_path / "scratch", find_links=[host.parent])
    assert (set(tried.imported), tried.failed, tried.extras) == ({"demo", "demod"}, (), ("standalone",))
