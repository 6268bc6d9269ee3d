"""What a home costs when it has grown: the next release, `foundry status`, `foundry --help`.

Add here another command that a large home could slow down.
Not here: growing a home (growing), and the browser's view of one (viewing).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from foundry_assets.places import Home
from foundry_tests.benchmarks.figures import Line
from foundry_tests.benchmarks.foundry import House
from foundry_tests.benchmarks.growing import MODEL, grow
from foundry_tests.benchmarks.projects import small
from foundry_tests.benchmarks.settling_in import settled_house
from foundry_tests.benchmarks.timing import in_turn
from foundry_tests.benchmarks.workshop import Workshop

_YOUNG = 9
_HEAVY = ("dagster", "sqlalchemy", "pydantic", "requests", "twine", "fsspec", "grpc", "rich.markdown")


def thousandth(shop: Workshop) -> Iterator[Line]:
    """The release after 999 others against the one after nine, in two homes that differ in nothing else."""
    count = shop.scale.releases
    old, young = (_next_release(_grown(shop, size), shop) for size in (count - 1, _YOUNG))
    ours, theirs = in_turn(shop.scale.runs, old, young)
    yield Line("thousandth", f"the {count:,}th release of a home", "its 10th", "x", 1.2, ours, theirs)


def status(shop: Workshop) -> Iterator[Line]:
    """A cold `foundry status` that lists them all."""
    house = _grown(shop, shop.scale.releases - 1)
    house.command("status")
    ours = [house.command("status") for _ in range(shop.scale.short_runs)]
    yield Line("status", f"foundry status, {shop.scale.releases:,} releases", "-", "s", 1.0, ours)


def help_text(shop: Workshop) -> Iterator[Line]:
    """A cold `foundry --help` in the same home, and what it imports: a heavy library is a fault by itself."""
    house = _grown(shop, shop.scale.releases - 1)
    house.command("--help")
    ours = [house.command("--help") for _ in range(shop.scale.short_runs)]
    heavy = _imported_for_help(house)
    problem = f"it imports {', '.join(heavy)}" if "dagster" in heavy else ""
    note = f"heavy libraries that it imports: {', '.join(heavy) or 'none'}"
    yield Line("help", "foundry --help", "-", "s", 0.3, ours, note=note, problem=problem)


def _grown(shop: Workshop, count: int) -> House:
    """Give a home of `count` releases, made once a benchmark."""
    name = f"home-of-{count}"
    if name not in shop.houses:
        shop.say(f"  growing a home of {count:,} releases")
        shop.houses[name] = settled_house(shop, name)
        grow(Home(shop.houses[name].home), count)
    return shop.houses[name]


def _next_release(house: House, shop: Workshop) -> Callable[[int], float]:
    source = house.catalog.parent / MODEL

    def release(number: int) -> float:
        small(source, f"2.{number}")
        shop.server.empty()
        seconds = house.command("release", MODEL)
        shop.server.require(2)
        return seconds

    return release


def _imported_for_help(house: House) -> list[str]:
    """Give which heavy libraries a process loads that prints the help."""
    words = [sys.executable, "-X", "importtime", "-m", "foundry_assets", "--help"]
    told = subprocess.run(
        words,
        env=house.environment,
        cwd=Path(house.catalog).parent,
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    loaded = {line.rpartition("|")[2].strip() for line in told.splitlines()}
    return [name for name in _HEAVY if name in loaded]
