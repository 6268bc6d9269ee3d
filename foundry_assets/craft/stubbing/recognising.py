"""Recognising a module that was proven before: the key of all that its stub and its proof depend on.

Add here something that, when it changes, makes an earlier proof worthless.
Not here: where proofs are kept (the store).
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import sys
from collections.abc import Mapping, Sequence

from foundry_assets.craft.stubbing.records import ModuleMode
from foundry_assets.craft.stubbing.source import Source
from foundry_assets.craft.stubbing.sources import Sources
from foundry_assets.craft.stubbing.values import is_version_text

_NOTHING = ast.Module([], [])
_FORM = 3
"""Raised whenever stubs, questions or judgements change, so that nothing older is taken for new."""


class Recogniser:
    """Gives the key of each module of a distribution, each source being read once."""

    def __init__(
        self,
        sources: Sources,
        *,
        checkers: Mapping[str, str],
        marked: Sequence[str],
        requirements: Sequence[str],
    ) -> None:
        """Take what holds for every module: versions of the checkers, marked roots, requirements."""
        self._sources = sources
        self._digests: dict[str, str] = {}
        self._common = [
            _FORM,
            dict(checkers),
            sys.version_info[:2],
            sys.platform,
            platform.python_implementation(),
            sorted(marked),
            sorted(requirements),
        ]

    def key(self, source: Source, mode: ModuleMode) -> str:
        """Give a module's key: its meaning, that of all it imports, and what others take from it."""
        reached = sorted(self._sources.reached_from(source.name) | {source.name})
        classes = {node.name for node in ast.walk(source.tree or _NOTHING) if isinstance(node, ast.ClassDef)}
        parts = [
            self._common,
            mode,
            source.stub_place,
            [(name, self._digest(name)) for name in reached],
            sorted(self._sources.used.get(source.name, ())),
            sorted(pair for pair in self._sources.overridden if pair[0] in classes),
            [(place, text) for place, text in self._sources.others if place.endswith(".pyi")],
        ]
        return _sha256(json.dumps(parts))

    def _digest(self, name: str) -> str:
        if name not in self._digests:
            source = self._sources.by_name[name]
            tree = source.parsed()
            self._digests[name] = _sha256(_meaning(tree) if tree else source.text)
        return self._digests[name]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _meaning(tree: ast.Module) -> str:
    """Give a module's syntax without what no checker reads: comments, layout, docstrings, its own version."""
    tree.type_ignores = []
    tree.body = [_without_version(node) for node in tree.body]
    return ast.dump(_WithoutWords().visit(tree))


def _without_version(node: ast.stmt) -> ast.stmt:
    if isinstance(node, ast.Assign) and is_version_text(node):
        return ast.Assign(node.targets, ast.Constant(""))
    return node


class _WithoutWords(ast.NodeTransformer):
    """Takes out texts that stand alone."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Drop a statement that is only a text."""
        return None if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else node
