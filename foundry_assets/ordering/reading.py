"""Reading a batch order: from text to its models, with every fault at once and the place of each.

Add here what the keys of an order must hold together, and another way to write one wrongly.
Not here: what a single value must be (form), and anything that is found in the packages' folders (placing).
"""

from __future__ import annotations

import contextlib
import difflib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from pydantic import BaseModel, ValidationError

from foundry_assets.craft.dependency_order import everything_needed
from foundry_assets.errors import CallIsWrong, Fault, FaultsFound
from foundry_assets.ordering.form import BatchOrder, EntryOptions, OrderEntry, OrderParameters
from foundry_assets.ordering.needs import needs_of
from foundry_assets.surroundings import is_given_to_programs

_TOKEN = re.compile(r"pypi-[A-Za-z0-9_-]{16,}")
_TAKE_IT_OUT = "take it out, consider it as known, and name its environment variable by token_env"


class OrderInvalid(FaultsFound, CallIsWrong):
    """The batch order does not say what it must; nothing was begun."""


def read_order(text: str) -> BatchOrder:
    """Read an order; raises `OrderInvalid` with all that is wrong with it, and never repeats a secret."""
    raw, faults = _parsed(text)
    if faults:
        raise _invalid(faults)
    faults += [Fault(where, "it holds an API token", _TAKE_IT_OUT) for where in _tokens(raw, "")]
    try:
        order = BatchOrder.model_validate(raw)
    except ValidationError as error:
        faults += [_fault(item) for item in error.errors()]
        raise _invalid(faults + _contradictions(_readable(raw))) from None
    faults += _contradictions(_readable(raw))
    if faults:
        raise _invalid(faults)
    return order


def _invalid(faults: list[Fault]) -> OrderInvalid:
    hidden = [Fault(_TOKEN.sub("[token]", fault.where), *_hidden(fault)) for fault in faults]
    return OrderInvalid("the order", hidden)


def _hidden(fault: Fault) -> tuple[str, str]:
    return _TOKEN.sub("[token]", fault.what), _TOKEN.sub("[token]", fault.remedy)


def _parsed(text: str) -> tuple[Any, list[Fault]]:
    twice: list[str] = []

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        counted = Counter(key for key, _ in pairs)
        twice.extend(key for key, count in counted.items() if count > 1)
        return dict(pairs)

    try:
        raw = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=as_object, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        told = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
        return None, [Fault("order", f"not JSON: {told}", "write one JSON object (RFC 8259)")]
    return raw, [Fault(key, "this key is there twice in one object", "keep one of them") for key in twice]


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON value")


def _tokens(value: Any, where: str) -> Iterator[str]:
    """Give the places at which an order holds what looks like an API token."""
    if isinstance(value, str) and _TOKEN.search(value):
        yield where
    if isinstance(value, dict):
        for key, below in value.items():
            place = f"{where}.{key}".lstrip(".")
            yield from _tokens(below, place)
            if _TOKEN.search(key):
                yield place
    if isinstance(value, list):
        for at, below in enumerate(value):
            yield from _tokens(below, f"{where}[{at}]")


@dataclass(frozen=True)
class _Readable:
    """The parts of an order that are well written by themselves, entries by their place."""

    root: str
    entries: dict[int, OrderEntry]
    variable: str


def _readable(raw: Any) -> _Readable:
    found = raw.get("parameters") if isinstance(raw, dict) else None
    parameters = found if isinstance(found, dict) else {}
    listed = parameters.get("entries")
    entries = {}
    for at, one in enumerate(listed if isinstance(listed, list) else ()):
        with contextlib.suppress(ValidationError):
            entries[at] = OrderEntry.model_validate(one)
    root, variable = parameters.get("repo_parent_root"), parameters.get("token_env")
    return _Readable(
        root.strip() if isinstance(root, str) else "",
        entries,
        variable.strip() if isinstance(variable, str) else "",
    )


def _contradictions(order: _Readable) -> list[Fault]:
    return [
        *_faults_of_folders(order),
        *(_faults_of_names(order.entries) or _faults_of_circles(tuple(order.entries.values()))),
        *_faults_of_extras(order.entries),
        *_faults_of_variable(order.variable),
    ]


def _faults_of_folders(order: _Readable) -> Iterator[Fault]:
    root = Path(order.root)
    if not order.root:
        return
    if not _is_folder(root):
        what = f"there is no folder `{root}`"
        yield Fault("parameters.repo_parent_root", what, "name the folder that holds the packages' folders")
        return
    for at, entry in order.entries.items():
        if not _is_folder(root / entry.package):
            what = f"there is no folder `{root / entry.package}`"
            remedy = "mend the name, or repo_parent_root, or take the entry out"
            yield Fault(f"parameters.entries[{at}].package", what, remedy)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name that is too long, or that no file can have
        return False


def _faults_of_names(entries: Mapping[int, OrderEntry]) -> list[Fault]:
    seen: dict[str, int] = {}
    faults = []
    for at, entry in entries.items():
        name = canonicalize_name(entry.distribution)
        key = "options.pypi_name" if entry.said.pypi_name else "package"
        first = seen.setdefault(name, at)
        if first != at:
            what = f"`{entry.distribution}` is the distribution of entries[{first}] too"
            faults.append(Fault(f"parameters.entries[{at}].{key}", what, "order each distribution once"))
    return faults


def _faults_of_circles(entries: tuple[OrderEntry, ...]) -> list[Fault]:
    try:
        everything_needed(needs_of(entries))
    except CallIsWrong as error:
        return [Fault("parameters.entries", error.happened, error.remedy)]
    return []


def _faults_of_extras(entries: Mapping[int, OrderEntry]) -> Iterator[Fault]:
    """Refuse words that have no effect where they stand, and whose author would expect one."""
    for at, entry in entries.items():
        where = f"parameters.entries[{at}].options.extra"
        for key in entry.said.extra:
            if key == "dry_run":
                remedy = "say it once for the whole order, as parameters.context.dry_run"
                yield Fault(f"{where}.{key}", "it would have no effect here", remedy)
            elif key in EntryOptions.model_fields:
                yield Fault(f"{where}.{key}", "it would have no effect here", f"write it as options.{key}")


def _faults_of_variable(name: str) -> Iterator[Fault]:
    if is_given_to_programs(name):
        what = "this variable is given to installers and builds, and with it what it holds"
        yield Fault("parameters.token_env", what, "put the credential into a variable of its own")


_TOLD = {
    "missing": ("this key is missing", "add it"),
    "string_type": ("not a text", "write a text in quotes"),
    "string_too_short": ("an empty text", "write a text, or leave the key out"),
    "bool_type": ("neither true nor false", "write true or false, without quotes"),
    "tuple_type": ("not a list", 'write a list, such as ["one", "two"]'),
    "too_short": ("an empty list", "name at least one"),
    "model_type": ("not an object", "write an object with keys of its own"),
    "dict_type": ("not an object", "write an object with keys of its own"),
    "literal_error": ("not this order's command", "write `x_make_pypi_x`"),
}
"""What pydantic's errors mean here, and what to do; any other error is told in its own words."""
_OWNERS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("options", EntryOptions),
    ("entries", OrderEntry),
    ("parameters", OrderParameters),
)


def _fault(item: Any) -> Fault:
    location: tuple[int | str, ...] = item["loc"]
    where = _place(location) or "order"
    if item["type"] == "extra_forbidden":
        return Fault(where, "no such key", _spelling(location))
    if item["type"] in _TOLD:
        return Fault(where, *_TOLD[item["type"]])
    what, _, remedy = str(item["msg"]).removeprefix("Value error, ").partition(" -> ")
    return Fault(where, what, remedy or "write a value of that form")


def _place(location: tuple[int | str, ...]) -> str:
    """Give a key as the order has it, such as `parameters.entries[0].version`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).lstrip(".")


def _spelling(location: tuple[int | str, ...]) -> str:
    owner = next((model for word, model in _OWNERS if word in location[:-1]), BatchOrder)
    known = list(owner.model_fields)
    close = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"write `{close[0]}`" if close else f"remove it; there are {', '.join(known)}"
