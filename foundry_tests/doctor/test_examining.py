"""The doctor looks at everything, makes nothing, and goes on where something is broken.

Add here how the checks play together.
Not here: a single group of checks (the tests beside this one).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.catalog import Package
from foundry_assets.catalog_file import write_packages
from foundry_assets.doctor import examine
from foundry_assets.errors import UnknownIndex
from foundry_assets.home import Foundry
from foundry_tests.beginning.writing import DYNAMIC, project, write
from foundry_tests.doctor.scene import by_check, foundry_with


def test_a_sound_foundry_has_nothing_in_its_way_and_nothing_is_made(tmp_path: Path) -> None:
    """Every group of checks speaks, none blocks, and a home that was not there is not there afterwards."""
    write(tmp_path, {"a/pyproject.toml": project("a")})
    foundry = foundry_with(tmp_path, '[[package]]\nname = "a"\nsource = "a"\n')
    before = sorted(tmp_path.rglob("*"))
    found = by_check(examine(foundry))
    assert [finding for finding in found.values() if finding.verdict == "blocks"] == []
    assert {"Python", "twine", "git", "environments", "isolation", "catalog", "sources"} <= found.keys()
    assert {"home", "room", "store", "credential for local", "index local", "Dagster"} <= found.keys()
    assert sorted(tmp_path.rglob("*")) == before


def test_every_fault_of_the_catalog_is_told(tmp_path: Path) -> None:
    """A broken catalog is told fault by fault, and that the rest follows from it."""
    foundry = foundry_with(tmp_path, '[foundry]\nindx = "a"\n[[package]]\nname = "a b"\nsource = 3\n')
    found = [finding for finding in examine(foundry) if finding.check in {"catalog", "the rest"}]
    assert [finding.verdict for finding in found] == ["blocks", "blocks", "blocks", "warning"]
    assert {"write `index`"} <= {finding.remedy for finding in found}


def test_a_home_inside_a_source_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that no release would take blocks, with where to put it."""
    monkeypatch.setenv("FOUNDRY_HOME", str(tmp_path / "a" / "home"))
    write(
        tmp_path,
        {"a/pyproject.toml": project("a"), "foundry.toml": '[[package]]\nname = "a"\nsource = "a"\n'},
    )
    found = by_check(examine(Foundry(catalog_file=str(tmp_path / "foundry.toml"))))
    assert (found["catalog"].verdict, "which must stay untouched" in found["catalog"].found) == (
        "blocks",
        True,
    )
    assert "the rest" in found


def test_each_source_is_looked_at(tmp_path: Path) -> None:
    """A source that is gone, broken, of another name or without a version is told by its package."""
    files = {
        "good/pyproject.toml": DYNAMIC.format(name="good"),
        "broken/pyproject.toml": "[project",
        "other/pyproject.toml": project("another"),
        "flat/main.py": "",
    }
    write(tmp_path, files)
    names = ["good", "broken", "other", "gone"]
    text = "".join(f'[[package]]\nname = "{name}"\nsource = "{name}"\n' for name in names)
    text += '[[package]]\nname = "flat"\nsource = "flat"\nmain_file = "main.py"\n'
    text += '[[package]]\nname = "far"\nsource = { git = "https://git.example/far.git" }\n'
    found = by_check(examine(foundry_with(tmp_path, text)))
    told = {check: finding for check, finding in found.items() if check.startswith("source")}
    assert sorted(told) == [f"source of {name}" for name in ("broken", "flat", "gone", "other")]
    assert {finding.verdict for finding in told.values()} == {"blocks"}
    assert "declares `another`" in told["source of other"].found
    assert "write `version`" in told["source of flat"].remedy
    assert "1 of them fetched when they are released" in found["catalog"].found


def test_an_index_that_the_catalog_no_longer_has_is_a_finding(tmp_path: Path) -> None:
    """A package that the home remembers may go to an index of yesterday; the others are looked at."""
    write(tmp_path, {"a/pyproject.toml": project("a"), "home/x": ""})
    remembered = Package(name="a", source=tmp_path / "a", index="yesterday")
    write_packages(tmp_path / "home" / "packages.toml", [remembered])
    found = by_check(examine(foundry_with(tmp_path, "")))
    assert (found["index yesterday"].verdict, found["index local"].verdict) == ("blocks", "good")
    assert "no index `yesterday`" in found["index yesterday"].found


def test_an_index_that_nobody_knows_is_a_wrong_call(tmp_path: Path) -> None:
    """The name given by --index must be one."""
    with pytest.raises(UnknownIndex, match="nope"):
        list(examine(foundry_with(tmp_path, ""), index="nope"))


def test_a_check_that_breaks_down_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that nobody foresaw is a finding that names its kind, and never its words."""

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setattr("foundry_assets.doctor.places.shutil.disk_usage", breaks)
    monkeypatch.setattr("foundry_assets.doctor.tools.shutil.which", breaks)
    found = by_check(examine(foundry_with(tmp_path, "")))
    assert found["git"].verdict == "blocks"
    assert "RuntimeError" in found["git"].found
    assert "Dagster" in found
    assert not any("canary" in finding.found for finding in found.values())
