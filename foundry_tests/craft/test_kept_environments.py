"""Kept environments: taken again only as they were left, for the very versions that an index gives now.

Add here a promise about what a kept environment holds, and when there is none.
Not here: environments that are made for one use (test_environments), and builds (building).
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from foundry_assets.craft import environments, kept_environments
from foundry_assets.craft.building.backend import Backend, Circumstances
from foundry_assets.craft.kept_environments import KeptEnvironments
from foundry_assets.craft.sandbox import PROCESS, isolation
from foundry_assets.errors import BuildFailed
from foundry_tests.craft.building.projects import with_own_backend
from foundry_tests.craft.test_installing import wheel_of


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptEnvironments:
    """Kept environments whose index is a folder with `needed 1.0`."""
    wheel_of(tmp_path / "links", {"needed.py": "X = 1\n"}, name="needed")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "links"))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setattr(kept_environments, "_agreed", {})
    return KeptEnvironments(tmp_path / "kept", tmp_path / "home")


def holding(kept: KeptEnvironments, *requirements: str) -> Path:
    """Give the folder of the environment with these requirements."""
    found = kept.holding(requirements)
    assert found is not None
    return found.folder


def test_what_agrees_is_made_once(kept: KeptEnvironments) -> None:
    """The second time the very same environment is given, and nothing in it was written again."""
    first = kept.holding(["needed>=1"])
    assert first is not None
    assert first.installed()["needed"] == "1.0"
    assert list(first.folder.rglob("needed*.pyc"))
    made = (first.folder / "pyvenv.cfg").stat().st_mtime_ns
    program = [first.python_executable, "-I", "-B", "-c", "import needed"]
    assert subprocess.run(program, check=False).returncode == 0
    assert holding(kept, "needed>=1") == first.folder
    assert holding(kept, "needed") == first.folder
    assert (first.folder / "pyvenv.cfg").stat().st_mtime_ns == made


def test_a_newer_version_is_another_environment(
    kept: KeptEnvironments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index is asked again for the next release; what it holds by then is what is installed."""
    before = holding(kept, "needed")
    wheel_of(tmp_path / "links", {"needed.py": "X = 2\n"}, name="needed", version="2.0")
    monkeypatch.setattr(kept_environments, "_AGREED_SECONDS", 0.0)
    after = kept.holding(["needed"])
    assert after is not None
    assert after.folder != before
    assert after.installed()["needed"] == "2.0"


def test_other_bytes_of_the_same_version_are_another_environment(
    kept: KeptEnvironments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is installed is known by its hash, not by its version alone."""
    before = holding(kept, "needed")
    wheel_of(tmp_path / "links", {"needed.py": "X = 'other bytes'\n"}, name="needed")
    monkeypatch.setattr(kept_environments, "_AGREED_SECONDS", 0.0)
    monkeypatch.setenv("UV_NO_CACHE", "1")  # uv itself remembers a folder's wheel by name
    after = holding(kept, "needed")
    assert after != before
    assert "other bytes" in next(after.rglob("needed.py")).read_text(encoding="utf-8")


@pytest.mark.parametrize("harm", ["changed", "added", "removed"])
def test_one_that_was_touched_is_made_anew(kept: KeptEnvironments, harm: str) -> None:
    """A file that somebody changed, added or removed in a kept environment never reaches a build."""
    place = holding(kept, "needed")
    module = next(place.rglob("needed.py"))
    if harm == "changed":
        module.unlink()  # it may be a link to the installer's own copy
        module.write_text("X = 'harm'\n", encoding="utf-8")
    elif harm == "added":
        (module.parent / "harm.pth").write_text("import os\n", encoding="utf-8")
    else:
        module.unlink()
    assert holding(kept, "needed") == place
    assert module.read_text(encoding="utf-8") == "X = 1\n"
    assert not (module.parent / "harm.pth").exists()


def test_one_that_was_cut_off_is_made_anew(kept: KeptEnvironments) -> None:
    """Without its mark, written last, an environment counts for nothing."""
    place = holding(kept, "needed")
    place.with_suffix(".json").unlink()
    next(place.rglob("needed.py")).unlink()
    assert holding(kept, "needed") == place
    assert list(place.rglob("needed.py"))


@pytest.mark.parametrize(
    "text", ["needed @ file:///somewhere/needed.whl", "not a requirement !", "absent>=9"]
)
def test_there_is_none_for_what_cannot_be_kept(kept: KeptEnvironments, text: str) -> None:
    """An address, a word that is no requirement, and what no index has, are left to a fresh environment."""
    assert kept.holding([text]) is None


def test_there_is_none_without_uv(kept: KeptEnvironments, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pip cannot tell beforehand what it would install."""
    monkeypatch.setattr(environments, "find_uv", lambda: "")
    assert kept.holding(["needed"]) is None


def test_what_nobody_uses_goes(
    kept: KeptEnvironments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An environment that was not used for a month leaves when another one is made."""
    old = holding(kept, "needed")
    long_ago = time.time() - 31 * 24 * 3600
    os.utime(old.with_suffix(".json"), (long_ago, long_ago))
    wheel_of(tmp_path / "links", {"also.py": ""}, name="also")
    new = holding(kept, "also")
    assert new.exists()
    assert not old.exists()


def test_a_build_leaves_it_as_it_was(kept: KeptEnvironments, tmp_path: Path) -> None:
    """In the sandbox a backend that writes into its environment fails; elsewhere the next build is spared."""
    harm = "open(os.path.join(sys.prefix, 'harm.txt'), 'w').close()"
    tree = with_own_backend(tmp_path / "tree", f"{harm}\nreturn 'demo-1.0.tar.gz'")
    around = Circumstances(tmp_path / "scratch", 1_700_000_000, kept=kept.folder)
    (tmp_path / "scratch").mkdir()
    backend = Backend(tree, "tree", around)
    backend.prepare(backend.wanted("sdist"))
    out = tmp_path / "scratch" / "out"
    out.mkdir()
    if isolation() == PROCESS:
        backend.make("sdist", out)
    else:
        with pytest.raises(BuildFailed, match="Read-only file system"):
            backend.make("sdist", out)
    place = holding(kept)
    assert not (place / "harm.txt").exists()
