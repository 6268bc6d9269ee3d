"""Small packages written into a folder, as the sources that stubs are made for.

Add here what several of these tests need to make a package.
Not here: what is expected of one (the tests).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from foundry_assets.craft.import_roots import ImportRoot
from foundry_assets.craft.stubbing.holes import Fill
from foundry_assets.craft.stubbing.records import ModuleProof
from foundry_assets.craft.stubbing.skeleton import Skeleton
from foundry_assets.craft.stubbing.source import Source
from foundry_assets.craft.stubbing.sources import Sources
from foundry_assets.craft.stubbing.wish import Wish

PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "demo"
version = "1"
"""
"""The settings of a project `demo` whose backend asks nothing."""
PACKAGE = ImportRoot("demo", "demo", "package", certain=True)
SINGLE = ImportRoot("demo", "demo.py", "module", certain=True)


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a folder; text as UTF-8."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)


def module_name(path: str) -> str:
    """Give the dotted name of a module by its path."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def sources_of(folder: Path, files: Mapping[str, str | bytes]) -> Sources:
    """Write `demo/…` or `demo.py`, with tests in `tests/…` and typing files, and give the sources."""
    write(folder, files)
    root = SINGLE if "demo.py" in files else PACKAGE
    python = [path for path in files if path.endswith(".py")]
    own = [
        Source(module_name(path), root, folder, path)
        for path in python
        if path.startswith("demo/") or path == "demo.py"
    ]
    rest = [path for path in python if path.startswith("tests/")]
    tests = [
        Source(module_name(path), ImportRoot(path, path, "module", certain=False), folder, path, is_test=True)
        for path in rest
    ]
    typing = {
        path: text
        for path, text in files.items()
        if path.endswith((".pyi", "py.typed")) and isinstance(text, str)
    }
    return Sources(tuple(own), tuple(tests), tuple(typing.items()))


def source_of(folder: Path, content: str | bytes, path: str = "demo/core.py") -> Source:
    """Write one module, and give it."""
    return sources_of(folder, {path: content}).modules[0]


def wish_of(folder: Path, files: Mapping[str, str], **changes: object) -> Wish:
    """Give the wish that an author's marker leads to: every module that is not empty, mode auto."""
    sources = sources_of(folder, files)
    wanted = {source.name: "auto" for source in sources.modules if source.text}
    values: dict[str, object] = {"sources": sources, "wanted": wanted, "marked": {"demo": "demo/py.typed"}}
    return Wish(**(values | changes))  # type: ignore[arg-type]


def stub_text(code: str, fills: Mapping[str, Fill] | None = None, used: tuple[str, ...] = ()) -> str:
    """Give the stub of a module of the package `demo`; it always parses."""
    text = Skeleton(ast.parse(code, type_comments=True), top="demo", fills=fills or {}, used=used).text()
    compile(text, "stub", "exec")
    return text


class Drawer:
    """A memory for tests: a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, ModuleProof] = {}

    def recall(self, key: str) -> ModuleProof | None:
        """Give what was kept."""
        return self.kept.get(key)

    def keep(self, key: str, proof: ModuleProof) -> None:
        """Keep what is not there yet."""
        self.kept.setdefault(key, proof)


def plain(text: str) -> str:
    """Give a module's text in one layout."""
    return ast.unparse(ast.parse(text))
