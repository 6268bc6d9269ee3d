"""Import roots: found from the tree and its static configuration, with nothing of the project executed.

Add here a backend's setting, or a layout, as a row of the table.
Not here: what archives hold (test_contents).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundry_assets.craft.import_roots import ImportRoot, find_import_roots, read_backend
from foundry_assets.craft.import_roots.places import is_named_after
from foundry_assets.errors import MetadataUnreadable

_BACKENDS = [
    ("", "setuptools"),
    ('build-backend = "setuptools.build_meta:__legacy__"', "setuptools"),
    ('build-backend = "hatchling.build"', "hatchling"),
    ('build-backend = "flit_core.buildapi"', "flit"),
    ('build-backend = "poetry.core.masonry.api"', "poetry"),
    ('build-backend = "pdm.backend"', "pdm"),
    ('build-backend = "uv_build"', "uv_build"),
    ('build-backend = "scikit_build_core.build"', "scikit-build-core"),
    ('build-backend = "mesonpy"', "meson-python"),
    ('build-backend = "maturin"', "maturin"),
    ('build-backend = "whey"', "other:whey"),
    ('build-backend = "own"\nbackend-path = ["."]\nrequires = ["setuptools>=70"]', "setuptools"),
    ('build-backend = "own"\nbackend-path = ["."]', "other:own"),
]


@pytest.mark.parametrize(("lines", "family"), _BACKENDS)
def test_the_backend_family_is_read(lines: str, family: str, tmp_path: Path) -> None:
    """Every family is known by its name in pyproject.toml, wrapped ones by what they require."""
    _write(tmp_path, {"pyproject.toml": f"[build-system]\n{lines}\n"})
    assert read_backend(tmp_path) == family


def test_a_tree_without_pyproject_is_built_by_setuptools(tmp_path: Path) -> None:
    """PEP 517's fallback is the default."""
    assert read_backend(tmp_path) == "setuptools"


_HATCH = '[build-system]\nbuild-backend = "hatchling.build"\n'
_POETRY = '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n'
_PDM = '[build-system]\nbuild-backend = "pdm.backend"\n'
_FLIT = '[build-system]\nbuild-backend = "flit_core.buildapi"\n'
_UV = '[build-system]\nbuild-backend = "uv_build"\n'
_SCIKIT = '[build-system]\nbuild-backend = "scikit_build_core.build"\n'
_MATURIN = '[build-system]\nbuild-backend = "maturin"\n'
_WHEEL = f"{_HATCH}[tool.hatch.build.targets.wheel]\n"

_ROWS: list[tuple[str, dict[str, str], str, str]] = [
    # what it shows, files (an empty text where only the name counts), distribution, roots
    (
        "flat layout",
        {"demo/__init__.py": "", "tests/__init__.py": "", "docs/conf.py": ""},
        "demo",
        "demo demo P+",
    ),
    ("src layout", {"src/other/__init__.py": "", "setup.py": ""}, "demo", "src/other other P-"),
    (
        "private beside named in src",
        {"src/_demo/__init__.py": "", "src/demo/__init__.py": ""},
        "demo",
        "src/_demo _demo P-, src/demo demo P+",
    ),
    ("single module", {"demo.py": "", "setup.py": "", "conftest.py": ""}, "demo", "demo.py demo M+"),
    (
        "namespace by name",
        {"corp/tools/__init__.py": "", "data/x.py": ""},
        "corp-tools",
        "corp/tools corp.tools P+",
    ),
    ("nothing", {"README.md": ""}, "demo", ""),
    (
        "pyproject list",
        {
            "pyproject.toml": '[tool.setuptools]\npackages = ["one", "one.sub"]\npy-modules = ["two"]\n'
            'package-dir = {"" = "lib"}\n',
            "lib/one/__init__.py": "",
            "lib/one/sub/__init__.py": "",
            "lib/two.py": "",
            "lib/three/__init__.py": "",
        },
        "demo",
        "lib/one one P+, lib/two.py two M+",
    ),
    (
        "pyproject find",
        {
            "pyproject.toml": '[tool.setuptools.packages.find]\nwhere = ["src"]\ninclude = ["corp*"]\n'
            'exclude = ["*.tests"]\n',
            "src/corp/tools/__init__.py": "",
            "src/corp/tools/tests/__init__.py": "",
            "src/corp/more/__init__.py": "",
            "src/else/__init__.py": "",
        },
        "corp",
        "src/corp/more corp.more P+, src/corp/tools corp.tools P+",
    ),
    (
        "setup.cfg find",
        {
            "setup.cfg": "[options]\npackages = find:\npackage_dir =\n    =src\n\n[options.packages.find]\nwhere = src\n",
            "src/one/__init__.py": "",
            "src/loose/x.py": "",
        },
        "demo",
        "src/one one P+",
    ),
    (
        "setup.cfg list",
        {
            "setup.cfg": "[options]\npackages =\n  one\n  one.sub\npy-modules = two\n",
            "one/__init__.py": "",
            "two.py": "",
        },
        "demo",
        "one one P+, two.py two M+",
    ),
    (
        "setup.py literals",
        {
            "setup.py": "from setuptools import setup\nWHERE = 'lib'\nKW = dict(py_modules=['two'])\n"
            "setup(packages=['one'] + ['one.sub'], package_dir={'': WHERE}, **KW)\n",
            "lib/one/__init__.py": "",
            "lib/two.py": "",
        },
        "demo",
        "lib/one one P+, lib/two.py two M+",
    ),
    (
        "setup.py find_packages",
        {
            "setup.py": "import setuptools\nsetuptools.setup(packages=setuptools.find_packages('src', exclude=['x*']),"
            " package_dir={'': 'src'})\n",
            "src/one/__init__.py": "",
            "src/xtra/__init__.py": "",
        },
        "demo",
        "src/one one P+",
    ),
    (
        "setup.py filtered namespaces",
        {
            "setup.py": "import setuptools as s\n"
            "p = [p for p in s.find_namespace_packages() if p.startswith('corp')]\ns.setup(packages=p)\n",
            "corp/tools/__init__.py": "",
            "scratch/x.py": "",
        },
        "demo",
        "corp/tools corp.tools P+",
    ),
    (
        "setup.py dynamic falls back",
        {"setup.py": "from setuptools import setup\nsetup(packages=compute())\n", "demo/__init__.py": ""},
        "demo",
        "demo demo P+",
    ),
    (
        "tests found by accident",
        {"setup.cfg": "[options]\npackages = find:\n", "one/__init__.py": "", "tests/__init__.py": ""},
        "demo",
        "one one P+",
    ),
    (
        "old-style namespace",
        {
            "setup.cfg": "[options]\npackages = find:\n",
            "corp/__init__.py": "__import__('pkg_resources').declare_namespace(__name__)\n",
            "corp/tools/__init__.py": "",
        },
        "corp.tools",
        "corp/tools corp.tools P+",
    ),
    (
        "namespace with modules",
        {
            "setup.cfg": "[options]\npackages = find_namespace:\n",
            "corp/tools/__init__.py": "",
            "corp/version.py": "",
        },
        "corp",
        "corp corp N+",
    ),
    (
        "stub package",
        {"setup.cfg": "[options]\npackages = x-stubs\n", "x-stubs/__init__.pyi": ""},
        "types-x",
        "x-stubs x-stubs P+",
    ),
    (
        "hatch packages",
        {"pyproject.toml": f'{_WHEEL}packages = ["src/one"]\n', "src/one/__init__.py": ""},
        "demo",
        "src/one one P+",
    ),
    (
        "hatch only-include and sources",
        {
            "pyproject.toml": f'{_WHEEL}only-include = ["src/corp/tools"]\nsources = ["src"]\n',
            "src/corp/tools/__init__.py": "",
        },
        "demo",
        "src/corp/tools corp.tools P+",
    ),
    (
        "hatch include patterns",
        {
            "pyproject.toml": f'{_HATCH}[tool.hatch.build]\ninclude = ["/one/**/*.py", "two.py", "tests"]\n',
            "one/__init__.py": "",
            "two.py": "",
            "tests/__init__.py": "",
        },
        "demo",
        "one one P+, two.py two M+",
    ),
    (
        "hatch single files of a package",
        {"pyproject.toml": f'{_WHEEL}only-include = ["one/__init__.py"]\n', "one/__init__.py": ""},
        "demo",
        "one one P+",
    ),
    (
        "hatch default",
        {"pyproject.toml": _HATCH, "demo/__init__.py": "", "other/__init__.py": ""},
        "demo",
        "demo demo P+",
    ),
    (
        "flit module",
        {
            "pyproject.toml": f'{_FLIT}[tool.flit.module]\nname = "corp.tools"\n',
            "src/corp/tools/__init__.py": "",
        },
        "demo",
        "src/corp/tools corp.tools P+",
    ),
    (
        "flit old module",
        {"pyproject.toml": f'{_FLIT}[tool.flit.metadata]\nmodule = "one"\n', "one.py": ""},
        "demo",
        "one.py one M+",
    ),
    (
        "flit project name",
        {"pyproject.toml": f'{_FLIT}[project]\nname = "demo-pkg"\n', "demo_pkg.py": "", "x/__init__.py": ""},
        "demo-pkg",
        "demo_pkg.py demo_pkg M+",
    ),
    (
        "poetry packages",
        {
            "pyproject.toml": f'{_POETRY}[tool.poetry]\npackages = [{{include = "one", from = "lib"}}, {{include = "two/**/*.py"}}]\n',
            "lib/one/__init__.py": "",
            "two/__init__.py": "",
        },
        "demo",
        "lib/one one P+, two two P+",
    ),
    (
        "pdm includes",
        {
            "pyproject.toml": f'{_PDM}[tool.pdm.build]\nincludes = ["src/one/**/*.py"]\n',
            "src/one/__init__.py": "",
        },
        "demo",
        "src/one one P+",
    ),
    (
        "uv module names",
        {
            "pyproject.toml": f'{_UV}[tool.uv.build-backend]\nmodule-name = ["one", "corp.tools"]\nmodule-root = ""\n',
            "one/__init__.py": "",
            "corp/tools/__init__.py": "",
        },
        "demo",
        "corp/tools corp.tools P+, one one P+",
    ),
    (
        "uv default",
        {
            "pyproject.toml": f'{_UV}[project]\nname = "Demo-Pkg"\n',
            "src/demo_pkg/__init__.py": "",
            "src/x.py": "",
        },
        "demo-pkg",
        "src/demo_pkg demo_pkg P+",
    ),
    (
        "scikit-build-core packages",
        {
            "pyproject.toml": f'{_SCIKIT}[tool.scikit-build]\nwheel.packages = ["python/one"]\n',
            "python/one/__init__.py": "",
        },
        "demo",
        "python/one one P+",
    ),
    (
        "maturin module",
        {
            "pyproject.toml": f'{_MATURIN}[tool.maturin]\npython-source = "python"\nmodule-name = "one._core"\n',
            "python/one/__init__.py": "",
        },
        "demo",
        "python/one one P+",
    ),
    ("maturin, pure Rust", {"pyproject.toml": _MATURIN, "src/lib.rs": ""}, "demo", ""),
]


@pytest.mark.parametrize(
    ("files", "distribution", "told"), [row[1:] for row in _ROWS], ids=[row[0] for row in _ROWS]
)
def test_roots_are_found(files: dict[str, str], distribution: str, told: str, tmp_path: Path) -> None:
    """Settings win, names come next, and what only lies there is told as uncertain."""
    _write(tmp_path, files)
    assert ", ".join(map(_told, find_import_roots(tmp_path, distribution))) == told


def test_nothing_is_executed(tmp_path: Path) -> None:
    """A setup.py that would do harm is only read."""
    harm = "from setuptools import setup\nopen('harm', 'w').close()\nsetup(packages=['one'])\n"
    _write(tmp_path, {"setup.py": harm, "one/__init__.py": "open('harm', 'w').close()\n"})
    assert [root.name for root in find_import_roots(tmp_path, "demo")] == ["one"]
    assert not (tmp_path / "harm").exists()
    assert not Path("harm").exists()


@pytest.mark.parametrize(
    ("name", "text"), [("pyproject.toml", "= 1"), ("setup.cfg", "[options"), ("setup.py", "def (")]
)
def test_a_broken_file_is_named(name: str, text: str, tmp_path: Path) -> None:
    """A configuration file that cannot be parsed is a fault of its own, not an empty answer."""
    _write(tmp_path, {name: text})
    with pytest.raises(MetadataUnreadable, match=name):
        find_import_roots(tmp_path, "demo")


@given(st.from_regex(r"[a-z][a-z0-9]{0,5}([-_.][a-z0-9]{1,5}){0,3}", fullmatch=True))
def test_names_are_compared_as_indexes_do(name: str) -> None:
    """Dashes, underscores, dots and case make no difference between distribution and import name (PEP 503)."""
    assert is_named_after(name.replace("-", "_").replace(".", "_"), name.upper())
    assert not is_named_after(f"{name}x", name)


def _told(root: ImportRoot) -> str:
    return f"{root.path} {root.name} {root.kind[0].upper()}{'+' if root.certain else '-'}"


def _write(tree: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, "utf-8")
