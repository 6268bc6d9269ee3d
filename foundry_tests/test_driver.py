"""The driver: one package released from a script, with the line's own evidence, and errors with a remedy.

Add here what a script is promised.
Not here: what an entry may say of a source (craft/staging), and the installed driver (test_driver_installed).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from foundry_assets.catalog_file import read_packages
from foundry_assets.craft.summary import read_entries
from foundry_assets.driver import NotReleased, XClsMakePypiX
from foundry_assets.errors import (
    CallIsWrong,
    CatalogInvalid,
    FoundryError,
    IndexUnreachable,
    UnknownIndex,
    UnknownRelease,
    VersionMismatch,
)
from foundry_tests.craft.staging.sources import write
from foundry_tests.craft.uploading.miniature import write_wheel
from foundry_tests.story_fixtures import House, open_house, quick_project

MAIN = "story_quick/__init__.py"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A fresh house, whose root is the current folder."""
    with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
def project(house: House, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that declares itself, as the current folder; its backend is at hand."""
    folder = quick_project(house.root / "project")
    monkeypatch.chdir(folder)
    return folder


def driver(
    house: House, version: str = "1.0", name: str = "story_quick", author: str = "", **ctx: object
) -> XClsMakePypiX:
    """Give the driver of a package, working in the house's home."""
    context = SimpleNamespace(home=house.home.root, **ctx)
    return XClsMakePypiX(name=name, version=version, author=author, ctx=context)


def test_a_release_is_published_told_and_remembered(
    house: House, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The outcome comes back, the evidence is the line's own, and the home knows the package."""
    outcome = driver(house, verbose=True, author="Ops").prepare_and_publish(MAIN, ["README.md"])
    assert (outcome.status, outcome.release, outcome.index) == ("published", "story-quick==1.0", "local")
    assert read_entries(house.home.summary)["story-quick==1.0"].run_id == outcome.run_id
    assert len(house.posts) == 2
    (kept,) = read_packages(house.home.packages)
    assert (kept.name, kept.source, kept.main_file, kept.version) == ("story-quick", project, MAIN, "1.0")
    source = read_entries(house.home.summary)["story-quick==1.0"].source
    assert source is not None
    assert source.notes == ("the source's own pyproject.toml wins over what the entry gives: author",)
    told = capsys.readouterr()
    assert told.out == ""
    assert "story-quick==1.0  upload_receipt  ended after" in told.err
    assert driver(house).version_exists_on_pypi()
    assert not driver(house, "1.1").version_exists_on_pypi()


def test_a_release_that_is_blocked_raises_with_its_outcome(house: House, project: Path) -> None:
    """A script that looks at nothing stops, and its error holds the outcome and the reason."""
    write(project / "story_quick", {"__init__.py": "import nobody_knows_this\n"})
    with pytest.raises(NotReleased, match="`nobody_knows_this` is not declared") as raised:
        driver(house).prepare_and_publish(MAIN)
    assert raised.value.outcome.status == "blocked"
    assert "foundry show story-quick==1.0" in raised.value.remedy
    assert house.posts == []


def test_a_dry_run_rehearses(house: House, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `dry_run` everything is done except changing the index, and without `verbose` nothing is said."""
    publisher = driver(house, dry_run=True)
    assert str(publisher.prepare(project / MAIN)) == "story-quick==1.0"
    assert publisher.publish().status == "rehearsed"
    assert not list(house.home.index.glob("*.whl"))
    assert capsys.readouterr() == ("", "")


def test_everything_that_is_wrong_is_told_before_anything_is_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing main file, a missing ancillary and a wrong requirement are faults of one error."""
    monkeypatch.chdir(write(house.root / "project", {"src/your_package/__init__.py": ""}))
    publisher = XClsMakePypiX(
        "your_package", "0.1.0", dependencies=["not ok"], ctx=SimpleNamespace(home=house.home.root)
    )
    with pytest.raises(CatalogInvalid) as raised:
        publisher.prepare_and_publish("src/your_package/main.py", ["README.md", "pyproject.toml"])
    assert [fault.where for fault in raised.value.faults] == [
        *("main_file", "ancillary", "ancillary", "metadata.dependencies")
    ]
    assert not house.home.packages.exists()
    assert not house.home.store.exists()


def test_a_contradiction_is_an_error_that_names_both(house: House, project: Path) -> None:
    """The source's own pyproject.toml wins, and another version or name in the call is told."""
    for wrong in (driver(house, "2.0"), driver(house, name="other")):
        with pytest.raises(
            VersionMismatch, match=f"declares story-quick==1.0, and its entry gives {wrong.release}"
        ):
            wrong.prepare_and_publish(MAIN)


def test_a_catalog_that_has_the_package_otherwise_is_not_overruled(house: House, project: Path) -> None:
    """A run reads the catalog, so a call that says something else is refused rather than ignored."""
    write(project, {"foundry.toml": '[[package]]\nname = "story-quick"\nsource = "elsewhere"\n'})
    with pytest.raises(CallIsWrong, match="has another entry in"):
        driver(house).prepare_and_publish(MAIN)
    assert not house.home.packages.exists()


@pytest.mark.parametrize(
    ("name", "version", "ctx", "more", "error"),
    [
        ("-", "1.0", {}, {}, UnknownRelease),
        ("a", "one", {}, {}, UnknownRelease),
        ("a", "1.0", {"home": 5}, {}, CallIsWrong),
        ("a", "1.0", {"index": 5}, {}, CallIsWrong),
        ("a", "1.0", {}, {"dependencies": "requests"}, CatalogInvalid),
        ("a", "1.0", {}, {"author": 5}, CatalogInvalid),
    ],
)
def test_a_call_that_cannot_be_meant_is_refused(
    name: str, version: str, ctx: dict[str, object], more: dict[str, object], error: type[FoundryError]
) -> None:
    """A name, version, context or metadata of a wrong form raises our own errors, with a remedy."""
    with pytest.raises(error) as raised:
        XClsMakePypiX(name, version, ctx=SimpleNamespace(**ctx), **more)  # type: ignore[arg-type]
    assert raised.value.remedy


def test_nothing_is_published_that_was_not_prepared(house: House) -> None:
    """`publish` by itself wants a main file, or a `prepare` before it."""
    with pytest.raises(CallIsWrong, match="nothing is prepared"):
        driver(house).publish()


def test_an_index_that_gives_no_answer_never_says_no(house: House, project: Path) -> None:
    """An index out of reach raises, an unknown one too; only an index's own answer is a no."""
    address = "http://127.0.0.1:9/"
    write(
        project,
        {"foundry.toml": f'[indexes.company]\nupload_url = "{address}"\nsimple_url = "{address}simple/"\n'},
    )
    with pytest.raises(IndexUnreachable):
        driver(house, index="company").version_exists_on_pypi()
    with pytest.raises(IndexUnreachable):
        driver(house).version_exists_on_pypi("company")
    with pytest.raises(UnknownIndex):
        driver(house, index="nowhere").version_exists_on_pypi()
    with pytest.raises(UnknownIndex):
        driver(house, index="nowhere").prepare(MAIN)


def test_a_version_exists_by_any_spelling(house: House) -> None:
    """1.0 and 1.0.0 are one version to an index, whoever wrote them."""
    house.home.index.mkdir()
    write_wheel(house.home.index)
    told = {
        version: driver(house, version, "Demo.Pkg").version_exists_on_pypi() for version in ("1.0.0", "1.0.1")
    }
    assert told == {"1.0.0": True, "1.0.1": False}


@pytest.mark.parametrize(
    ("main", "source", "seen"),
    [
        ("src/demo/__init__.py", ".", "src/demo/__init__.py"),
        ("x_cls_main.py", ".", "x_cls_main.py"),
        ("../away/src/demo/core.py", "../away", "src/demo/core.py"),
        ("../away/x_make_demo_x/x_cls_main.py", "../away/x_make_demo_x", "x_cls_main.py"),
    ],
)
@pytest.mark.parametrize("absolute", [False, True])
def test_the_source_is_the_current_folder_or_follows_from_the_main_file(
    house: House, monkeypatch: pytest.MonkeyPatch, main: str, source: str, seen: str, *, absolute: bool
) -> None:
    """Paths are as seen from the current folder; a main file elsewhere brings its own project folder."""
    here = house.root / "here"
    write(here, {main: ""})
    monkeypatch.chdir(here)
    path = (here / main).resolve()
    driver(house).prepare(path if absolute else main)
    (kept,) = read_packages(house.home.packages)
    assert (kept.source, kept.main_file) == ((here / source).resolve(), seen)
