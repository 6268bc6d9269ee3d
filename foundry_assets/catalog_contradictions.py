"""What the keys of a catalog must hold together: faults that no single key can tell.

Add here a rule about two keys or two tables, with its remedy.
Not here: what a single key may hold (catalog), and reading the file (catalog_file).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from packaging.utils import canonicalize_name

from foundry_assets.catalog import LOCAL, PUBLIC_INDEXES
from foundry_assets.errors import Fault

_BUILT_IN = (LOCAL, *PUBLIC_INDEXES)
_INDEX_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def contradictions(raw: Mapping[str, Any], *, indexes_are_elsewhere: bool) -> list[Fault]:
    """Find what single keys cannot tell, also in a file whose single keys are wrong."""
    indexes, packages, defaults = raw.get("indexes"), raw.get("package"), raw.get("foundry")
    named = dict(indexes) if isinstance(indexes, dict) else {}
    entries = packages if isinstance(packages, list) else []
    listed = [entry if isinstance(entry, dict) else {} for entry in entries]
    faults = [fault for name, entry in named.items() for fault in _faults_of_name(name, entry)]
    wanted = [("foundry.index", defaults.get("index"))] if isinstance(defaults, dict) else []
    rehearsal = raw.get("rehearsal")
    wanted += [("rehearsal.index", rehearsal.get("index"))] if isinstance(rehearsal, dict) else []
    wanted += [(f"package[{at}].index", entry.get("index")) for at, entry in enumerate(listed)]
    known = sorted({*_BUILT_IN, *named})
    for where, index in wanted:
        if isinstance(index, str) and index and index not in known and not indexes_are_elsewhere:
            faults.append(Fault(where, f"no index `{index}`", f"use one of {', '.join(known)}, or add it"))
    seen: set[str] = set()
    for at, entry in enumerate(listed):
        faults += _faults_of_given(entry, f"package[{at}]")
        name = entry.get("name")
        if isinstance(name, str):
            if canonicalize_name(name) in seen:
                faults.append(Fault(f"package[{at}].name", f"`{name}` is there twice", "keep one of the two"))
            seen.add(canonicalize_name(name))
    return faults


def _faults_of_given(entry: Mapping[str, Any], where: str) -> list[Fault]:
    """Find keys that speak for a source without metadata, where no main file says that it is such a one."""
    speaking = [key for key in ("version", "metadata", "ancillary") if entry.get(key)]
    if not speaking or "main_file" in entry:
        return []
    what = f"this key is missing beside {' and '.join(speaking)}"
    return [Fault(f"{where}.main_file", what, "add it: its folder is the import package; or remove those")]


def _faults_of_name(name: str, entry: object) -> list[Fault]:
    where = f"indexes.{name}"
    if is_public_with_keyring(name, entry):
        return []
    if name in _BUILT_IN:
        public = f", or write `keyring` alone into {where}" if name in PUBLIC_INDEXES else ""
        return [Fault(where, "this name is built in", f"choose another name{public}")]
    if not _INDEX_NAME.fullmatch(name):
        return [Fault(where, "not a name that folders can have", "use letters, digits, `-`, `_` and `.`")]
    if isinstance(entry, dict) and entry.get("anonymous") is True and entry.get("keyring") is True:
        return [Fault(f"{where}.anonymous", "it would never ask the keyring", "keep one of the two")]
    if isinstance(entry, dict) and "name" in entry:
        return [Fault(f"{where}.name", "an index is named by its table", "remove this key")]
    return []


def is_public_with_keyring(name: str, entry: object) -> bool:
    """Tell whether a table only lets the keyring be asked for a public index, whose addresses are known."""
    return name in PUBLIC_INDEXES and isinstance(entry, dict) and set(entry) == {"keyring"}
