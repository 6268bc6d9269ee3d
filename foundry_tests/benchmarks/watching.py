"""A tick of the sensor `version_bumps` over a catalog in which nothing has changed.

Add here another tick that a large catalog could slow down.
Not here: what a tick decides (foundry_tests/launching).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from foundry_tests.benchmarks.figures import Line
from foundry_tests.benchmarks.workshop import Workshop

_BUILD_SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "hatchling.build"\n'
_DYNAMIC = 'dynamic = ["version"]\n[tool.hatch.version]\npath = "version.py"\n'


def tick(shop: Workshop) -> Iterator[Line]:
    """Ticks after the first, which takes stock, with a real instance and every source on disk.

    Half of the packages have their version in a file that the backend reads, half in `pyproject.toml`. The
    definitions are loaded before, as in the code server; the seconds are those of the sensor's own function.
    """
    import logging

    import dagster as dg

    from foundry_assets.definitions import build_definitions
    from foundry_assets.home import Foundry
    from foundry_assets.launching.history import open_instance
    from foundry_assets.launching.sensors import version_bumps
    from foundry_assets.store import ArtefactStore

    logging.disable(logging.INFO)  # what a tick tells is the daemon's affair
    count = shop.scale.watched
    room = shop.room("tick")
    foundry = Foundry(home_folder=str(room / "home"), catalog_file=str(_catalog(room, count)))
    repository = build_definitions(foundry=foundry).get_repository_def()
    cursor: str | None = None
    ours = []
    with open_instance(foundry.home) as instance:
        for _ in range(shop.scale.short_runs + 1):
            resources = {"foundry": foundry, "store": ArtefactStore()}
            with dg.build_sensor_context(
                instance=instance, cursor=cursor, repository_def=repository, resources=resources
            ) as context:
                began = time.perf_counter()
                told = version_bumps(context)
                ours.append(time.perf_counter() - began)
            assert isinstance(told, dg.SensorResult)
            assert not told.run_requests, told
            cursor = told.cursor
    first, *later = ours
    note = f"the first tick, which takes stock, took {first:.2f} s"
    yield Line("tick", f"a sensor tick over {count:,} unchanged packages", "-", "s", 2.0, later, note=note)


def _catalog(room: Path, count: int) -> Path:
    """Write the packages and the catalog that names them."""
    entries = []
    for number in range(count):
        folder = room / f"p{number}"
        folder.mkdir()
        version = _DYNAMIC if number % 2 else 'version = "1.0"\n'
        text = f'{_BUILD_SYSTEM}[project]\nname = "p-{number}"\n{version}'
        (folder / "pyproject.toml").write_text(text, encoding="utf-8")
        (folder / "version.py").write_text('__version__ = "1.0"\n', encoding="utf-8")
        entries.append(f'[[package]]\nname = "p-{number}"\nsource = "p{number}"\nauto_release = true\n')
    catalog = room / "foundry.toml"
    catalog.write_text("".join(entries), encoding="utf-8")
    return catalog
