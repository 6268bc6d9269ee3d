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

_FORM = 1
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
        own = (
            {node.name for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)}
            if source.tree
            else set()
        )
        parts = [
            self._common,
            mode,
            source.stub_place,
            [(name, self._digest(name)) for name in reached],
            sorted(self._sources.used.get(source.name, ())),
            sorted(pair for pair in self._sources.overridden if pair[0] in own),
            [(place, text) for place, text in self._sources.others if place.endswith(".pyi")],
        ]
        return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def _digest(self, name: str) -> str:
        if name not in self._digests:
            source = self._sources.by_name[name]
            meaning = _meaning(source.tree) if source.tree else source.text
            self._digests[name] = hashlib.sha256(meaning.encode("utf-8", "surrogatepass")).hexdigest()
        return self._digests[name]


def _meaning(tree: ast.Module) -> str:
    """Give a module's syntax without what no checker reads: comments, layout, docstrings, its own version."""
    told = ast.dump(_WithoutWords().visit(ast.parse(ast.unparse(tree), type_comments=False)))
    comments = [getattr(node, "type_comment", None) for node in ast.walk(tree)]
    return told + repr([comment for comment in comments if comment])


class _WithoutWords(ast.NodeTransformer):
    """Takes docstrings out, and puts an empty text in place of a version."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Drop a text that stands alone."""
        return None if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Empty the text of `__version__` and its like."""
        named = isinstance(node.targets[0], ast.Name) and "version" in node.targets[0].id.lower()
        if named and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return ast.Assign(node.targets, ast.Constant(""), lineno=0)
        return node
