"""Scratch folders: gone soon after they were left, without anybody waiting for it.

Add here how a folder to work in is made and removed.
Not here: what is worked on in it, and folders that are kept (places).
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_folder(prefix: str) -> Iterator[Path]:
    """Give a folder that a thread of its own removes afterwards: thousands of files take a while.

    A process does not end before its folders are gone, unless it is killed.
    """
    folder = tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)
    try:
        yield Path(folder.name).resolve()
    finally:
        try:
            threading.Thread(target=folder.cleanup, name=f"sweeping {folder.name}").start()
        except RuntimeError:  # this process ends just now, and takes no new thread (Python 3.12)
            folder.cleanup()
