"""What was found in a file, remembered for the same bytes under the same name, wherever they lie.

Add here nothing else.
Not here: what is looked for in a file.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from foundry_assets.content import hash_file

Found = TypeVar("Found")


@dataclass(frozen=True)
class _Known:
    name: str
    sha256: str
    path: Path = field(compare=False)


def read_once(newest: int) -> Callable[[Callable[[Path], Found]], Callable[[Path], Found]]:
    """Let a function of a file be called once for the same bytes, for the `newest` files that it was asked.

    What it raises is not remembered. Raises `OSError` where a file is there and cannot be read.
    """

    def remembering(find: Callable[[Path], Found]) -> Callable[[Path], Found]:
        @functools.lru_cache(maxsize=newest)
        def known(file: _Known) -> Found:
            return find(file.path)

        @functools.wraps(find)
        def found(path: Path) -> Found:
            if not path.is_file():
                return find(path)
            return known(_Known(path.name, hash_file(path)[0], path))

        return found

    return remembering
