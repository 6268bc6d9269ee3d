"""A server is run as the main program, with what a process of its own needs.

Add here another thing that every server is given.
Not here: starting and ending the servers of `foundry ui` (ui).
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from foundry_assets.cli.bound import bound_to

_PROGRAM = "import gc, sys\nprint(sys.argv[1:], gc.isenabled(), gc.get_threshold()[0])\n"


def test_a_server_looks_for_garbage_now_and_then_only(tmp_path: Path) -> None:
    """An answer of a hundred thousand values is not searched for garbage at every seven hundredth."""
    (tmp_path / "a_server.py").write_text(_PROGRAM, encoding="utf-8")
    log = tmp_path / "log"
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    subprocess.run(
        bound_to(os.getpid(), "a_server", "word", log=log),
        env=os.environ | {"PYTHONPATH": path},
        check=True,
        timeout=60,
    )
    assert log.read_text(encoding="utf-8").strip() == "['word'] True 50000"
