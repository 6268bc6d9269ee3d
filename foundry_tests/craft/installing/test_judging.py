"""Which imports of a wheel's modules are missing, and how bad each is: no false alarm, no lost module.

Add here a shape of package and what is said about it.
Not here: reading texts (test_syntax), and looking in a real environment (test_installing).
"""

from __future__ import annotations

import pytest

from foundry_assets.craft.installing.judging import Judge
from foundry_assets.craft.installing.promises import promised_modules
from foundry_assets.craft.installing.providers import Providers
from foundry_tests.craft.installing.written import core_of, modules_of

EMPTY, CODE = "", "from demo import core\n"


def judged(
    files: dict[str, str], *requires: str, tried: tuple[str, ...] = ("demo",), everything: bool = False
) -> dict[str, str]:
    """Give what looks missing: `name in module` -> its weight."""
    modules = modules_of(files)
    promised = promised_modules(modules, tried, (), everything=everything)
    providers = Providers(
        core_of(*requires), {"x_make_other_x": "x-other"}, {"installed": frozenset({"installed"})}
    )
    found = Judge(modules, providers, promised, everything=everything).candidates()
    return {f"{one.name} in {one.module}": one.weight for one in found}


@pytest.mark.parametrize(
    ("init", "module", "text", "weight"),
    [
        (CODE, "core", "import lost", "blocks"),
        (CODE, "other", "import lost", "warns"),
        (EMPTY, "other", "import lost", "blocks"),
        ("__version__ = '1'", "other", "import lost", "blocks"),
        ("def __getattr__(name): ...", "other", "import lost", "warns"),
        (EMPTY, "_private", "import lost", "warns"),
        (EMPTY, "lost_plugin", "import lost", "told"),
        (EMPTY, "contrib.other", "import lost", "told"),
        (EMPTY, "deep.other", "import lost", "warns"),
        (CODE, "tests.test_a", "import lost", "told"),
        (CODE, "other", "import x_make_other_x.deep", "blocks"),
        (CODE, "tests.test_a", "import x_make_other_x", "told"),
        (CODE, "core", "import installed, json, distutils.core, demo.core", None),
        (CODE, "core", "from __future__ import annotations", None),
        (CODE, "other", "from demo import core, nothing", "warns"),
        (CODE, "core", "import demo.gone", "blocks"),
    ],
)
def test_the_weight_of_a_missing_import(init: str, module: str, text: str, weight: str | None) -> None:
    """What has to work blocks, what may have to warns, and parts for those who have more are only told."""
    path = f"demo/{module.replace('.', '/')}.py"
    found = judged({"demo/__init__.py": init, "demo/core.py": "", path: text})
    assert list(found.values()) == ([weight] if weight else [])


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        ("import yaml", "PyYAML"),
        ("import yaml", 'pyyaml; extra == "yaml"'),
        ("import dateutil.tz", "python-dateutil>=2"),
        ("import google.cloud.storage", "google-cloud-storage"),
        ("import serial", 'pyserial; sys_platform == "win32"'),
        ("import attr", "attrs"),
        ("import x_make_other_x", "x_other"),
        ("import psycopg2", "psycopg2-binary"),
    ],
)
def test_what_may_be_declared_is_not_missing(text: str, requirement: str) -> None:
    """A requirement under another name, for another system or in an extra counts: a doubt is no fault."""
    files = {"demo/__init__.py": CODE, "demo/core.py": text}
    assert judged(files, requirement) == {}
    assert list(judged(files).values()) == ["blocks"]


def test_what_is_reached_is_followed_through_all_modules() -> None:
    """A module that is only imported by another one, relatively or as a name, has to work as well."""
    files = {
        "demo/__init__.py": "from . import one\n",
        "demo/one.py": "from demo.two.three import four\n",
        "demo/two/__init__.py": "import lost_in_parent\n",
        "demo/two/three.py": "import lost_below\n",
        "demo/two/apart.py": "import lost_elsewhere\n",
    }
    assert judged(files) == {
        "lost_in_parent in demo.two": "blocks",
        "lost_below in demo.two.three": "blocks",
        "lost_elsewhere in demo.two.apart": "warns",
    }


def test_with_everything_promised_all_but_what_stands_beside_has_to_work() -> None:
    """A package whose entry says all that it needs has no optional module, only docs, tools and tests."""
    text = "import lost"
    files = {
        "demo/__init__.py": "",
        **{f"demo/{name}.py": text for name in ("lost_plugin", "contrib/a", "_private", "__main__")},
        **{f"demo/{name}.py": text for name in ("docs/conf", "scripts/make", "test_a")},
    }
    found = judged(files, everything=True)
    assert {name for name, weight in found.items() if weight == "blocks"} == {
        f"lost in demo.{name}" for name in ("lost_plugin", "contrib.a", "_private", "__main__")
    }
    assert set(found.values()) == {"blocks", "told"}


def test_a_shared_namespace_is_nobodys_own() -> None:
    """In a folder without an `__init__`, what is not in this wheel may be another distribution's to bring."""
    files = {
        "corp/tools/__init__.py": "",
        "corp/tools/a.py": "import corp.other.thing\nfrom corp import tools\n",
    }
    tried = ("corp.tools",)
    assert judged(files, tried=tried) == {"corp.other.thing in corp.tools.a": "blocks"}
    assert judged(files, "corp-other", tried=tried) == judged(files, "corp.other.thing", tried=tried) == {}


def test_a_module_brought_by_somebody_elses_requirement_is_told_once() -> None:
    """What works only because another requirement brings it is named with its first place."""
    files = {"demo/__init__.py": "import installed\n", "demo/a.py": "import installed.deep\n"}
    modules = modules_of(files)
    providers = Providers(core_of(), {}, {"installed": frozenset({"bringer"})})
    judge = Judge(modules, providers, frozenset({"demo"}))
    assert [(one.name, one.file) for one in judge.undeclared()] == [("installed", "demo/__init__.py")]
    declared = Providers(core_of("Bringer>1"), {}, {"installed": frozenset({"bringer"})})
    assert Judge(modules, declared, frozenset({"demo"})).undeclared() == ()
