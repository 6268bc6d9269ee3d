"""Orders and the small typed packages that they name, written into a folder of the test's own.

Add here another shape of an order that several tests need.
Not here: the estate of packages (foundry_tests/estate), and what becomes of an order (the tests).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VERSION = "1.0"


def write_package(root: Path, short: str, *, imports: str = "", code: str = "") -> Path:
    """Write a flat package `x_make_<short>_x`, whole and typed; `imports` are siblings' short names."""
    folder = root / f"x_make_{short}_x"
    folder.mkdir(parents=True)
    lines = [
        f"from x_make_{name}_x.x_cls_make_{name}_x import WORD as {name.upper()}" for name in imports.split()
    ]
    text = "\n".join([*lines, f'WORD: str = "{short}"', code])
    (folder / f"x_cls_make_{short}_x.py").write_text(f"{text}\n", encoding="utf-8")
    (folder / "py.typed").write_text("", encoding="utf-8")
    return folder


def entry(short: str, *needs: str, **more: Any) -> dict[str, Any]:
    """Give an entry; `needs` are short names of siblings, `more` further options or keys of the entry."""
    own = {key: more.pop(key) for key in ("version", "ancillary", "package") if key in more}
    named = {"dependencies": [f"t_{need}" for need in needs], "pypi_name": f"t_{short}"}
    return {"package": f"x_make_{short}_x", "version": VERSION, "options": named | more} | own


def order(root: Path, *entries: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    """Give an order of some entries."""
    told = {"entries": list(entries), "repo_parent_root": str(root)} | parameters
    return {"command": "x_make_pypi_x", "parameters": told}


def text_of(told: dict[str, Any]) -> str:
    """Give an order as an orchestrator sends it."""
    return json.dumps(told)
