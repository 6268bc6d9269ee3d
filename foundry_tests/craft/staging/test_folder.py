"""Plain folders: what is copied, what stays behind and is told, and what is refused."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from foundry_assets.content import list_tree
from foundry_assets.craft.staging import LeftOut, stage
from foundry_assets.craft.staging.copying import copy_files
from foundry_assets.craft.staging.records import SourceFile
from foundry_assets.errors import SourceMissing, UnsafeSource
from foundry_tests.craft.staging.sources import RELEASE, appearance, project, staged, write

needs_links = pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")


def test_the_copy_holds_the_source_and_its_listing_is_true(tmp_path: Path) -> None:
    """A copy is complete, whatever its names look like, and the listing is what hashing it again gives."""
    names = ["naïve café.txt", "pkg/数据/文件.json", "with space/and 'quote'.txt", "deep/" * 20 + "file"]
    source = project(tmp_path / "source", {name: name for name in names})
    result = staged(source, tmp_path)
    assert {"pyproject.toml", "demo_pkg.py", *names} == result.listing.paths
    assert result.listing == list_tree(tmp_path / "target")
    assert (result.origin, result.commit, result.described, result.dirty) == ("folder", "", "", ())


@needs_links
def test_a_name_with_a_newline_or_in_another_encoding_survives(tmp_path: Path) -> None:
    """File names are bytes: none is lost for being unusual."""
    source = project(tmp_path / "source", {"line\nbreak.txt": "1"})
    names = {"line\nbreak.txt"}
    if sys.platform == "linux":
        (source / os.fsdecode(b"latin-\xe9.txt")).write_text("2")
        names.add(os.fsdecode(b"latin-\xe9.txt"))
    assert names <= staged(source, tmp_path).listing.paths


def test_caches_secrets_and_environments_stay_behind_and_are_told(tmp_path: Path) -> None:
    """Everything that is left out has a reason; things of every folder are told in one line."""
    source = project(
        tmp_path / "source",
        {
            ".git/HEAD": "not a repository",
            ".env": "TOKEN=1",
            "conf/.pypirc": "password",
            "conf/ID_RSA": "private",
            "__pycache__/a.pyc": "",
            "pkg/__pycache__/a.pyc": "",
            "pkg/sub/__pycache__/a.pyc": "",
            "pkg/old.pyc": "",
            "my-env/pyvenv.cfg": "",
            "tests/server.pem": "kept",
            "tests/fixtures/.netrc": "kept: made up for tests",
            ".tox/x": "",
            "target/CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55",
            "node_modules/x/y.js": "",
            "pkg/static/node_modules/x/y.js": "kept",
            "demo_pkg.egg-info/SOURCES.txt": "kept",
            "PKG-INFO": "kept",
            ".env.example": "kept",
        },
    )
    result = staged(source, tmp_path)
    kept = {
        "tests/server.pem",
        "tests/fixtures/.netrc",
        "pkg/static/node_modules/x/y.js",
        "demo_pkg.egg-info/SOURCES.txt",
        "PKG-INFO",
    }
    assert result.listing.paths == {"pyproject.toml", "demo_pkg.py", ".env.example", *kept}
    assert {left.path for left in result.left_out} == {
        *(".git", ".env", "conf/.pypirc", "conf/ID_RSA", "__pycache__", "my-env", ".tox", "target"),
        *("node_modules", "**/__pycache__", "**/*.pyc"),
    }
    assert LeftOut("**/__pycache__", "compiled Python (2 of them)") in result.left_out


@pytest.mark.parametrize(
    ("files", "kept"),
    [
        (["dist/a-1.tar.gz", "dist/a-1-py3-none-any.whl", "dist/.gitignore"], False),
        (["dist/__init__.py", "dist/core.py"], True),
        (["dist/a-1.tar.gz", "dist/notes.md"], True),
        (["build/lib/a.py", "build/bdist.linux-x86_64/x"], False),
        (["build/lib.linux-x86_64-cpython-311/a.so", "build/temp.linux-x86_64-cpython-311/a.o"], False),
        (["build/CMakeCache.txt", "build/Makefile"], False),
        (["build/__init__.py", "build/lib/a.py"], True),
        (["build/config.yaml"], True),
        (["src/build/lib/a.py", "src/dist/a-1.tar.gz"], True),
    ],
)
def test_build_output_is_known_by_what_it_holds(tmp_path: Path, files: list[str], *, kept: bool) -> None:
    """Folders at the top called `dist` and `build` are left out only where they are output."""
    source = project(tmp_path / "source", dict.fromkeys(files, "1"))
    assert (set(files) <= staged(source, tmp_path).listing.paths) is kept


def test_the_foundrys_own_folders_are_never_copied_into_themselves(tmp_path: Path) -> None:
    """Started inside the source, with its home and scratch there, the foundry copies the source alone."""
    source = project(tmp_path, {".foundry/store/blob": "1", "sub/.foundry/x": "1", "work/earlier/file": "1"})
    work = source / "work"
    for attempt in ("one", "two"):
        result = stage(source, RELEASE, target=work / attempt, scratch=work)
        assert result.listing.paths == {"pyproject.toml", "demo_pkg.py"}
    assert "work" in {left.path for left in result.left_out}


@needs_links
def test_links_inside_become_what_they_lead_to(tmp_path: Path) -> None:
    """In-tree links are copied as contents, absolute ones and chains too; circles and dead ends are told."""
    source = project(tmp_path / "source", {"data/a.txt": "A", "data/deep/b.txt": "B", ".env": "secret"})
    (source / "file").symlink_to("data/a.txt")
    (source / "chain").symlink_to("file")
    (source / "absolute").symlink_to(source / "data" / "a.txt")
    (source / "folder").symlink_to("data")
    (source / "data/deep/up").symlink_to("..")
    (source / "self").symlink_to("self")
    (source / "gone").symlink_to("nowhere")
    (source / "harmless").symlink_to(".env")
    os.mkfifo(source / "pipe")
    result = staged(source, tmp_path)
    expected = {
        "data/a.txt",
        "data/deep/b.txt",
        "file",
        "chain",
        "absolute",
        "folder/a.txt",
        "folder/deep/b.txt",
    }
    assert result.listing.paths == {"pyproject.toml", "demo_pkg.py", *expected}
    assert not any(path.is_symlink() for path in (tmp_path / "target").rglob("*"))
    told = {left.path: left.reason for left in result.left_out}
    assert told["gone"] == told["self"] == "a broken link"
    assert told["harmless"].startswith("a secret")
    assert {"pipe", "data/deep/up", "folder/deep/up"} <= told.keys()


@needs_links
def test_all_links_out_of_the_tree_are_named_at_once(tmp_path: Path) -> None:
    """A link to a file or folder elsewhere stops the release, and one look names them all."""
    write(tmp_path / "elsewhere", {"secret.txt": "s"})
    source = project(tmp_path / "source", {"pkg/x.py": ""})
    (source / "pkg/one.txt").symlink_to("../../elsewhere/secret.txt")
    (source / "two").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeSource, match=r"pkg/one\.txt, two"):
        staged(source, tmp_path)
    assert not (tmp_path / "target").exists()


@needs_links
def test_folders_linked_to_each_other_do_not_multiply_without_end(tmp_path: Path) -> None:
    """Links between sibling folders end where they come back to a folder on their way."""
    source = project(tmp_path / "source", {f"d{number}/file.txt": "1" for number in range(4)})
    for here in range(4):
        for there in range(4):
            if here != there:
                (source / f"d{here}" / f"to{there}").symlink_to(f"../d{there}")
    listing = staged(source, tmp_path).listing
    assert "d0/to1/to2/to3/file.txt" in listing.paths
    assert len(listing.members) < 100


@pytest.mark.skipif(os.name == "nt", reason="no such modes there")
def test_copies_are_writable_and_keep_their_execute_bit_which_is_not_in_the_digest(tmp_path: Path) -> None:
    """A read-only source gives a writable copy; modes are carried, and the digest does not see them."""
    source = project(tmp_path / "source", {"run.sh": "#!/bin/sh\n"})
    plain = staged(source, tmp_path / "first").listing.sha256
    (source / "run.sh").chmod(0o555)
    (source / "demo_pkg.py").chmod(0o400)
    source.chmod(0o555)
    try:
        assert staged(source, tmp_path).listing.sha256 == plain
    finally:
        source.chmod(0o755)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "target").iterdir()}
    assert modes == {"run.sh": 0o755, "demo_pkg.py": 0o644, "pyproject.toml": 0o644}


@pytest.mark.parametrize(
    ("newest", "epoch"),
    [(1_600_000_000, 1_600_000_000), (1_000, 315_619_200)],
    ids=["newest file", "never before 1980"],
)
def test_the_epoch_is_the_newest_files_time_and_every_copys(tmp_path: Path, newest: int, epoch: int) -> None:
    """Repeated copies carry one time, which a zip can say."""
    source = project(tmp_path / "source", {"pkg/a.py": ""})
    for path in source.rglob("*"):
        os.utime(path, (500, 500))
    os.utime(source / "pkg/a.py", (newest, newest))
    assert staged(source, tmp_path).epoch == epoch
    assert {int(path.stat().st_mtime) for path in (tmp_path / "target").rglob("*")} == {epoch}


def test_the_source_is_as_it_was(tmp_path: Path) -> None:
    """Bytes, modes and times of a folder are the same after staging it."""
    source = project(tmp_path / "source", {"pkg/a.py": "", "__pycache__/x.pyc": ""})
    before = appearance(source)
    staged(source, tmp_path)
    assert appearance(source) == before


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that vanishes or is closed to this user stops staging with its name."""
    with pytest.raises(SourceMissing, match=r"closed\.txt` cannot be read"):
        copy_files([SourceFile("closed.txt", tmp_path / "closed.txt")], into=tmp_path / "target")


def test_an_existing_target_is_never_removed(tmp_path: Path) -> None:
    """Staging into a folder that exists is refused without touching it."""
    source = project(tmp_path / "source")
    write(tmp_path / "target", {"mine.txt": "1"})
    with pytest.raises(FileExistsError):
        staged(source, tmp_path)
    assert (tmp_path / "target/mine.txt").exists()


_NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters='/\0\\:*?"<>|.', exclude_categories=["C"]), min_size=1
)
_TREES = st.dictionaries(_NAMES.map("f-{}".format), st.binary(max_size=3000), max_size=6)


@settings(max_examples=15, deadline=None)
@given(tree=_TREES, folder=_NAMES)
def test_the_digest_depends_on_paths_and_contents_alone(tree: dict[str, bytes], folder: str) -> None:
    """Two copies made in another order and at another time have one digest; a change has another."""
    assume(len({name.casefold() for name in tree}) == len(tree))
    with tempfile.TemporaryDirectory() as place:
        digests = set()
        for number, names in enumerate([list(tree), list(reversed(tree))]):
            source = project(Path(place, str(number), "source"), {f"d-{folder}/first": ""})
            for name in names:
                path = source / f"d-{folder}" / name
                path.write_bytes(tree[name])
                os.utime(path, (time.time() - number * 10**8,) * 2)
            digests.add(staged(source, Path(place, str(number))).listing.sha256)
        write(source, {"demo_pkg.py": "x = 2\n"})
        assert len(digests) == 1
        assert staged(source, Path(place, "changed")).listing.sha256 not in digests
