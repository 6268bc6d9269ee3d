"""Sources: text and syntax of each module, and what the distribution tells about it.

Add here a way in which modules depend on each other.
Not here: stubs (test_skeleton), recognising a module (test_recognising).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.import_roots import ImportRoot
from foundry_assets.craft.stubbing.source import Import, Source
from foundry_tests.craft.stubbing.small_packages import source_of, sources_of

_PACKAGE = {
    "demo/__init__.py": "from .core import f, C as D\nfrom . import late\nfrom demo.late import g\n"
    "__all__ = ['f', 'x']\n",
    "demo/core.py": "from .base import Base\nimport os, json as j\nclass C(Base):\n"
    "    def m(self): ...\n    def own(self): ...\n",
    "demo/base.py": "class Base:\n    def m(self): ...\n    def n(self): ...\ndef h():\n    class C: ...\n",
    "demo/late.py": "import demo.core as core\ncore.helper()\ncore.C.m\nimport demo\ndemo.base.Base\n"
    "demo.core\ndemo.x.y\n",
    "demo/circle_a.py": "from . import circle_b\n",
    "demo/circle_b.py": "from .circle_a import *\n",
    "tests/test_core.py": "from demo.core import os, C\nfrom demo import core as c\nc.j.loads\n"
    "c.C().unknown\n",
}


def test_what_others_take_is_known(tmp_path: Path) -> None:
    """By import or through a module, from the package or its tests; neither modules nor stars are names."""
    sources = sources_of(tmp_path, _PACKAGE)
    assert sources.used == {
        "demo": {"x"},
        "demo.core": {"f", "C", "helper", "os", "j"},
        "demo.late": {"g"},
        "demo.base": {"Base"},
    }


def test_what_a_package_gathers_is_offered(tmp_path: Path) -> None:
    """An `__init__` offers what it takes from its own modules; every module offers its `__all__`."""
    sources = sources_of(tmp_path, _PACKAGE)
    assert sources.by_name["demo"].handed_on == {"f", "late", "g", "x"}
    assert sources.by_name["demo.core"].handed_on == frozenset()


def test_foreign_imports_are_those_that_one_cannot_do_without(tmp_path: Path) -> None:
    """Neither the standard library, nor the package, nor what the author reckons may be missing."""
    text = """
import os.path, numpy.linalg
from attr import s
from . import other
from demo.other import x
try:
    import fast
except ImportError:
    fast = None
if sys.platform == "win32":
    import winreg2
def f():
    import lazy
if X:
    import plain
"""
    sources = sources_of(tmp_path, {"demo/core.py": text})
    assert sources.foreign_imports("demo.core") == {"numpy", "attr", "lazy", "plain"}


@pytest.mark.parametrize(
    ("path", "text", "module"),
    [
        ("demo/__init__.py", "from . import a", "demo"),
        ("demo/__init__.py", "from .a import b", "demo.a"),
        ("demo/core.py", "from . import a", "demo"),
        ("demo/deep/core.py", "from .. import a", "demo"),
        ("demo/deep/core.py", "from ..a.b import c", "demo.a.b"),
        ("demo/deep/__init__.py", "from .a import b", "demo.deep.a"),
        ("demo/core.py", "import a.b", "a.b"),
    ],
)
def test_relative_imports_are_resolved(path: str, text: str, module: str, tmp_path: Path) -> None:
    """From a module and from a package's own one, which stands a step higher."""
    (found,) = source_of(tmp_path, text, path).imports
    assert found.module == module


def test_imports_in_a_try_are_guarded(tmp_path: Path) -> None:
    """What may be missing is told apart."""
    found = source_of(tmp_path, "import a\ntry:\n    from b import c, d\nexcept ImportError: pass\n").imports
    assert found == (Import("a"), Import("b", ("c", "d"), guarded=True))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"x = '\xc3\xa9'\r\ny = 1\r\n", "x = 'é'\ny = 1\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (
            b"#!/usr/bin/env python\n# -*- coding: latin-1 -*-\nx = '\xe9'\n",
            "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = 'é'\n",
        ),
        (b"# coding: utf-8\nx = 1\n", "# coding: utf-8\nx = 1\n"),
        (
            b"x = 1 # coding: latin-1 is said here, and means nothing\n",
            "x = 1 # coding: latin-1 is said here, and means nothing\n",
        ),
        (b"x = '\x0c'\ry = 1", "x = '\x0c'\ny = 1"),
    ],
)
def test_a_text_is_read_as_python_reads_it(content: bytes, text: str, tmp_path: Path) -> None:
    """Encodings, marks and line ends are Python's; what is written again is UTF-8 and says so."""
    source = source_of(tmp_path, content)
    assert source.text == text
    assert source.tree is not None


@pytest.mark.parametrize(
    "content",
    [b"x = '\xe9'\n", b"# coding: nonsense\nx = 1\n", b"def f(:\n", b"x = 1\0\n", b"x = " + b"(" * 3000],
)
def test_what_cannot_be_read_has_no_syntax(content: bytes, tmp_path: Path) -> None:
    """Neither a wrong encoding nor wrong syntax is an error here; the module is left alone, and not shown."""
    sources = sources_of(tmp_path, {"demo/core.py": content, "demo/py.typed": ""})
    assert sources.modules[0].tree is None
    assert sources.modules[0].imports == ()
    assert not sources.modules[0].can_be_imported
    assert sources.files() == {"demo/py.typed": ""}


def test_unsound_type_comments_do_not_hide_the_syntax(tmp_path: Path) -> None:
    """A comment that is no type is a comment."""
    assert source_of(tmp_path, "x = 1  # type: what ever\n").tree is not None


@pytest.mark.parametrize("name", ["demo.2to3", "demo.class", "demo.my-script", "demo.core.None"])
def test_some_modules_cannot_be_imported(name: str, tmp_path: Path) -> None:
    """No statement can name them, so a consumer never meets them."""
    (tmp_path / "core.py").write_text("x = 1\n")
    root = ImportRoot("demo", "", "package", certain=True)
    assert not Source(name, root, tmp_path, "core.py").can_be_imported
    assert Source("demo.types", root, tmp_path, "core.py").can_be_imported


def test_stubs_lie_where_checkers_look(tmp_path: Path) -> None:
    """Beside the module; for a single module in a stub package; in a namespace below its folders."""
    assert source_of(tmp_path, "", "demo/core.py").stub_place == "demo/core.pyi"
    assert source_of(tmp_path, "", "demo.py").stub_place == "demo-stubs/__init__.pyi"
    root = ImportRoot("corp.tools", "src/corp/tools", "package", certain=True)
    source = Source("corp.tools.core", root, tmp_path, "src/corp/tools/core.py")
    assert (source.place, source.stub_place) == ("corp/tools/core.py", "corp/tools/core.pyi")
