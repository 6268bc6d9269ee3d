"""Everything that runs foreign code, done with the canary package, in a process that holds a secret.

Add here another way in which the foundry runs code of a package.
Not here: what the canary may find (test_sandbox); how it searches (packages/canary).
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

from foundry_assets.craft.building import build_sdist
from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.installing import try_wheel
from foundry_assets.craft.sandbox import isolation
from foundry_assets.craft.staging.asking import ask_backend
from foundry_tests.craft.building.projects import built_wheel
from foundry_tests.craft.test_installing import wheel_of

EPOCH = 1_700_000_000
_IMPORTED = """
import json, pathlib
from canary_pkg.searching import search
raise ImportError(json.dumps(search({look_in!r})))
"""


def main(tree: Path, room: Path, look_in: list[str]) -> None:
    """Ask, build, install and import; print what the canary found in each, as JSON."""
    told: dict[str, object] = {"isolation": isolation()}
    ask_backend(tree, fence=tree.parent, scratch=room / "asking")
    asked = tree / "canary_pkg" / "found_by_wheel.json"
    told["asking"] = json.loads(asked.read_text("utf-8"))
    asked.unlink()
    sdist = build_sdist(tree, room / "out", scratch=room / "building", epoch=EPOCH)
    wheel = built_wheel(sdist.path, room / "out", scratch=room / "building", epoch=EPOCH)
    with zipfile.ZipFile(wheel.path) as archive:
        for hook in ("sdist", "wheel"):
            told[hook] = json.loads(archive.read(f"canary_pkg/found_by_{hook}.json"))
    told["installing"] = _installed(sdist.path, room)
    searching = (tree / "canary_pkg" / "searching.py").read_text("utf-8")
    files = {
        "canary_pkg/__init__.py": _IMPORTED.format(look_in=look_in),
        "canary_pkg/searching.py": searching,
    }
    (failure,) = try_wheel(wheel_of(room / "trial", files, name="canary_pkg"), scratch=room / "trial").failed
    told["importing"] = json.loads(failure.error_last_line.partition(": ")[2])
    sys.stdout.write(json.dumps(told))


def _installed(sdist: Path, room: Path) -> object:
    """Install the sdist, which the installer builds by itself, and give what was found meanwhile."""
    environment = FreshEnvironment(room / "environment", home=room / "home", readable=[sdist])
    environment.install([str(sdist)], options=["--no-index"])
    (found,) = environment.folder.rglob("found_by_wheel.json")
    return json.loads(found.read_text("utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
