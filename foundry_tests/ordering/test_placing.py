"""An entry's words become a package of the catalog: its folder, main file, files, and what it needs.

Add here another way in which an entry's folder can be laid out.
Not here: which files are shipped (craft/staging/drafting), and words that are wrong by themselves.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from foundry_assets.catalog import SourceMetadata
from foundry_assets.errors import CatalogInvalid
from foundry_assets.ordering.form import BatchOrder
from foundry_assets.ordering.needs import needs_of
from foundry_assets.ordering.placing import Placed, place
from foundry_tests import estate
from foundry_tests.ordering.writing import entry, order, write_package


def placed(root: Path, *entries: dict[str, Any]) -> list[Placed]:
    """Place the entries of an order."""
    return place(BatchOrder.model_validate(order(root, *entries)).parameters)


def fault(root: Path, told: dict[str, Any]) -> str:
    """Give the one fault of an entry, as people read it."""
    (one,) = placed(root, told)
    with pytest.raises(CatalogInvalid) as raised:
        one.package()
    (found,) = raised.value.faults
    assert found.remedy
    return f"{found.where}: {found.what}"


def test_the_estate_becomes_the_catalog_it_is_meant_to_be() -> None:
    """Every entry, with its leading slashes and its allow-list, is the package that one would write by hand."""  # noqa: E501
    told = estate.order_for(estate.ESTATE)
    for one in place(BatchOrder.model_validate(told).parameters):
        short = one.entry.package.removeprefix("x_make_").removesuffix("_x")
        by_hand = estate.package(short, estate.ESTATE)
        slashes = {path.lstrip("/") for path in by_hand.ancillary}
        assert one.package() == by_hand.model_copy(update={"ancillary": tuple(sorted(slashes))})


def test_what_is_said_is_what_the_package_gets(tmp_path: Path) -> None:
    """Metadata, the canonical name and version, and the files of every kind of list, each file once."""
    folder = write_package(tmp_path, "a")
    (folder / "one.list").write_text("\ufeff# comment\n\n /data/b.txt \nREADME.md\n", encoding="utf-8")
    (folder / "two.list").write_text("c.txt\n", encoding="utf-8")
    lists = {"ancillary_allowlist": ["one.list"], "ancillary_list": ["@/two.list"]}
    told = entry(
        "a", ancillary=["/README.md", "@one.list", str(folder / "d.txt")], **lists, version="1.0.RC1"
    )
    told["options"] |= {"author": " A ", "email": None, "license_text": "MIT", "pypi_name": "T__A"}
    (one,) = placed(tmp_path, told)
    package = one.package()
    assert (package.name, package.version, package.source) == ("t-a", "1.0rc1", folder)
    assert package.metadata == SourceMetadata(author="A", license="MIT")
    assert package.ancillary == ("README.md", "c.txt", "d.txt", "data/b.txt")
    assert one.entry.ancillary == ("/README.md", "@one.list", str(folder / "d.txt"))


def test_a_requirement_by_import_name_means_the_siblings_distribution(tmp_path: Path) -> None:
    """Version, extra and marker stay; a name that is a distribution of the order is taken at its word."""
    a = entry("a")
    b = entry("b", dependencies=["X.make.a_x[x]>=1; python_version>'3'", "requests"])
    c = entry("c", "a", dependencies=["t_a", "x_make_d_x"])
    d = entry("d", pypi_name="x_make_a_x")
    shadowed = placed(tmp_path, a, b, d)
    assert shadowed[1].dependencies[0].startswith("X.make.a_x[x]")
    one = placed(tmp_path, a, b, c)
    assert one[1].dependencies == ('t_a[x]>=1; python_version > "3"', "requests")
    assert one[1].safe_kwargs["dependencies"] == list(one[1].dependencies)
    assert one[1].entry.said.as_told()["dependencies"] == list(b["options"]["dependencies"])
    needs = needs_of([told.entry for told in one])
    assert needs == {"t-a==1.0": (), "t-b==1.0": ("t-a==1.0",), "t-c==1.0": ("t-a==1.0",)}


def test_the_main_file_is_the_packages_own_or_the_only_one(tmp_path: Path) -> None:
    """A file named after the package wins over its neighbours; one that stands alone may have any name."""
    named, alone = write_package(tmp_path, "named"), write_package(tmp_path, "alone")
    (named / "x_cls_another.py").write_text("", encoding="utf-8")
    (alone / "x_cls_make_alone_x.py").rename(alone / "x_cls_other.py")
    found = [one.main_file for one in placed(tmp_path, entry("named"), entry("alone"))]
    assert found == ["x_cls_make_named_x.py", "x_cls_other.py"]


def test_a_main_file_that_is_not_there_or_not_clear_is_a_fault(tmp_path: Path) -> None:
    """No candidate and two of them are told with what is there."""
    none, two = write_package(tmp_path, "none"), write_package(tmp_path, "two")
    (none / "x_cls_make_none_x.py").unlink()
    (two / "x_cls_make_two_x.py").rename(two / "x_cls_a.py")
    (two / "x_cls_b.py").write_text("", encoding="utf-8")
    assert "there is no `x_cls_*.py`" in fault(tmp_path, entry("none"))
    assert "holds x_cls_a.py, x_cls_b.py" in fault(tmp_path, entry("two"))


@pytest.mark.parametrize(
    ("ancillary", "what"),
    [
        ("@gone.list", "the allow-list `gone.list`"),
        ("@binary.list", "it is not UTF-8"),
        ("@", "an empty path"),
        ("@out.list", "leads out of"),
        ("D:\\a.txt", "leads out of"),
    ],
)
def test_a_list_or_path_that_cannot_be_meant_is_a_fault(tmp_path: Path, ancillary: str, what: str) -> None:
    """A list that is missing, unreadable or names a file outside, and a path of another drive."""
    folder = write_package(tmp_path, "a")
    (folder / "binary.list").write_bytes(b"\xff\xfe\xfa")
    (folder / "out.list").write_text("../../etc/passwd\n", encoding="utf-8")
    assert what in fault(tmp_path, entry("a", ancillary=[ancillary]))


@pytest.mark.skipif(sys.platform == "win32", reason="links want a right there")
def test_a_link_leads_nowhere(tmp_path: Path) -> None:
    """A package's folder and its allow-list are what they are called, not what a link makes of them."""
    folder = write_package(tmp_path / "elsewhere", "a")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "x_make_a_x").symlink_to(folder)
    assert "is really" in fault(tmp_path / "root", entry("a"))
    own = write_package(tmp_path / "root", "b")
    (own / "a.list").symlink_to(folder / "py.typed")
    assert "is a link out of" in fault(tmp_path / "root", entry("b", ancillary=["@a.list"]))


def test_a_folder_that_is_not_there_is_a_fault_of_its_entry_alone(tmp_path: Path) -> None:
    """The others are placed all the same, and the entry still has a main file to be told by."""
    write_package(tmp_path, "a")
    gone, there = placed(tmp_path, entry("gone"), entry("a"))
    assert "there is no folder" in str(gone.faults[0])
    assert gone.main_file == "x_cls_make_gone_x.py"
    assert there.faults == ()
