"""A file system on another machine, whose library's errors become the ones that a folder gives.

Add here what such a library tells in a way of its own.
Not here: what is stored there, and how it is replaced whole (medium).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Elsewhere:
    """A file system elsewhere, whose errors are all `OSError`; its library has classes of its own."""

    _elsewhere: Any

    def __getattr__(self, name: str) -> Any:
        if name == "_elsewhere":  # a copy that is being made has nothing yet
            raise AttributeError(name)
        found = getattr(self._elsewhere, name)
        return functools.partial(_asked, found) if callable(found) else found


def _asked(act: Callable[..., Any], *told: Any, **named: Any) -> Any:
    try:
        return act(*told, **named)
    except (OSError, NotImplementedError):
        raise
    except Exception as error:
        raise ConnectionError(f"the store gives no answer: {type(error).__name__}: {error}") from error
