"""The home is found by one rule, never lies inside a source, and loses nothing that it was told.

Add here another thing that lies in the home, or another place where it may be looked for.
Not here: what store, summary and index keep in it.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import platformdirs
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import TickStatus

from foundry_assets.catalog import Catalog, GitSource, Package
from foundry_assets.catalog_file import read_catalog
from foundry_assets.errors import CallIsWrong, CatalogInvalid
from foundry_assets.home import Foundry, Home, find_catalog, find_home, refuse_inside
from foundry_tests.test_sweeping import wait_for_sweepers


def catalog_with(folder: Path, source: str = "pkg") -> Catalog:
    """Write a catalog of one package into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "foundry.toml"
    file.write_text(f'[[package]]\nname = "pkg"\nsource = {source!r}\n', encoding="utf-8")
    return read_catalog(file)


def users_home() -> Path:
    """Give the home in the user's data folder."""
    return platformdirs.user_data_path("release-foundry", appauthor=False).resolve()


def test_foundry_home_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What FOUNDRY_HOME names is the home, whatever else there is."""
    monkeypatch.setenv("FOUNDRY_HOME", str(tmp_path / "named"))
    assert find_home(catalog_with(tmp_path)).root == (tmp_path / "named").resolve()


def test_the_home_lies_beside_the_catalog(tmp_path: Path) -> None:
    """Without FOUNDRY_HOME, a catalog has its home in `.foundry/` beside it."""
    assert find_home(catalog_with(tmp_path)).root == (tmp_path / ".foundry").resolve()


def test_without_a_catalog_the_home_is_the_users() -> None:
    """With neither, the user's data folder is the home."""
    assert find_home(read_catalog(None)).root == users_home()


@pytest.mark.parametrize("source", [".", ".."])
def test_a_catalog_inside_a_source_has_its_home_elsewhere(tmp_path: Path, source: str) -> None:
    """`.foundry/` never appears in a source that is released: the user's data folder is taken."""
    assert find_home(catalog_with(tmp_path / "house", source)).root == users_home()


def test_a_git_source_does_not_move_the_home(tmp_path: Path) -> None:
    """A source that is cloned is not where the home lies."""
    catalog = catalog_with(tmp_path)
    git = Package(name="pkg", source=GitSource(git=str(tmp_path)))
    assert find_home(catalog.model_copy(update={"packages": {"pkg": git}})).root == tmp_path / ".foundry"


@pytest.mark.parametrize("place", [".", ".foundry", "src/deep"])
def test_foundry_home_inside_a_source_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A home that was asked for inside a source is refused before anything is written there."""
    catalog = catalog_with(tmp_path, "pkg")
    monkeypatch.setenv("FOUNDRY_HOME", str(tmp_path / "pkg" / place))
    with pytest.raises(CallIsWrong, match=r"lies inside the source .*pkg") as refused:
        find_home(catalog)
    assert "FOUNDRY_HOME" in refused.value.remedy
    assert not (tmp_path / "pkg").exists()


def test_a_home_behind_a_link_is_seen_through(tmp_path: Path) -> None:
    """A home that reaches into a source by a link lies inside it all the same."""
    (tmp_path / "pkg").mkdir()
    try:
        (tmp_path / "link").symlink_to(tmp_path / "pkg", target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    with pytest.raises(CallIsWrong):
        refuse_inside(Home(tmp_path / "link" / "home"), tmp_path / "pkg")


def test_a_name_that_begins_alike_is_another_folder(tmp_path: Path) -> None:
    """`pkg-home` is not inside `pkg`."""
    refuse_inside(Home(tmp_path / "pkg-home"), tmp_path / "pkg")


def test_the_catalog_is_found_here_or_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FOUNDRY_CATALOG wins; else the nearest `foundry.toml` of this folder and those above counts."""
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert find_catalog(below) is None or tmp_path not in (find_catalog(below) or tmp_path).parents
    catalog_with(tmp_path)
    assert find_catalog() == (tmp_path / "foundry.toml").resolve()
    catalog_with(tmp_path / "a")
    assert find_catalog() == (tmp_path / "a" / "foundry.toml").resolve()
    monkeypatch.setenv("FOUNDRY_CATALOG", "../missing.toml")
    assert find_catalog() == (tmp_path / "a" / "missing.toml").resolve()


def test_preparing_writes_once(tmp_path: Path) -> None:
    """A home keeps itself out of repositories, and what a user changed in it stays changed."""
    home = Home(tmp_path / "home").prepare()
    assert (home.root / ".gitignore").read_text(encoding="utf-8") == "*\n"
    (home.dagster / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    (home.root / ".gitignore").write_text("", encoding="utf-8")
    home.prepare()
    assert (home.dagster / "dagster.yaml").read_text(encoding="utf-8") == "telemetry: {enabled: false}\n"
    assert (home.root / ".gitignore").read_text(encoding="utf-8") == ""
    assert not list(home.root.rglob("*.part"))


def test_dagster_takes_the_instance(home: Home) -> None:
    """The instance file means to Dagster what it says: no telemetry, no retries, one run a package."""
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        assert not instance.telemetry_enabled
        assert not instance.run_retries_enabled
        limits = instance.get_concurrency_config().run_queue_config
        assert limits is not None
        once = [limit["key"] for limit in limits.tag_concurrency_limits if limit["limit"] == 1]
        assert once == ["dagster/partition", "package"]
        assert instance.run_monitoring_enabled
        assert instance.get_settings("run_monitoring")["max_runtime_seconds"] == 7200
        ticks = instance.get_tick_retention_settings(InstigatorType.SENSOR)
        assert ticks[TickStatus.SKIPPED] == 7


def test_making_a_home_writes_nothing(tmp_path: Path) -> None:
    """Asking where things lie leaves no trace."""
    home = Home(tmp_path / "home")
    assert {home.store.parent, home.summary.parent, home.packages.parent} == {home.root}
    assert not home.root.exists()


def test_remembering_is_lasting(home: Home) -> None:
    """A package that was released by its folder is known afterwards, the newest word counting."""
    home.remember(Package(name="a", source=home.root / "old"))
    home.remember(Package(name="b", source=home.root / "b"))
    home.remember(Package(name="a", source=home.root / "new"))
    catalog = read_catalog(None, home_packages=home.packages)
    assert catalog.package("a").source == home.root / "new"
    assert catalog.package("b").source == home.root / "b"


def test_remembering_at_once_loses_nothing(tmp_path: Path) -> None:
    """Whoever remembers a package finds it afterwards, although all read, change and write one file."""
    home = Home(tmp_path / "home")
    entries = [Package(name=f"package-{number}", source=tmp_path) for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda entry: Home(home.root).remember(entry), entries))
    known = read_catalog(None, home_packages=home.packages).packages
    assert {entry.name for entry in entries} <= set(known)


def test_scratch_is_gone_afterwards(home: Home) -> None:
    """What a step put into its scratch folder does not stay, read-only files included."""
    with home.scratch() as folder:
        (folder / "kept").write_text("x", encoding="utf-8")
        (folder / "kept").chmod(0o444)
        assert not folder.is_relative_to(home.root)
    wait_for_sweepers()
    assert not folder.exists()


def test_a_foundry_finds_home_and_catalog_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The resource of a run sees what the command line sees, packages of the home included."""
    catalog_with(tmp_path)
    monkeypatch.chdir(tmp_path)
    found = Foundry()
    assert found.home.root == (tmp_path / ".foundry").resolve()
    found.home.remember(Package(name="bare", source=tmp_path / "bare"))
    assert set(found.catalog.packages) == {"pkg", "bare"}
    assert os.environ.get("FOUNDRY_HOME") is None


@pytest.mark.parametrize(
    ("written", "root"),
    [
        ("", "{home}/store"),
        ("kept", "{here}/kept"),
        ("../kept", "{above}/kept"),
        ("s3://bucket/foundry", "s3://bucket/foundry"),
    ],
)
def test_the_store_lies_in_the_home_unless_the_catalog_says_otherwise(
    tmp_path: Path, written: str, root: str
) -> None:
    """A folder is written as seen from the catalog; any other address is taken as it is."""
    catalog = tmp_path / "foundry.toml"
    catalog.write_text(f'[foundry]\nstore = "{written}"\n', "utf-8")
    foundry = Foundry(home_folder=str(tmp_path / "home"), catalog_file=str(catalog))
    here = tmp_path.resolve()
    wanted = root.format(home=here / "home", here=here, above=here.parent)
    assert foundry.store_root in (wanted, str(Path(wanted)))


def test_a_store_inside_a_source_is_refused(tmp_path: Path) -> None:
    """What is released stays untouched, so nothing is kept in it."""
    catalog = tmp_path / "foundry.toml"
    package = '[[package]]\nname = "demo-pkg"\nsource = "."\n'
    catalog.write_text(f'[foundry]\nstore = "kept"\n{package}', "utf-8")
    with pytest.raises(CatalogInvalid, match="inside the source of `demo-pkg`"):
        read_catalog(catalog)
