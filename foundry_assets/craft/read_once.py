"""What was found in a file, remembered for the same bytes under the same name, wherever they lie.

Add here nothing else.
Not here: what is looked for in a file.
"""

from __future__ import annotations

import functools
import threading
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

    Threads that ask for the same file at once wait for each other, and nobody for another file. What it
    raises is not remembered. Raises `OSError` where a file is there and cannot be read.
    """

    def remembering(find: Callable[[Path], Found]) -> Callable[[Path], Found]:
        @functools.lru_cache(maxsize=newest)
        def known(file: _Known) -> Found:
            return find(file.path)

        @functools.lru_cache(maxsize=newest)
        def one_at_a_time(_: _Known) -> threading.Lock:
            return threading.Lock()

        choosing = threading.Lock()

        @functools.wraps(find)
        def found(path: Path) -> Found:
            if not path.is_file():
                return find(path)
            file = _Known(path.name, hash_file(path)[0], path)
            with choosing:
                alone = one_at_a_time(file)
            with alone:
                return known(file)

        return found

    return remembering
