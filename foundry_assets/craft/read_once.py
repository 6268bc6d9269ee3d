"""What was found in a file, remembered for the same bytes under the same name, wherever they lie.

Add here nothing else.
Not here: what is looked for in a file.
"""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from foundry_assets.content import hash_file

Found = TypeVar("Found")


def read_once(newest: int) -> Callable[[Callable[[Path], Found]], Callable[[Path], Found]]:
    """Let a function of a file be called once for the same bytes, for the `newest` files that it was asked.

    Threads that ask for the same file at once wait for each other, and nobody for another file. What it
    raises is not remembered. Raises `OSError` where a file is there and cannot be read.
    """

    def remembering(find: Callable[[Path], Found]) -> Callable[[Path], Found]:
        known: OrderedDict[tuple[str, str], Future[Found]] = OrderedDict()
        looking = threading.Lock()

        @functools.wraps(find)
        def found(path: Path) -> Found:
            if not path.is_file():
                return find(path)
            file = path.name, hash_file(path)[0]
            with looking:
                is_first = file not in known
                answer = known.setdefault(file, Future())
                known.move_to_end(file)
                while len(known) > newest:
                    known.popitem(last=False)
            if is_first:
                _answer(answer, find, path)
                if answer.exception() is not None:
                    known.pop(file, None)
            return answer.result()

        return found

    return remembering


def _answer(answer: Future[Found], find: Callable[[Path], Found], path: Path) -> None:
    try:
        answer.set_result(find(path))
    except BaseException as error:
        answer.set_exception(error)
