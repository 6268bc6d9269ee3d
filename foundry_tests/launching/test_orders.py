"""From what a person names to releases: every fault at once, nothing begun for any, each package once.

Add here another way of naming packages, and what is wrong with it.
Not here: reading sources (craft/staging) and running orders.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from foundry_assets.catalog import Package, SourceMetadata
from foundry_assets.catalog_file import read_packages
from foundry_assets.errors import CallIsWrong, UnknownIndex, UnknownPackage
from foundry_assets.home import Foundry
from foundry_assets.launching.orders import Choice, OrdersWrong, order_package, resolve
from foundry_assets.release import Release
from foundry_tests.craft.staging.sources import write
from foundry_tests.story_fixtures import House, quick_project

CATALOG = """
[indexes.company]
upload_url = "http://127.0.0.1:9/legacy/"
simple_url = "http://127.0.0.1:9/simple/"

[[package]]
name = "story-one"
source = "one"
index = "company"

[[package]]
name = "story-two"
source = "two"
"""


@pytest.fixture
def catalogued(house: House) -> House:
    """A house whose catalog has two packages."""
    house.catalog(CATALOG)
    quick_project(house.root / "one", name="story-one")
    quick_project(house.root / "two", name="story-two", version="2.0")
    return house


def test_names_and_all_give_one_order_a_package(catalogued: House) -> None:
    """A package that is named twice, and taken with all the others, is still released once."""
    choice = Choice(names=("Story.One", "story-one"), everything=True)
    orders = resolve(choice, catalogued.foundry)
    assert [str(order.release) for order in orders] == ["story-one==1.0", "story-two==2.0"]
    assert [order.index for order in orders] == ["company", "local"]
    assert [order.confirm for order in orders] == ["story-one==1.0", "story-two==2.0"]


def test_an_index_that_is_named_goes_for_every_package(catalogued: House) -> None:
    """`--index` overrules what the catalog says."""
    orders = resolve(Choice(everything=True, index="local"), catalogued.foundry)
    assert {order.index for order in orders} == {"local"}


def test_a_bare_folder_is_remembered_by_the_home(house: House) -> None:
    """A package released by its folder is known afterwards, so that re-runs and the UI find it."""
    source = quick_project(house.root / "source")
    house.order(source)
    (kept,) = read_packages(house.home.packages)
    assert (kept.name, kept.source) == ("story-quick", source)
    (again,) = resolve(Choice(names=("story-quick",)), house.foundry)
    assert str(again.release) == "story-quick==1.0"


def test_a_folder_that_is_in_the_catalog_is_released_as_the_catalog_has_it(catalogued: House) -> None:
    """`--path` to a catalog package's own source keeps that package's index; nothing is remembered twice."""
    order = catalogued.order(catalogued.root / "one")
    assert order.index == "company"
    assert not catalogued.home.packages.exists()


def test_a_folder_that_claims_a_catalog_name_from_elsewhere_is_refused(catalogued: House) -> None:
    """A run would read the catalog and release the other source, so the two are told apart first."""
    other = quick_project(catalogued.root / "other", name="story-one")
    with pytest.raises(OrdersWrong) as raised:
        catalogued.order(other)
    assert "has its source at" in str(raised.value)
    assert "release it by its name" in str(raised.value)


def test_every_fault_of_several_sources_is_told_at_once(house: House) -> None:
    """A missing folder, a folder without a project and an unparsable one are three faults in one answer."""
    empty, broken = house.root / "empty", house.root / "broken"
    empty.mkdir()
    broken.mkdir()
    (broken / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    good = quick_project(house.root / "good")
    paths = (house.root / "gone", empty, good, broken)
    with pytest.raises(OrdersWrong) as raised:
        resolve(Choice(paths=paths), house.foundry)
    assert [fault.where for fault in raised.value.faults] == [str(paths[0]), str(empty), str(broken)]
    assert all(fault.remedy for fault in raised.value.faults)


@pytest.mark.parametrize(
    ("choice", "error"),
    [
        (Choice(), CallIsWrong),
        (Choice(names=("nobody",)), UnknownPackage),
        (Choice(everything=True, index="nowhere"), UnknownIndex),
    ],
)
def test_a_choice_that_names_nothing_known_is_refused(
    catalogued: House, choice: Choice, error: type[CallIsWrong]
) -> None:
    """No package, an unknown package and an unknown index each say what there is instead."""
    with pytest.raises(error) as raised:
        resolve(choice, catalogued.foundry)
    assert raised.value.remedy


def test_a_home_inside_a_bare_folder_is_refused_before_it_is_made(tmp_path: Path) -> None:
    """`--path` with a home inside that folder writes nothing there, not even the home."""
    source = quick_project(tmp_path / "source")
    foundry = Foundry(home_folder=str(source / "home"))
    with pytest.raises(CallIsWrong, match="FOUNDRY_HOME"):
        resolve(Choice(paths=(source,)), foundry)
    assert not (source / "home").exists()


def test_a_copy_of_a_bundled_package_is_released_from_its_own_folder(house: House) -> None:
    """Somebody who plays with a copy of a demo package releases the copy, not the bundled folder."""
    copy = quick_project(house.root / "copy", name="demo-slug", version="7.0")
    assert str(house.order(copy).release) == "demo-slug==7.0"
    assert house.foundry.catalog.package("demo-slug").source == copy


def test_a_folder_that_declares_nothing_goes_by_the_entry_that_speaks_for_it(catalogued: House) -> None:
    """`--path` to the source of an entry with a main file is released as that entry has it."""
    bare = catalogued.root / "x_make_bare_x"
    write(bare, {"x_cls_make_bare_x.py": ""})
    entry = Package(name="x-bare", source=bare, main_file="x_cls_make_bare_x.py", version="3.0")
    (order,) = resolve(Choice(paths=(_known(catalogued, entry),)), catalogued.foundry)
    assert str(order.release) == "x-bare==3.0"


def test_every_fault_of_an_entry_keeps_its_key(catalogued: House) -> None:
    """What is wrong with an entry's files is told key by key, beside other packages' faults."""
    entry = Package(name="x-bare", source=catalogued.root, main_file="gone.py", ancillary=("gone.md",))
    _known(catalogued, entry)
    with pytest.raises(OrdersWrong) as raised:
        resolve(Choice(names=("x-bare",), paths=(catalogued.root / "gone",)), catalogued.foundry)
    assert [fault.where for fault in raised.value.faults] == [
        *("x-bare: main_file", "x-bare: ancillary", "x-bare: version", str(catalogued.root / "gone"))
    ]


def test_an_entry_that_describes_its_package_whole_is_ordered_and_remembered(catalogued: House) -> None:
    """Ordering by an entry records it; the catalog's own of that name is not overruled."""
    write(catalogued.root / "x_make_bare_x", {"main.py": ""})
    bare = Package(
        name="x-bare", source=catalogued.root / "x_make_bare_x", main_file="main.py", version="3.0"
    )
    order = order_package(bare, Choice(mode="rehearse", index="company"), catalogued.foundry)
    assert (str(order.release), order.index, order.mode) == ("x-bare==3.0", "company", "rehearse")
    assert read_packages(catalogued.home.packages) == (bare,)
    with pytest.raises(CallIsWrong, match="has another entry in"):
        order_package(bare.model_copy(update={"name": "story-one"}), Choice(), catalogued.foundry)
    with pytest.raises(CallIsWrong, match="FOUNDRY_HOME"):
        order_package(bare.model_copy(update={"source": catalogued.root}), Choice(), catalogued.foundry)


def _known(house: House, entry: Package) -> Path:
    """Have the home remember an entry, and give its source."""
    house.home.remember(entry)
    assert isinstance(entry.source, Path)
    return entry.source


def test_orders_of_one_call_know_which_of_one_another_they_need(catalogued: House) -> None:
    """Requirements come from source files and from entries; a release for another index is not meant."""
    _states(quick_project(catalogued.root / "app", name="story-app"), '"story.lib>=1", "story-one"')
    write(catalogued.root / "x_make_lib_x", {"main.py": ""})
    lib = Package(
        name="story-lib",
        source=catalogued.root / "x_make_lib_x",
        main_file="main.py",
        version="3.0",
        metadata=SourceMetadata(dependencies=("story-two",)),
    )
    choice = Choice(paths=(catalogued.root / "app", _known(catalogued, lib)), everything=True)
    orders = {str(order.release.name): order for order in resolve(choice, catalogued.foundry)}
    assert [str(needed) for needed in orders["story-app"].needs] == ["story-two==2.0", "story-lib==3.0"]
    assert orders["story-one"].needs == orders["story-two"].needs == ()
    together = {
        str(order.release.name): order
        for order in resolve(replace(choice, index="local"), catalogued.foundry)
    }
    assert Release.of("story-one", "1.0") in together["story-app"].needs


def test_packages_that_need_each_other_are_refused_by_name(catalogued: House) -> None:
    """A circle is told before anything is begun."""
    _states(catalogued.root / "one", '"story-two"')
    _states(catalogued.root / "two", '"story-one"')
    with pytest.raises(CallIsWrong, match=r"story-\w+==\d.0 -> story-\w+==\d.0 -> story-\w+==\d.0"):
        resolve(Choice(everything=True, index="local"), catalogued.foundry)


def _states(source: Path, requirements: str) -> None:
    """Have a project declare what it needs."""
    project = source / "pyproject.toml"
    told = project.read_text("utf-8").replace("[project]", f"[project]\ndependencies = [{requirements}]")
    project.write_text(told, encoding="utf-8")
