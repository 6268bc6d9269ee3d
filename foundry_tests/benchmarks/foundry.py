"""The foundry as its user has it: a cold process, a home, a catalog with one index, a token by variables.

Add here another command of the foundry that is measured.
Not here: the peers' way (peers), and the packages that are released (projects).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.catalog import Index
from foundry_tests.benchmarks.peers import surroundings
from foundry_tests.benchmarks.timing import timed
from foundry_tests.servers import PASSWORD, USERNAME


def program() -> list[str]:
    """Give the command `foundry`, as it is installed beside the interpreter that runs the benchmarks."""
    beside = Path(sys.executable).parent / ("foundry.exe" if os.name == "nt" else "foundry")
    return [str(beside)] if beside.is_file() else [sys.executable, "-m", "foundry_assets"]


@dataclass(frozen=True)
class House:
    """A home, and a catalog of packages that go to one index."""

    home: Path
    catalog: Path

    @classmethod
    def made(cls, folder: Path, sources: Sequence[Path], index: Index, *, home: Path) -> House:
        """Write the catalog into `folder`; a package is named as its folder is."""
        folder.mkdir(parents=True, exist_ok=True)
        head = (
            f'[foundry]\nindex = "{index.name}"\n'
            f'[indexes.{index.name}]\nupload_url = "{index.upload_url}"\nsimple_url = "{index.simple_url}"\n'
        )
        entries = [
            f"[[package]]\nname = \"{source.name}\"\nsource = '{source.as_posix()}'\n" for source in sources
        ]
        catalog = folder / "foundry.toml"
        catalog.write_text(head + "".join(entries), encoding="utf-8")
        return cls(home, catalog)

    @property
    def environment(self) -> dict[str, str]:
        """What every command is given."""
        return surroundings(
            FOUNDRY_HOME=str(self.home),
            FOUNDRY_CATALOG=str(self.catalog),
            TWINE_USERNAME=USERNAME,
            TWINE_PASSWORD=PASSWORD,
        )

    def command(self, *words: str) -> float:
        """Run `foundry` with these words; gives the seconds, or raises `RunFailed`."""
        return timed([*program(), *words], cwd=self.catalog.parent, env=self.environment)
