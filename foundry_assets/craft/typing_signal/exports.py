"""What a package's modules hand on from each other, and which of it a marker would make private.

Add here what imports between a package's own modules mean for its public names.
Not here: signatures (signatures), and whether the marker is added (markers).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from foundry_assets.craft.typing_signal.modules import Module
from foundry_assets.craft.typing_signal.signatures import (
    Count,
    assigns_all,
    count_signatures,
    read_all,
    statements,
)

_NO_API = frozenset({"version", "__version__", "version_tuple", "__version_tuple__", "_version"})


@dataclass(frozen=True)
class PublicSurface:
    """What people can import from a root: its signatures, and sources that cannot be read as Python."""

    count: Count
    unread: str


def public_surface(modules: Sequence[Module], root: str) -> PublicSurface:
    """Count the public signatures of a root, with those that public modules hand on from private ones."""
    known = {module.name: module for module in modules}
    total, unread = Count(), ""
    wanted: dict[str, set[str] | None] = {module.name: None for module in modules if module.is_public}
    queue = list(wanted)
    while queue:
        module = known[queue.pop(0)]
        for source, names in _handed_on(module, wanted[module.name]):
            target = known.get(source)
            if target is None:
                unread = unread or (source if _is_below(source, root) and names - _NO_API else "")
            elif _widen(wanted, target, names):
                queue.append(source)
    for name, only in sorted(wanted.items()):
        syntax = known[name].syntax
        if syntax is not None:
            total += count_signatures(syntax, _inside(known[name], root), only=only)
    return PublicSurface(total, unread)


def _inside(module: Module, root: str) -> str:
    """Give a module's file as seen from its root: `core.py`, `deep/core.py`."""
    depth = len(module.name.split(".")) - len(root.split(".")) + (1 if module.is_init else 0)
    return "/".join(PurePosixPath(module.typed_by).parts[-max(depth, 1) :])


def shows_names(module: Module) -> bool:
    """Tell whether a module's text shows a public name: assigned, defined, or handed on."""
    if module.syntax is None:
        return False
    made = (name for node in statements(module.syntax.body) for name in _names_of(node))
    return any(not name.startswith("_") for name in made) or any(True for _ in _handed_on(module, None))


def _names_of(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            yield node.name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def first_private_reexport(modules: Sequence[Module], root: str) -> str:
    """Give the first name that stops being public under a marker, as `file:line name`; empty where none does.

    Under a marker type checkers take `from .core import x` in an `__init__` for a private import, unless
    `__all__` lists it or it is written `x as x` (typing specification, "Import conventions").
    """
    for module in modules:
        if not (module.is_init and module.is_public and not module.stub and module.syntax is not None):
            continue
        names = read_all(module.syntax)
        if names is not None and assigns_all(module.syntax):
            continue
        for node, name in _plain_imports(module, root):
            return f"{module.source}:{node.lineno} {name}"
    return ""


def _plain_imports(module: Module, root: str) -> Iterator[tuple[ast.ImportFrom, str]]:
    assert module.syntax is not None
    for node in _run_time_statements(module.syntax):
        if not isinstance(node, ast.ImportFrom) or (node.level and node.module is None):
            continue
        if not _is_below(_absolute(module, node), root):
            continue
        for alias in node.names:
            name = alias.asname or alias.name
            if alias.asname != alias.name and not name.startswith("_") and name not in {*_NO_API, "*"}:
                yield node, name


def _run_time_statements(module: ast.Module) -> Iterator[ast.stmt]:
    """Give the statements that run, without what is imported for annotations only."""
    hidden = {
        inner
        for node in statements(module.body)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    return (node for node in statements(module.body) if node not in hidden)


def _handed_on(module: Module, only: Collection[str] | None) -> Iterator[tuple[str, set[str]]]:
    """Give (module, names) that a module imports and thereby offers; the name `*` stands for all."""
    if module.syntax is None:
        return
    listed = set(read_all(module.syntax) or ())
    for node in _run_time_statements(module.syntax):
        if not isinstance(node, ast.ImportFrom):
            continue
        offered = {
            alias.name
            for alias in node.names
            if alias.name == "*"
            or _is_offered(alias.asname or alias.name, listed, only, is_init=module.is_init)
        }
        if offered:
            yield _absolute(module, node), offered


def _is_offered(name: str, listed: Collection[str], only: Collection[str] | None, *, is_init: bool) -> bool:
    """Tell whether an imported name is part of what a module offers, rather than of what it uses."""
    if only is not None:
        return name in only
    return name in listed or (is_init and not listed and not name.startswith("_"))


def _widen(wanted: dict[str, set[str] | None], target: Module, names: set[str]) -> bool:
    """Add names to those wanted of a private module; tell whether that changed anything."""
    if target.is_test or (target.name in wanted and wanted[target.name] is None):
        return False
    before = wanted.get(target.name, set())
    assert before is not None
    after = None if "*" in names else before | names
    if after == before:
        return False
    wanted[target.name] = after
    return True


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    """Give the dotted name that an import statement asks for."""
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    parents = parts[: len(parts) - node.level + (1 if module.is_init else 0)]
    return ".".join([*parents, *([node.module] if node.module else [])])


def _is_below(name: str, root: str) -> bool:
    return name == root or name.startswith(f"{root}.")


def unknown_stars(modules: Sequence[Module], root: str) -> dict[str, str]:
    """Give, by module name, which `from x import *` takes from a module of the root that cannot be read."""
    known = {module.name for module in modules}
    found: dict[str, str] = {}
    for module in modules:
        if module.syntax is None or module.stub:
            continue
        for node in statements(module.syntax.body):
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
                source = _absolute(module, node)
                if _is_below(source, root) and source not in known:
                    found.setdefault(module.name, f"takes `*` from `{source}`, which is not Python source")
    return found
