"""The catalog says what its file says, and a wrong file is told whole, key by key, each with its remedy.

Add here a key, or another way of writing one wrongly.
Not here: odd files and the home's own (test_catalog_file), and where a catalog is looked for (test_home).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.catalog import Catalog, GitSource, Index, Package, SourceMetadata
from foundry_assets.catalog_file import read_catalog
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
