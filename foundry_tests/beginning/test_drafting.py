"""The catalog that is written tells every key, reads back, and leaves what is there as it is.

Add here what a first catalog must say.
Not here: finding packages (test_surveying), and the command (cli/test_beginning).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from foundry_assets.beginning import Draft, add_to, check, draft_catalog, place, survey
from foundry_assets.catalog import Index, Package, SourceMetadata
from foundry_assets.catalog_file import _File, read_catalog
from foundry_assets.errors import CallIsWrong, CatalogInvalid
from foundry_tests.beginning.writing import project, write

TWO = {"a/pyproject.toml": project("a"), "x_make_b_x/x_cls_make_b_x.py": "__version__ = '1.0'\n"}


def drafted(root: Path) -> Draft:
    """Draft the catalog for a tree, in that tree."""
    return draft_catalog(survey(root), file=root / "foundry.toml")


def test_every_key_of_the_catalog_has_a_line(tmp_path: Path) -> None:
    """Whatever the catalog can hold stands in a fresh file, as a choice with a word on what it does."""
    text = drafted(write(tmp_path, TWO)).text
    defaults = _File.model_fields["foundry"].annotation
    assert defaults is not None
    tables = [name for name in _File.model_fields if name not in ("foundry", "indexes", "package")]
    keys = {*defaults.model_fields, *Index.model_fields, *Package.model_fields}
    lacking = [key for key in sorted(keys) if not re.search(rf"^(# )?{key} = .*  ?# \S", text, re.MULTILINE)]
    lacking += [key for key in SourceMetadata.model_fields if f"{key} = " not in text]
    assert [*lacking, *(name for name in tables if f"[{name}]" not in text)] == [], (
        "write a line for each of them into foundry_assets/beginning/keys.py"
    )


def test_each_choice_can_be_taken(tmp_path: Path) -> None:
    """The file with every `# ` of a key taken away is a catalog too."""
    write(tmp_path, TWO | {"packages/demo-pkg/demo_pkg/main.py": ""})
    text = re.sub(r"^# (?=[a-z_]+ = |\[)", "", drafted(tmp_path).text, flags=re.MULTILINE)
    text = text.replace("anonymous = true", "").replace("anonymous = false", "")
    (tmp_path / "foundry.toml").write_text(text, encoding="utf-8")
    catalog = read_catalog(tmp_path / "foundry.toml")
    assert sorted(catalog.packages) == ["a", "demo-pkg", "x-make-b-x"]
    assert catalog.packages["demo-pkg"].metadata is not None
    assert catalog.store == "s3://bucket/releases"
    assert catalog.indexes["company"].attestations


def test_entries_hold_what_a_release_needs(tmp_path: Path) -> None:
    """Names, sources as seen from the file, main files and versions come out of the catalog's own reader."""
    draft = drafted(write(tmp_path, TWO))
    place(draft, tmp_path / "foundry.toml")
    packages = read_catalog(tmp_path / "foundry.toml").packages
    assert packages["a"] == Package(name="a", source=tmp_path / "a")
    flat = packages["x-make-b-x"]
    assert (flat.source, flat.main_file, flat.version) == (
        tmp_path / "x_make_b_x",
        "x_cls_make_b_x.py",
        "1.0",
    )
    assert 'source = "x_make_b_x"' in draft.text


@pytest.mark.parametrize("name", ["~odd", 'sp ace "q"', "ünïcode", "a#b", "[x]", "c'd"])
def test_any_name_of_a_folder_can_be_written(tmp_path: Path, name: str) -> None:
    """A folder's name that means something to TOML, or to a shell, comes back as it is."""
    place(drafted(write(tmp_path, {f"{name}/pyproject.toml": project("a")})), tmp_path / "foundry.toml")
    assert read_catalog(tmp_path / "foundry.toml").packages["a"].source == (tmp_path / name).resolve()


def test_two_sources_of_one_name_are_left_to_a_person(tmp_path: Path) -> None:
    """Neither is an entry; both stand ready as comments, and one of them taken is a catalog."""
    write(tmp_path, TWO | {"copy/pyproject.toml": project("A")})
    draft = drafted(tmp_path)
    assert [package.name for package in draft.added] == ["x-make-b-x"]
    assert "`a` has 2 sources" in draft.text
    taken = draft.text.replace(
        '# [[package]]\n# name = "a"\n# source = "a"', '[[package]]\nname = "a"\nsource = "a"'
    )
    (tmp_path / "foundry.toml").write_text(taken, encoding="utf-8")
    assert read_catalog(tmp_path / "foundry.toml").packages["a"].source == tmp_path / "a"


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    """A file that came meanwhile stays, byte for byte, and nothing is left beside it."""
    draft = drafted(write(tmp_path, TWO))
    file = tmp_path / "foundry.toml"
    file.write_bytes(b"# mine\n")
    with pytest.raises(CallIsWrong, match="is there already"):
        place(draft, file)
    with pytest.raises(CallIsWrong, match="has changed"):
        place(draft, file, instead_of=b"# another\n")
    assert file.read_bytes() == b"# mine\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "foundry.toml", "x_make_b_x"]


def test_what_cannot_be_read_back_is_not_put_in_place(tmp_path: Path) -> None:
    """A text that the catalog's reader refuses, or reads as another folder, gets no file."""
    draft = drafted(write(tmp_path, TWO))
    file = tmp_path / "foundry.toml"
    with pytest.raises(CatalogInvalid):
        place(Draft(draft.text + "\nfoo = 1\n", draft.added), file)
    with pytest.raises(CallIsWrong, match="cannot name the folder"):
        check(Draft(draft.text.replace('source = "a"', 'source = "b"'), draft.added), file)
    assert not file.exists()


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n# the end\n"])
def test_adding_leaves_every_line_that_is_there(tmp_path: Path, end: str) -> None:
    """Entries are added after a person's own lines and comments, whichever way their file ends."""
    write(tmp_path, TWO)
    file = tmp_path / "foundry.toml"
    before = f"# mine\n[foundry]\nindex = 'local' # so\n\n[[package]]\nname = 'a'\nsource = 'a'{end}".encode()
    file.write_bytes(before)
    fresh = survey(tmp_path).beside(read_catalog(file))
    draft = add_to(before.decode(), fresh, file=file)
    place(draft, file, instead_of=before)
    assert file.read_bytes().startswith(before.rstrip())
    assert sorted(read_catalog(file).packages) == ["a", "x-make-b-x"]
    assert add_to("", survey(tmp_path).beside(read_catalog(file)), file=file).added == ()


def test_packages_that_are_no_tables_are_not_added_to(tmp_path: Path) -> None:
    """A list of packages on one line is a person's own form, which is left alone and told."""
    write(tmp_path, TWO)
    with pytest.raises(CallIsWrong, match="no \\[\\[package\\]\\] tables"):
        add_to("package = []\n", survey(tmp_path), file=tmp_path / "foundry.toml")
