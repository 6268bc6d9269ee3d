"""One module of a distribution as text and syntax: what it imports, and what it takes from other modules.

Add here what one module's own text tells.
Not here: what the whole distribution tells (sources), the shape of its stub (skeleton).
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from foundry_assets.craft.foreign_python import parse_foreign
from foundry_assets.craft.import_roots import ImportRoot
from foundry_assets.craft.stubbing.bound_names import bound_names, exported_names

_COOKIE = re.compile(r"^([ \t\f]*#.*?coding[:=][ \t]*)[-\w.]+")
_UTF_8 = frozenset({"utf-8", "utf-8-sig"})


@dataclass(frozen=True)
class Import:
    """One imported module, with the names taken from it; `names` is empty for a plain `import`.

    One is `guarded` that stands in a `try`, or under a condition on the system: what is missing there, the
    author reckons with.
    """

    module: str
    names: tuple[str, ...] = ()
    guarded: bool = False


@dataclass(frozen=True)
class Source:
    """One module: its name, the root that it belongs to, and its file below the project's folder."""

    name: str
    root: ImportRoot
    folder: Path
    path: str
    is_test: bool = False

    @property
    def is_init(self) -> bool:
        """Whether it is a package's own module."""
        return PurePosixPath(self.path).stem == "__init__"

    @property
    def place(self) -> str:
        """Where an installer puts it, below site-packages."""
        return site_place(self.root, self.path)

    @property
    def stub_place(self) -> str:
        """Where its stub goes: beside it, or into a stub package for a single module, as checkers want it."""
        return f"{self.name}-stubs/__init__.pyi" if self.root.kind == "module" else f"{self.place}i"

    @property
    def can_be_imported(self) -> bool:
        """Whether this Python can parse it, and an `import` statement can name it."""
        try:
            ast.parse(f"import {self.name}")
        except SyntaxError:
            return False
        return self.tree is not None

    @cached_property
    def text(self) -> str:
        """Give the file's text, which says that it is UTF-8; that of an undecodable file is empty."""
        return self._decoded or ""

    @cached_property
    def _decoded(self) -> str | None:
        data = (self.folder / self.path).read_bytes()
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            text = io.TextIOWrapper(io.BytesIO(data), encoding).read()
        except (SyntaxError, UnicodeDecodeError, LookupError):
            return None
        return text if encoding in _UTF_8 else _named_utf_8(text)

    @cached_property
    def tree(self) -> ast.Module | None:
        """Give the syntax tree, with type comments where they are sound; None where nothing can be parsed."""
        return self.parsed()

    def parsed(self) -> ast.Module | None:
        """Give the syntax tree anew, for those who change it."""
        if self._decoded is None:
            return None
        for with_comments in (True, False):
            with contextlib.suppress(SyntaxError, ValueError, RecursionError):
                return parse_foreign(self.text, type_comments=with_comments)
        return None

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Give every import anywhere in it."""
        return tuple(self._imports(self.tree, guarded=False)) if self.tree else ()

    def _imports(self, node: ast.AST, *, guarded: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from (Import(alias.name, (), guarded) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                yield Import(self._absolute(child), tuple(alias.name for alias in child.names), guarded)
            elif isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
                yield from self._imports(child, guarded=guarded or _is_guard(child))

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parents = parts[: len(parts) - node.level + (1 if self.is_init else 0)]
        return ".".join([*parents, *([node.module] if node.module else [])])

    @cached_property
    def handed_on(self) -> frozenset[str]:
        """Give the names that it offers though others make them: in `__all__`, or gathered by a package."""
        tree = self.tree or ast.Module([], [])
        gathered: set[str] = set()
        if self.is_init:
            top = self.name.partition(".")[0]
            own = (told for told in self.imports if told.module.partition(".")[0] == top)
            gathered = {name for told in own for name in told.names if not name.startswith("_")}
        return frozenset(gathered & set(bound_names(tree.body)) | set(exported_names(tree) or ())) - {"*"}

    @cached_property
    def attribute_chains(self) -> frozenset[str]:
        """Give what it reaches through names that it imports, as dotted absolute names: `pkg.mod.name`."""
        if self.tree is None:
            return frozenset()
        meanings = self._imported_words(self.tree)
        attributes = (node for node in ast.walk(self.tree) if isinstance(node, ast.Attribute))
        chains = (_chain(node) for node in attributes)
        return frozenset(f"{meanings[word]}.{rest}" for word, rest in chains if word in meanings)

    def _imported_words(self, tree: ast.Module) -> dict[str, str]:
        """Give what the words that imports bind stand for, as far as it may be a module."""
        words: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    words[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom):
                module = self._absolute(node)
                words |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in node.names}
        return words


def site_place(root: ImportRoot, path: str) -> str:
    """Give where a file of a root lies below site-packages."""
    if root.kind == "module":
        return PurePosixPath(path).name
    return str(PurePosixPath(*root.name.split("."), PurePosixPath(path).relative_to(root.path)))


def _named_utf_8(text: str) -> str:
    """Change what the first two lines say of the encoding (PEP 263)."""
    lines = text.split("\n", 2)
    return "\n".join([*(_COOKIE.sub(r"\1utf-8", line) for line in lines[:2]), *lines[2:]])


def _is_guard(node: ast.AST) -> bool:
    """Tell whether what is imported below may be missing: a `try`, or a condition on the system."""
    return isinstance(node, ast.Try) or (isinstance(node, ast.If) and "sys." in ast.unparse(node.test))


def _chain(node: ast.Attribute) -> tuple[str, str]:
    """Give the word at which a chain of attributes begins, if it is one, and the rest."""
    parts = [node.attr]
    inner = node.value
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    return (inner.id if isinstance(inner, ast.Name) else "", ".".join(reversed(parts)))
