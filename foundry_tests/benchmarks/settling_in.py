"""A home with the one real release from which large homes are grown, made once and copied.

Add here what every grown home begins with.
Not here: growing it (growing), and what is measured in it (ageing, viewing).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from foundry_tests.benchmarks.foundry import House
from foundry_tests.benchmarks.growing import MODEL, MODEL_VERSION
from foundry_tests.benchmarks.projects import small
from foundry_tests.benchmarks.workshop import Workshop


def settled_house(shop: Workshop, name: str) -> House:
    """Give a house in a folder of its own, whose home holds the model's release and nothing else."""
    model = shop.folder / "model"
    if not model.exists():
        house = _house(shop, model)
        shop.server.empty()
        small(model / MODEL, MODEL_VERSION)
        house.command("release", MODEL)
    room = shop.folder / name
    shutil.copytree(model, room, symlinks=True)
    return _house(shop, room)


def _house(shop: Workshop, room: Path) -> House:
    return House.made(room, [room / MODEL], shop.server.index, home=room / "home")
