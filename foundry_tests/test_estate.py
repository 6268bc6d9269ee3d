"""An estate of flat packages, released: wheels that import, and a remedy for each that would not.

Add here what such a package is promised end to end.
Not here: the order that names them all at once, and how a package is laid out (craft/staging/drafting).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

import pytest

from foundry_assets.content import list_tree
from foundry_assets.errors import CatalogInvalid
from foundry_assets.launching.orders import Choice, order_package
from foundry_assets.records import Outcome
from foundry_tests import estate
from foundry_tests.story_fixtures import House, assert_nothing_left, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A fresh house with the estate in `estate`."""
    with open_house(tmp_path) as opened:
        estate.copy_estate(tmp_path / "estate")
        yield opened


def released(house: House, short: str) -> Outcome:
    """Release one package of the estate by its entry."""
    package = estate.package(short, house.root / "estate")
    return house.run(order_package(package, Choice(), house.foundry))


def wheel(house: House, short: str) -> zipfile.ZipFile:
    """Open the wheel that the index got."""
    (path,) = house.home.index.glob(f"{estate.distribution_of(short).replace('-', '_')}-*.whl")
    return zipfile.ZipFile(path)


def test_a_flat_package_is_published_whole_and_its_source_stays(house: House) -> None:
    """Its wheel holds every module and data file and no test; evidence says what was generated and moved."""
    before = list_tree(house.root / "estate")
    outcome = released(house, "words")
    assert outcome.status == "published", outcome.message
    assert list_tree(house.root / "estate") == before
    with wheel(house, "words") as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
        metadata = Parser().parsestr(archive.read(_metadata(archive)).decode())
        licence = archive.read("x_0000_make_words_x-0.1.0.dist-info/licenses/LICENSE").decode()
    modules = {"__init__.py", "x_cls_make_words_x.py", "lists.py", "data/greetings.txt"}
    assert {f"x_make_words_x/{name}" for name in modules} <= inside
    assert not [name for name in inside if "test" in name or name.endswith(".pyc")]
    assert licence == f"{estate.TEXT_LICENCE}\n"
    assert metadata["Author-email"] == '"The Estate (all of it)" <estate@example.com>'
    told = house.materialised("staged_workspace").metadata
    assert told["import_package"].value == "x_make_words_x"
    assert told["generated"].value == "LICENSE, pyproject.toml, src/x_make_words_x/__init__.py"
    facts = house.shelf(outcome.release).manifest("staged_workspace").facts
    assert facts["moved"] == {f"src/x_make_words_x/{name}": name for name in modules - {"__init__.py"}}


def _metadata(archive: zipfile.ZipFile) -> str:
    return next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))


def test_an_undeclared_sibling_is_blocked_by_name(house: House) -> None:
    """The reason names the module, the file and line that import it, and the distribution to declare."""
    house.home.remember(estate.package("common", house.root / "estate"))
    assert_nothing_left(
        house,
        released(house, estate.UNDECLARED),
        "No module named 'x_make_common_x' (x_make_probe_x/x_cls_make_probe_x.py, line 5)",
        "add `x-0000-make-common-x`, a package of the catalog, to the package's dependencies",
    )


@pytest.mark.slow
def test_the_estate_is_released_in_the_order_of_its_needs(house: House) -> None:
    """Packages that import each other absolutely, with data and licences of all kinds, are published."""
    outcomes = [released(house, short) for short in estate.GOOD]
    assert [outcome.status for outcome in outcomes] == ["published"] * len(estate.GOOD)
    with wheel(house, "table") as archive:
        names = set(archive.namelist())
        metadata = archive.read(_metadata(archive)).decode()
    assert {"x_make_table_x/layouts/plain.txt", "x_make_table_x/notes2.txt"} <= names
    assert "x_make_table_x/mypy.ini" not in names
    assert "License-Expression: Apache-2.0 OR MIT" in metadata
    with wheel(house, "clock") as archive:
        licences = {name for name in archive.namelist() if "/licenses/" in name}
    assert {name.rpartition("/")[2] for name in licences} == {"LICENSE", "LICENSE.txt"}


@pytest.mark.slow
def test_a_neighbour_imported_as_a_script_would_is_blocked(house: House) -> None:
    """The reason says where the module lies, as what it is shipped, and how to import it."""
    assert_nothing_left(
        house,
        released(house, estate.LOOSE),
        "(x_make_loose_x/x_cls_make_loose_x.py, line 3)",
        "lies in the source as `x_cls_loose_words.py` and is shipped as `x_make_loose_x.x_cls_loose_words`",
    )


def test_a_named_file_that_is_not_there_stops_before_anything_is_done(house: House) -> None:
    """The fault names the path without its leading slash, and nothing is remembered."""
    with pytest.raises(CatalogInvalid, match=r"ancillary: there is no `charts/missing\.txt`"):
        released(house, estate.MISSING_FILE)
    assert not house.home.packages.exists()


def test_the_order_names_every_package_that_is_there(tmp_path: Path) -> None:
    """The fixtures' order and their folders are of one mind, so that others can build on both."""
    parameters = estate.order_for(tmp_path)["parameters"]
    assert {entry["package"] for entry in parameters["entries"]} == {
        path.name for path in estate.ESTATE.iterdir()
    }
    for entry in parameters["entries"]:
        assert (
            (estate.ESTATE / entry["package"] / entry["package"].replace("x_make", "x_cls_make"))
            .with_suffix(".py")
            .is_file()
        )
