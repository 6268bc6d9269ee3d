"""The catalog says what its file says, and a wrong file is told whole, key by key, each with its remedy.

Add here a key, or another way of writing one wrongly.
Not here: where the catalog is looked for (test_home), and what is done with its packages.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from foundry_assets.catalog import Catalog, GitSource, Index, Package, SourceMetadata
from foundry_assets.catalog_file import read_catalog, read_packages, write_packages
from foundry_assets.errors import CatalogInvalid, Fault, UnknownIndex, UnknownPackage

FULL = """
[foundry]
index = "local"
owners = ["team:release"]
store = "s3://bucket/foundry"

[indexes.company]
upload_url = "https://packages.example/legacy/"
simple_url = "https://packages.example/simple/"

[[package]]
name = "Demo_Pkg"
index = "company"
auto_release = false
typing = "auto"
source = "packages/demo-pkg"
intent = "One word less to type."

[[package]]
name = "cloned"
source = { git = "https://code.example/cloned.git", ref = "v1.2.0", subdirectory = "python" }

[[package]]
name = "x-4357-make-yahw-x"
source = "clones/x_make_yahw_x"
main_file = "x_cls_make_yahw_x.py"
version = "0.20.7"
metadata = { author = "A", email = "a@example.com", description = "d", license = "MIT", dependencies = [] }
ancillary = ["README.md"]
"""


def write(folder: Path, text: str, name: str = "foundry.toml") -> Path:
    """Write a catalog."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def faults(folder: Path, text: str) -> dict[str, Fault]:
    """Give the faults of a catalog by their keys; each is told whole, and once."""
    with pytest.raises(CatalogInvalid) as found:
        read_catalog(write(folder, text))
    assert str(folder / "foundry.toml") in found.value.happened
    told = {fault.where: fault for fault in found.value.faults}
    assert len(told) == len(found.value.faults), "a key is told once"
    assert all(fault.remedy and fault.what for fault in told.values())
    assert all(str(fault) in str(found.value) for fault in told.values())
    return told


def test_a_full_catalog_is_read(tmp_path: Path) -> None:
    """Every key that DESIGN.md shows arrives, with names canonical and sources as seen from the file."""
    catalog = read_catalog(write(tmp_path, FULL))
    demo, cloned, bare = (catalog.package(name) for name in ("demo.pkg", "cloned", "x_4357_make_yahw_x"))
    assert demo == Package(
        name="demo-pkg",
        index="company",
        source=(tmp_path / "packages/demo-pkg").resolve(),
        typing="auto",
        intent="One word less to type.",
    )
    assert [package.typing_mode for package in (demo, cloned, bare)] == ["auto", "auto", "full"]
    assert cloned.source == GitSource(
        git="https://code.example/cloned.git", ref="v1.2.0", subdirectory="python"
    )
    assert (bare.main_file, bare.version, bare.ancillary) == (
        "x_cls_make_yahw_x.py",
        "0.20.7",
        ("README.md",),
    )
    assert bare.metadata == SourceMetadata(
        author="A", email="a@example.com", description="d", license="MIT", dependencies=()
    )
    assert (catalog.owners, catalog.store) == (("team:release",), "s3://bucket/foundry")
    assert (catalog.index_for(demo), catalog.index_for(bare)) == ("company", "local")
    assert catalog.index("company") == Index(
        name="company",
        upload_url="https://packages.example/legacy/",
        simple_url="https://packages.example/simple/",
    )


def test_an_empty_catalog_is_a_catalog(tmp_path: Path) -> None:
    """A file with nothing in it names no package, and everything goes to the embedded index."""
    catalog = read_catalog(write(tmp_path, ""))
    assert (catalog.packages, catalog.default_index) == ({}, "local")


@pytest.mark.parametrize(
    ("text", "where", "what", "remedy"),
    [
        ('[[package]]\nnam = "x"\nsource = "x"', "package[0].nam", "no such key", "write `name`"),
        ('[[package]]\nname = "x"\nsource = "x"\npath = "y"', "package[0].path", "no such key", "remove it"),
        ('[[package]]\nsource = "x"', "package[0].name", "missing", "add it"),
        ('[[package]]\nname = "x"', "package[0].source", "missing", "add it"),
        ('[[package]]\nname = 5\nsource = "x"', "package[0].name", "not a text", "in quotes"),
        (
            '[[package]]\nname = "x"\nsource = "x"\nversion = "1"',
            "package[0].main_file",
            "beside version",
            "add",
        ),
        ('[[package]]\nname = "-x"\nsource = "x"', "package[0].name", "PEP 508", "letters"),
        ('[[package]]\nname = "x"\nsource = 5', "package[0].source", "not a source", "{ git ="),
        ('[[package]]\nname = "x"\nsource = ["y"]', "package[0].source", "not a source", "{ git ="),
        ('[[package]]\nname = "x"\nsource = ""', "package[0].source", "not a source", "{ git ="),
        (
            '[[package]]\nname = "x"\nsource = "~nobody-of-this-name/x"',
            "package[0].source",
            "not a path",
            "write a folder",
        ),
        ('[[package]]\nname = "x"\nsource = {rev = "1"}', "package[0].source.git", "missing", "add it"),
        (
            '[[package]]\nname = "x"\nsource = {git = "y", rev = "1"}',
            "package[0].source.rev",
            "no such key",
            "write `ref`",
        ),
        (
            '[[package]]\nname = "x"\nsource = "x"\nversion = "new"',
            "package[0].version",
            "PEP 440",
            "such as 1.2.0",
        ),
        (
            '[[package]]\nname = "x"\nsource = "x"\nauto_release = "true"',
            "package[0].auto_release",
            "neither",
            "without quotes",
        ),
        ('[[package]]\nname = "x"\nsource = "x"\ntyping = "on"', "package[0].typing", "'marker'", "write"),
        (
            '[[package]]\nname = "x"\nsource = "x"\nancillary = "R"',
            "package[0].ancillary",
            "not a list",
            "[",
        ),
        (
            '[[package]]\nname = "x"\nsource = "x"\nmetadata = {autor = "A"}',
            "package[0].metadata.autor",
            "no such key",
            "write `author`",
        ),
        (
            '[[package]]\nname = "x"\nsource = "x"\nindex = "elsewhere"',
            "package[0].index",
            "no index",
            "local",
        ),
        ('[package]\nname = "x"', "package", "not a list of packages", "[[package]]"),
        ("package = [1]", "package[0]", "not a table", "table"),
        ('[foundry]\nindex = "elsewhere"', "foundry.index", "no index", "testpypi"),
        ('[foundry]\nhome = "x"', "foundry.home", "no such key", "index"),
        ('[foundri]\nindex = "local"', "foundri", "no such key", "write `foundry`"),
        (
            '[indexes.a]\nupload_url = "https://a.example/"',
            "indexes.a.simple_url",
            "missing",
            "add it",
        ),
        (
            '[indexes.a]\nupload_url = "a.example"\nsimple_url = "https://a.example/"',
            "indexes.a.upload_url",
            "not an address",
            "https://",
        ),
        (
            '[indexes.a]\nupload_url = "https://"\nsimple_url = "https://a.example/"',
            "indexes.a.upload_url",
            "not an address",
            "https://",
        ),
        (
            '[indexes.pypi]\nupload_url = "https://a.example/"\nsimple_url = "https://a.example/"',
            "indexes.pypi",
            "built in",
            "another name",
        ),
        (
            '[indexes."../a"]\nupload_url = "https://a.example/"\nsimple_url = "https://a.example/"',
            "indexes.../a",
            "folders",
            "letters",
        ),
        (
            '[indexes.a]\nname = "b"\nupload_url = "https://a.example/"\nsimple_url = "https://a.example/"',
            "indexes.a.name",
            "named by its table",
            "remove",
        ),
    ],
)
def test_a_wrong_key_is_named_with_its_remedy(
    tmp_path: Path, text: str, where: str, what: str, remedy: str
) -> None:
    """Each way of writing a key wrongly gives that key, as TOML names it, and what to write instead."""
    told = faults(tmp_path, text)[where]
    assert what in told.what
    assert remedy in told.remedy


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """A file with faults of all kinds is read once by a person, not once a fault."""
    text = """
    [foundry]
    index = "elsewhere"
    [indexes.testpypi]
    upload_url = "ftp://a.example/"
    simple_url = "https://a.example/"
    [[package]]
    name = "x"
    sauce = "x"
    [[package]]
    name = "X"
    source = 1
    index = "nowhere"
    """
    assert set(faults(tmp_path, text)) == {
        "foundry.index",
        "indexes.testpypi",
        "indexes.testpypi.upload_url",
        "package[0].sauce",
        "package[0].source",
        "package[1].name",
        "package[1].source",
        "package[1].index",
    }


def test_a_credential_in_an_address_is_refused_and_not_shown(tmp_path: Path) -> None:
    """The error about a credential in the catalog does not print that credential."""
    text = '[indexes.a]\nupload_url = "https://me:hunter2@a.example/"\nsimple_url = "https://a.example/"'
    with pytest.raises(CatalogInvalid) as found:
        read_catalog(write(tmp_path, text))
    assert "holds a credential" in str(found.value)
    assert "hunter2" not in str(found.value) + repr(found.value)
    assert found.value.__cause__ is None


def test_a_file_that_is_not_toml_is_told_by_its_line(tmp_path: Path) -> None:
    """Where TOML breaks, the line is named."""
    assert "line 2" in faults(tmp_path, "[foundry]\nindex = local\n")["file"].what


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are a fault of the file, not a crash."""
    (tmp_path / "foundry.toml").write_bytes('[foundry]\nindex = "é"\n'.encode("latin-1"))
    with pytest.raises(CatalogInvalid, match="not TOML"):
        read_catalog(tmp_path / "foundry.toml")


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


def test_unknown_names_are_told_with_the_known_ones(tmp_path: Path) -> None:
    """Asking for a package or an index that is not there lists those that are."""
    catalog = read_catalog(write(tmp_path, FULL))
    with pytest.raises(UnknownPackage, match="known: cloned, demo-pkg") as package:
        catalog.package("other")
    assert "--path DIR" in package.value.remedy
    with pytest.raises(UnknownIndex, match="known: company, local, pypi, testpypi") as index:
        catalog.index("other")
    assert "[indexes.other]" in index.value.remedy


@pytest.mark.parametrize(("name", "is_local"), [("local", True), ("pypi", False), ("testpypi", False)])
def test_built_in_indexes_need_no_entry(name: str, is_local: bool) -> None:
    """The embedded index and the two public ones are there without a catalog, each with both addresses."""
    index = Catalog(file=None, packages={}, indexes={}).index(name)
    assert (index.name, index.is_local) == (name, is_local)
    assert index.simple_url.endswith("/simple/")
    assert index.upload_url.startswith("https://") is not is_local


def test_the_catalog_loads_without_the_libraries_of_an_upload() -> None:
    """`foundry --help` and the code server do not pay for twine and pypi_simple."""
    program = (
        "import sys, foundry_assets.catalog_file as file; file.read_catalog(None).index('local');"
        "print([name for name in ('twine', 'pypi_simple', 'requests', 'dagster') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"


def test_a_public_index_may_have_its_keyring_asked(tmp_path: Path) -> None:
    """`[indexes.pypi]` takes `keyring` and nothing else: its addresses stay the ones that are built in."""
    catalog = read_catalog(write(tmp_path, "[indexes.pypi]\nkeyring = true\n"))
    assert catalog.index("pypi") == read_catalog(None).index("pypi").model_copy(update={"keyring": True})
    assert not catalog.index("testpypi").keyring
    for more in ('upload_url = "https://elsewhere.example/"', "anonymous = true"):
        found = faults(tmp_path, f"[indexes.pypi]\nkeyring = true\n{more}\n")
        assert "`keyring` alone" in found["indexes.pypi"].remedy


def test_an_index_is_anonymous_or_asks_the_keyring(tmp_path: Path) -> None:
    """Both are off by default, each can be turned on, and both together contradict each other."""
    text = FULL.replace("[[package]]", "{more}\n[[package]]", 1)
    for keyring, anonymous in ((False, False), (True, False), (False, True)):
        more = f"keyring = {keyring}\nanonymous = {anonymous}".lower()
        index = read_catalog(write(tmp_path, text.replace("{more}", more))).index("company")
        assert (index.keyring, index.anonymous) == (keyring, anonymous)
    assert not read_catalog(write(tmp_path, FULL)).index("company").anonymous
    both = faults(tmp_path, text.replace("{more}", "keyring = true\nanonymous = true"))
    assert list(both) == ["indexes.company.anonymous"]
