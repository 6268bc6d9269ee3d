"""The modules below an import root: what each is, and what carries its types.

Add here what one module's path and syntax tree tell about it.
Not here: counting its signatures (signatures) and deciding about the marker (markers).
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from foundry_assets.craft.import_roots import ImportRoot
from foundry_assets.craft.import_roots.places import join
from foundry_assets.craft.import_roots.project_files import parse_python
from foundry_assets.craft.typing_signal.records import ModuleSignal
from foundry_assets.craft.typing_signal.signatures import count_signatures, statements

_SIGNS = re.compile(rb"\b(globals|locals|vars|exec)\(|sys\.modules|__getattr__")
"""Without one of these texts no module makes names at run time; walking all syntax trees takes seconds."""
_TEST_FOLDERS = frozenset({"tests", "test"})


@dataclass(frozen=True)
class Module:
    """One module: its dotted name, its source (`.py`, or a lone `.pyi`), and the author's stub."""

    tree: Path
    name: str
    source: str
    stub: str

    @property
    def is_init(self) -> bool:
        """Whether this is a package's own module."""
        return PurePosixPath(self.source).stem == "__init__"

    @property
    def is_test(self) -> bool:
        """Whether this is a test that is shipped along."""
        *folders, last = self.name.split(".")
        named = last.startswith("test_") or last.endswith("_test") or last == "conftest"
        return named or not _TEST_FOLDERS.isdisjoint([*folders[1:], *([last] if self.is_init else [])])

    @property
    def is_public(self) -> bool:
        """Whether people import it by name: no part begins with an underscore, and it is no test."""
        parts = self.name.split(".")
        return not self.is_test and not any(part.startswith("_") for part in parts[1:])

    @property
    def typed_by(self) -> str:
        """The file that type checkers read: the stub where there is one."""
        return self.stub or self.source

    @cached_property
    def syntax(self) -> ast.Module | None:
        """Give the syntax tree of `typed_by`; None where this Python cannot parse it."""
        try:
            return parse_python(self.tree / self.typed_by)
        except (SyntaxError, ValueError, RecursionError):
            return None

    @cached_property
    def makes_names(self) -> str:
        """Say how the module makes names that its text does not show; empty where it does not."""
        if self.stub or self.syntax is None or not _SIGNS.search((self.tree / self.source).read_bytes()):
            return ""
        return next(_names_made_at_run_time(self.syntax), "")

    @cached_property
    def dynamic(self) -> str:
        """Say why a stub of this module would be a guess: made names, or a `__getattr__` of its own."""
        if self.makes_names or self.stub or self.syntax is None:
            return self.makes_names
        own = (node for node in statements(self.syntax.body) if isinstance(node, ast.FunctionDef))
        return next(
            (f"has a `__getattr__` in line {node.lineno}" for node in own if node.name == "__getattr__"), ""
        )


def modules_below(tree: Path, root: ImportRoot) -> list[Module]:
    """List the modules of a root, each once, in the order of their names."""
    if root.kind == "module":
        stub = str(PurePosixPath(root.path).with_suffix(".pyi"))
        found = Module(tree, root.name, root.path, stub if (tree / stub).is_file() else "")
        return [found] if root.path.endswith(".py") else []
    modules: dict[str, Module] = {}
    for path in files_of(tree, root, (".py", ".pyi")):
        inside = PurePosixPath(path).relative_to(root.path).with_suffix("")
        parts = inside.parts[:-1] if inside.name == "__init__" else inside.parts
        name = ".".join([root.name, *parts])
        known = modules.get(name, Module(tree, name, path, ""))
        if path.endswith(".pyi"):
            known = Module(tree, name, known.source, path)
        modules[name] = known
    return sorted(modules.values(), key=lambda module: module.name)


def files_of(tree: Path, root: ImportRoot, endings: tuple[str, ...]) -> Iterator[str]:
    """Give the files below a root that lie in it or in its packages, as posix paths.

    Folders without an `__init__` are data, and so are the packages below a namespace, being roots themselves.
    """
    top = tree / root.path
    for parent, folders, names in os.walk(top):
        folders[:] = sorted(
            folder
            for folder in ([] if root.kind == "namespace" else folders)
            if any((Path(parent, folder) / name).is_file() for name in ("__init__.py", "__init__.pyi"))
        )
        for name in sorted(names):
            if name.endswith(endings):
                yield join(root.path, Path(parent).relative_to(top).as_posix(), name)


def signal_of(module: Module, *, unknown_star: str = "") -> ModuleSignal:
    """Say what carries a module's types; `unknown_star` is the reason that its star imports give, if any."""
    if module.stub:
        return ModuleSignal(module.source, "author ships .pyi", f"`{module.stub}` speaks for it")
    if module.is_test:
        return ModuleSignal(module.source, "left alone", "a test, which nobody imports for its types")
    if module.syntax is None:
        return ModuleSignal(module.source, "left alone", "this Python cannot parse it")
    count = count_signatures(module.syntax, PurePosixPath(module.source).name)
    if reason := module.dynamic or unknown_star:
        return ModuleSignal(module.source, "left alone", f"{reason}; {count}")
    return ModuleSignal(module.source, "typed inline" if count.is_complete else "left alone", str(count))


def _names_made_at_run_time(module: ast.Module) -> Iterator[str]:
    """Say, with its line, how a module makes names that its text does not show."""
    at_top = set(_outside_functions(module))
    for node in ast.walk(module):
        if how := _in_any_place(node) or (_at_top_only(node) if node in at_top else ""):
            yield f"{how} in line {getattr(node, 'lineno', 0)}"


def _in_any_place(node: ast.AST) -> str:
    match node:
        case (
            ast.Subscript(value=ast.Call(func=ast.Name(id="globals")), ctx=ast.Store())
            | ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="globals")), attr="update"))
        ):
            return "writes to `globals()`"
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id="sys"), attr="modules"),
            slice=ast.Name(id="__name__"),
            ctx=ast.Store(),
        ):
            return "replaces itself in `sys.modules`"
        case ast.Call(func=ast.Name(id="exec"), args=[_, ast.Call(func=ast.Name(id="globals")), *_]):
            return "runs `exec` on its globals"
    return ""


def _at_top_only(node: ast.AST) -> str:
    match node:
        case ast.Subscript(value=ast.Call(func=ast.Name(id="locals" | "vars")), ctx=ast.Store()):
            return "writes to `locals()`"
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id="sys"), attr="modules"), ctx=ast.Store()):
            return "writes to `sys.modules`"
        case ast.Call(func=ast.Name(id="exec"), args=[_]):
            return "runs `exec`"
        case ast.Name(id="__getattr__", ctx=ast.Store()):
            return "takes its `__getattr__` from elsewhere"
    return ""


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield child
            yield from _outside_functions(child)
