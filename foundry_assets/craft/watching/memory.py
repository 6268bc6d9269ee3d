"""What was seen of each repository, kept in a file from tick to tick, so that a restart asks nothing anew.

Add here how such a file is read and written.
Not here: what is remembered of a repository (tags, remote).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

_PARTS = 3


class Memory:
    """Three values of JSON by key; a file that is damaged or of another form remembers nothing."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept = _read(file)
        self._is_changed = False

    def recall(self, key: str) -> list[Any] | None:
        """Give what was kept, None where there is nothing."""
        return self._kept.get(key)

    def remember(self, key: str, *told: object) -> None:
        """Keep three values, to be written down by `keep`."""
        self._kept[key] = [*told]
        self._is_changed = True

    def keep(self) -> None:
        """Write down what was seen, whole or not at all."""
        if not self._is_changed:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=self._file.parent, delete=False
        ) as stream:
            json.dump(self._kept, stream)
        Path(stream.name).replace(self._file)


def _read(file: Path) -> dict[str, list[Any]]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    fits = isinstance(kept, dict) and all(
        isinstance(one, list) and len(one) == _PARTS for one in kept.values()
    )
    return kept if fits else {}
