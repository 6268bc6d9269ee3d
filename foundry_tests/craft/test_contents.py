"""What counts as lost between tree, sdist and wheel, and how bad it is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from foundry_assets.content import Listing, Member, list_tree
from foundry_assets.craft.building import build_sdist, members
from foundry_assets.craft.contents import lost_from_sdist, lost_from_wheel
from foundry_assets.craft.exclusions import Exclusions, find_exclusions
from foundry_assets.craft.import_roots import ImportRoot, find_import_roots
from foundry_tests.craft.building.projects import PROJECT, SETUPTOOLS, built_wheel, demo

DEMO = ImportRoot("demo", "src/demo", "package", certain=True)
TREE = ("src/demo/__init__.py", "src/demo/words.py", "src/demo/words.json")
SHIPPED = ("demo/__init__.py", "demo/words.py", "demo/words.json")


def listing(*paths: str, **contents: str) -> Listing:
    """List paths whose content is their own file name, or what `contents` says of that name."""
    found = []
    for path in paths:
        name = path.rpartition("/")[2]
        text = contents.get(name.replace(".", "_"), name).encode()
        found.append(Member(path, hashlib.sha256(text).hexdigest(), len(text)))
    return Listing.of(found)


def test_nothing_lost_is_nothing_told() -> None:
    """A complete sdist and wheel give no loss at all."""
    assert lost_from_wheel(listing(*TREE), listing(*SHIPPED), [DEMO]) == ()
    assert lost_from_sdist(listing(*TREE, "README.md"), listing(*TREE), [DEMO]) == ()


@pytest.mark.parametrize(
    ("more", "exclusions", "severity"),
    [
        pytest.param("plugins/loader.py", Exclusions(), "ERROR", id="code"),
        pytest.param(
            "plugins/loader.py", Exclusions(wheel=("src/demo/plugins/**",)), None, id="code excluded"
        ),
        pytest.param(
            "plugins/loader.py", Exclusions(modules=("demo.plugins*",)), None, id="package left out"
        ),
        pytest.param(
            "plugins/loader.py", Exclusions(handled=frozenset({"loader.py"})), "WARN", id="meson names it"
        ),
        pytest.param("fast.so", Exclusions(), "ERROR", id="library in the tree"),
        pytest.param("data.json", Exclusions(), "WARN", id="data, nothing said"),
        pytest.param("data.json", Exclusions(ships_data=True), "ERROR", id="data, backend ships all"),
        pytest.param("data.json", Exclusions(promised=("/demo/*.json",)), "ERROR", id="data promised"),
        pytest.param("data.json", Exclusions(ships_data=True, wheel=("*.json",)), None, id="data excluded"),
        pytest.param("tests/test_a.py", Exclusions(ships_data=True), "WARN", id="tests"),
        pytest.param("tests/data.bin", Exclusions(ships_data=True), "WARN", id="data of tests"),
        pytest.param("conftest.py", Exclusions(), "WARN", id="conftest"),
        pytest.param("templates/my-script.py", Exclusions(), "WARN", id="no module: its name"),
        pytest.param("_fast.c", Exclusions(ships_data=True), None, id="C source"),
        pytest.param("_fast.pyx", Exclusions(ships_data=True), "WARN", id="Cython source, no extension"),
        pytest.param("meson.build", Exclusions(ships_data=True), None, id="build file"),
        pytest.param("__pycache__/x.cpython-311.pyc", Exclusions(ships_data=True), None, id="cache"),
        pytest.param(".DS_Store", Exclusions(ships_data=True), None, id="hidden"),
    ],
)
def test_how_bad_a_missing_file_is(more: str, exclusions: Exclusions, severity: str | None) -> None:
    """Code blocks, data where the author or the backend promises it, what is left out on purpose never."""
    losses = lost_from_wheel(
        listing(*TREE, f"src/demo/{more}"), listing(*SHIPPED), [DEMO], exclusions=exclusions
    )
    assert [loss.severity for loss in losses] == ([severity] if severity else [])


def test_uncertain_roots_warn() -> None:
    """What is only guessed to be a package cannot block."""
    guessed = ImportRoot("other", "other", "package", certain=False)
    tree = listing(*TREE, "other/__init__.py")
    losses = lost_from_wheel(tree, listing(*SHIPPED), [DEMO, guessed])
    assert [(loss.path, loss.severity) for loss in losses] == [("other/__init__.py", "WARN")]


def test_an_empty_wheel_does_not_pass() -> None:
    """A wheel of metadata alone is an error, whatever is excluded."""
    wheel = listing("demo-1.0.dist-info/METADATA", "demo-1.0.dist-info/RECORD")
    every = Exclusions(wheel=("*",), modules=("*",))
    losses = lost_from_wheel(listing(*TREE), wheel, [DEMO], exclusions=every)
    assert [(loss.path, loss.severity) for loss in losses] == [("src/demo", "ERROR")]


def test_installed_places_count() -> None:
    """Files in the data folder's `purelib` and `platlib` are where an installer puts them."""
    wheel = listing("demo-1.0.data/purelib/demo/__init__.py", *SHIPPED[1:])
    assert lost_from_wheel(listing(*TREE), wheel, [DEMO]) == ()


def test_a_moved_file_is_not_lost() -> None:
    """A file that the backend puts elsewhere on purpose, such as into `share`, is found by its content."""
    wheel = listing(*SHIPPED[:2], "demo-1.0.data/data/share/demo/words.json")
    assert lost_from_wheel(listing(*TREE), wheel, [DEMO], exclusions=Exclusions(ships_data=True)) == ()


def test_one_copy_does_not_stand_for_two() -> None:
    """Two modules with the same content need two places in the wheel."""
    tree = listing(*TREE, "src/demo/a/__init__.py", "src/demo/b/__init__.py")
    losses = lost_from_wheel(tree, listing(*SHIPPED, "demo/a/__init__.py"), [DEMO])
    assert [loss.path for loss in losses] == ["src/demo/b/__init__.py"]


def test_extensions_stand_for_their_sources() -> None:
    """A compiled module answers for the `.pyx` or `.py` that it was made from."""
    tree = listing(*TREE, "src/demo/_fast.pyx", "src/demo/slow.py")
    wheel = listing(*SHIPPED, "demo/_fast.cpython-311-x86_64-linux-gnu.so", "demo/slow.abi3.so")
    assert lost_from_wheel(tree, wheel, [DEMO]) == ()


def test_rewritten_files_are_told_and_emptied_modules_block() -> None:
    """Changed content is a warning; a module that arrives empty is an error."""
    tree = listing(*TREE)
    rewritten = lost_from_wheel(tree, listing(*SHIPPED, words_py="X = 2"), [DEMO])
    emptied = lost_from_wheel(tree, listing(*SHIPPED, words_py=""), [DEMO])
    assert [(loss.path, loss.severity) for loss in rewritten] == [("src/demo/words.py", "WARN")]
    assert [(loss.path, loss.severity) for loss in emptied] == [("src/demo/words.py", "ERROR")]


def test_typing_files_must_arrive() -> None:
    """A carried marker or stub that is missing blocks in both archives, though it is excluded."""
    tree = listing(*TREE, "src/demo/py.typed")
    every = Exclusions(sdist=("*.typed",), wheel=("*.typed",))
    carried = ["src/demo/py.typed"]
    for losses in (
        lost_from_sdist(tree, listing(*TREE), [DEMO], carried, exclusions=every),
        lost_from_wheel(tree, listing(*SHIPPED), [DEMO], carried, exclusions=every),
    ):
        assert [(loss.path, loss.severity) for loss in losses] == [("src/demo/py.typed", "ERROR")]


@pytest.mark.parametrize(
    ("root", "path", "target"),
    [
        (ImportRoot("demo", "demo.py", "module", certain=True), "demo.py", "demo.py"),
        (ImportRoot("demo", "lib/demo.py", "module", certain=True), "lib/demo.pyi", "demo.pyi"),
        (
            ImportRoot("corp.demo", "src/corp/demo", "package", certain=True),
            "src/corp/demo/a.py",
            "corp/demo/a.py",
        ),
        (ImportRoot("demo", ".", "package", certain=True), "a.py", "demo/a.py"),
        (ImportRoot("demo", "source", "package", certain=True), "source/a.py", "demo/a.py"),
    ],
)
def test_where_a_file_belongs(root: ImportRoot, path: str, target: str) -> None:
    """Modules, source folders, namespaces and renamed packages lead to their place in the wheel."""
    tree = listing(path)
    assert lost_from_wheel(tree, listing(target, "other.py"), [root]) == ()
    assert path in [loss.path for loss in lost_from_wheel(tree, listing("other.py"), [root])]


def test_lost_in_the_sdist() -> None:
    """Code that the sdist lacks blocks; a source of an extension module is told."""
    tree = listing(*TREE, "src/demo/_fast.c", "src/demo/extra.py")
    losses = lost_from_sdist(tree, listing(*TREE), [DEMO])
    assert [(loss.path, loss.severity) for loss in losses] == [
        ("src/demo/_fast.c", "WARN"),
        ("src/demo/extra.py", "ERROR"),
    ]


def test_a_tests_folder_is_told_in_one_line() -> None:
    """A tests folder left behind is one warning, however many files it has."""
    tree = listing(*TREE, *(f"src/demo/tests/test_{number}.py" for number in range(30)))
    (loss,) = lost_from_wheel(tree, listing(*SHIPPED), [DEMO])
    assert (loss.path, loss.severity) == ("src/demo/tests", "WARN")
    assert "30 files" in loss.why


@pytest.mark.parametrize(
    ("settings", "lost"),
    [
        pytest.param("[tool.setuptools]\npackages = []\n", "src/demo", id="wrong packages, empty wheel"),
        pytest.param(
            '[tool.setuptools]\npackages = ["demo"]\npackage-dir = {"" = "src"}\n',
            "src/demo/inner/__init__.py",
            id="subpackage forgotten",
        ),
    ],
)
def test_a_real_backend_that_loses_code_is_caught(tmp_path: Path, settings: str, lost: str) -> None:
    """Settings of setuptools that leave code out without a word end in an error."""
    tree = demo(tmp_path / "tree", backend=SETUPTOOLS, settings=settings, **{"inner/__init__": "X = 1\n"})
    assert PROJECT in (tree / "pyproject.toml").read_text()
    before, exclusions = list_tree(tree), find_exclusions(tree)
    roots = find_import_roots(tree, "demo")
    sdist = build_sdist(tree, tmp_path / "out", scratch=tmp_path / "s", epoch=1_700_000_000)
    wheel = built_wheel(sdist.path, tmp_path / "out", scratch=tmp_path / "s", epoch=1_700_000_000)
    losses = lost_from_wheel(before, members(wheel.path), roots, exclusions=exclusions)
    assert lost in [loss.path for loss in losses if loss.severity == "ERROR"]
