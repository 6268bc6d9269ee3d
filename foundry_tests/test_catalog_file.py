"""Reading a catalog and the home's memory of packages: files of odd forms, and what is seen from where.

Add here a form of file that people have, or a thing that the home remembers.
Not here: what a key may hold (test_catalog), and where a catalog is looked for (test_home).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from foundry_assets.catalog import GitSource, Package, SourceMetadata
from foundry_assets.catalog_file import read_catalog, read_packages, write_packages
from foundry_assets.errors import CatalogInvalid
from foundry_tests.test_catalog import FULL, faults, write


def test_a_file_that_is_not_toml_is_told_by_its_line(tmp_path: Path) -> None:
    """Where TOML breaks, the line is named."""
    assert "line 2" in faults(tmp_path, "[foundry]\nindex = local\n")["file"].what


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are a fault of the file, not a crash."""
    (tmp_path / "foundry.toml").write_bytes('[foundry]\nindex = "é"\n'.encode("latin-1"))
    with pytest.raises(CatalogInvalid, match="not TOML"):
        read_catalog(tmp_path / "foundry.toml")


def test_a_file_that_is_nested_too_deeply_is_told(tmp_path: Path) -> None:
    """A catalog that no reader comes to the end of is a fault of the file, not a crash."""
    assert "nested" in faults(tmp_path, f"x = {'[' * 50_000}{']' * 50_000}\n")["file"].what


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    """A file that an editor on Windows saved is read like any other."""
    (tmp_path / "foundry.toml").write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert "demo-pkg" in read_catalog(tmp_path / "foundry.toml").packages


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    """A catalog that was named and is not there is an error, never the demo packages."""
    with pytest.raises(CatalogInvalid, match="name a file that can be read"):
        read_catalog(tmp_path / name)


def test_sources_are_seen_from_the_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative sources, git ones too, do not depend on the folder that a command is run from."""
    (tmp_path / "house" / "repository").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    text = '[[package]]\nname = "a"\nsource = "../a"\n[[package]]\nname = "b"\nsource = {git = "repository"}'
    catalog = read_catalog(write(tmp_path / "house", text))
    assert catalog.package("a").source == (tmp_path / "a").resolve()
    assert catalog.package("b").source == GitSource(git=str((tmp_path / "house" / "repository").resolve()))


def test_the_home_remembers_packages_and_the_catalog_wins(tmp_path: Path) -> None:
    """Packages released by their folder stay known; what the catalog says of them counts more."""
    folder = tmp_path / "a"
    remembered = [Package(name="a", source=folder), Package(name="b", source=folder)]
    write_packages(tmp_path / "packages.toml", remembered)
    text = '[[package]]\nname = "b"\nsource = "b"\ntyping = "off"'
    catalog = read_catalog(write(tmp_path, text), home_packages=tmp_path / "packages.toml")
    assert catalog.package("a") == remembered[0]
    assert (catalog.package("b").typing, catalog.package("b").source) == ("off", (tmp_path / "b").resolve())


def test_remembered_packages_come_back_as_they_were(tmp_path: Path) -> None:
    """Every key of an entry survives the home's file, whatever characters its folder has."""
    entries = (
        Package(name="a", source=tmp_path / 'odd "näme" \\ \n'),
        Package(name="b", source=GitSource(git="https://code.example/b.git", ref="v1"), index="company"),
        Package(
            name="c",
            source=tmp_path,
            main_file="c.py",
            version="1.0",
            typing="full",
            metadata=SourceMetadata(author="ø", license="one\n\ttwo\n", dependencies=("d>1",)),
            ancillary=("R.md",),
        ),
    )
    write_packages(tmp_path / "packages.toml", entries)
    assert read_packages(tmp_path / "packages.toml") == entries
    assert [path.name for path in tmp_path.iterdir()] == ["packages.toml"]


def test_a_damaged_memory_names_its_file(tmp_path: Path) -> None:
    """A fault in the home's own file is not blamed on the catalog."""
    file = write(tmp_path, "[[package]]\nname = 1", "packages.toml")
    with pytest.raises(CatalogInvalid, match=r"packages\.toml: 2 faults"):
        read_catalog(write(tmp_path, ""), home_packages=file)


def test_without_a_file_the_demo_packages_are_the_catalog() -> None:
    """A fresh house has something to launch."""
    catalog = read_catalog(None)
    assert set(catalog.packages) == {"demo-greeter", "demo-metrics", "demo-slug"}
    assert all(isinstance(p.source, Path) and p.source.is_dir() for p in catalog.packages.values())


def test_the_catalog_loads_without_the_libraries_of_an_upload() -> None:
    """`foundry --help` and the code server do not pay for twine and pypi_simple."""
    program = (
        "import sys, foundry_assets.catalog_file as file; file.read_catalog(None).index('local');"
        "print([name for name in ('twine', 'pypi_simple', 'requests', 'dagster') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"
