"""Real packages that the foundry's makers did not write, released to the embedded index.

Add here a package whose backend or shape no other one covers; versions are pinned.
Not here: miniature projects (packages), and what a single craft does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from pypi_simple import DistributionPackage, NoSuchProjectError, PyPISimple

from foundry_assets.content import list_tree
from foundry_assets.craft.building import members, unpack
from foundry_tests.story_fixtures import House, open_house

PACKAGES = [
    pytest.param("six", "1.17.0", id="setup.py, single module"),
    pytest.param("pluggy", "1.7.0", id="setuptools-scm"),
    pytest.param("attrs", "26.1.0", id="hatch-vcs"),
    pytest.param("packaging", "26.3", id="flit"),
    pytest.param("tomlkit", "0.15.2", id="poetry"),
    pytest.param("annotated-doc", "0.0.7", id="pdm"),
    pytest.param("pytest-socket", "0.8.1", id="uv_build"),
    pytest.param("MarkupSafe", "3.0.4", id="C extension"),
    pytest.param("jaraco.functools", "4.6.0", id="namespace"),
]
pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house of its own for each package."""
    with open_house(tmp_path) as house:
        yield house


def fetched(name: str, version: str, folder: Path) -> dict[str, Path]:
    """Fetch a release's sdist and one wheel from the package index, verified; skips without a way there."""
    try:
        with PyPISimple() as index:
            offered = [file for file in index.get_project_page(name).packages if file.version == version]
            found: dict[str, DistributionPackage] = {}
            for file in sorted(offered, key=lambda file: _fit(file.filename)):
                found.setdefault(file.package_type or "", file)
            for file in (found["sdist"], found["wheel"]):
                index.download_package(file, folder / file.filename)
    except (requests.RequestException, NoSuchProjectError) as error:
        pytest.skip(f"the package index cannot be reached from here: {error}")
    return {kind: folder / found[kind].filename for kind in ("sdist", "wheel")}


def _fit(filename: str) -> int:
    """Prefer the pure wheel, then any for this Python: only the names in it are compared."""
    return (
        0 if "py3-none-any" in filename else 1 if "cp311-manylinux" in filename or ".tar" in filename else 2
    )


def held(wheel: Path) -> set[str]:
    """Give what a wheel holds beside its metadata; a compiled module's file name says its platform."""
    paths = {re.sub(r"\.(cpython|cp3)[^.]*\.(so|pyd)$", ".so", path) for path in members(wheel).paths}
    made_in_a_checkout = {"scm_version.json", "scm_file_list.json"}
    return {path for path in paths if ".dist-info/" not in path and Path(path).name not in made_in_a_checkout}


@pytest.mark.parametrize(("name", "version"), PACKAGES)
def test_a_real_package_is_released_whole_and_only_once(
    house: House, tmp_path: Path, name: str, version: str
) -> None:
    """It is published, its wheel holds all that the maintainers' wheel holds, and again nothing is sent."""
    theirs = fetched(name, version, tmp_path / "fetched")
    source = unpack(theirs["sdist"], tmp_path / "source")
    before = list_tree(source)
    first = house.release(source)
    assert first.status == "published", first.message
    assert list_tree(source) == before
    wheel = house.home.index / next(file.filename for file in first.files if file.kind == "wheel")
    assert held(theirs["wheel"]) <= held(wheel)
    posts = len(house.posts)
    again = house.release(source)
    assert {file.verdict for file in again.files} == {"already_identical"}
    assert {file.sha256 for file in again.files} == {file.sha256 for file in first.files}
    assert len(house.posts) == posts == 2
