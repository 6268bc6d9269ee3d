"""Source layouts and settings, each with the import roots that it means.

Add here a row: what it shows, the files, the distribution's name, and `path name kind certainty` of each root
(P package, M module, N namespace; + certain, - only found lying there).
Not here: the promises about them (test_import_roots).
"""

from __future__ import annotations

_HATCH = '[build-system]\nbuild-backend = "hatchling.build"\n'
_POETRY = '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n'
_PDM = '[build-system]\nbuild-backend = "pdm.backend"\n'
_FLIT = '[build-system]\nbuild-backend = "flit_core.buildapi"\n'
_UV = '[build-system]\nbuild-backend = "uv_build"\n'
_SCIKIT = '[build-system]\nbuild-backend = "scikit_build_core.build"\n'
_MATURIN = '[build-system]\nbuild-backend = "maturin"\n'
_WHEEL = f"{_HATCH}[tool.hatch.build.targets.wheel]\n"

LAYOUTS: list[tuple[str, dict[str, str], str, str]] = [
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
            "setup.cfg": "[options]\npackages = find:\npackage_dir =\n    =src\n\n"
            "[options.packages.find]\nwhere = src\n",
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
            "setup.py": "import setuptools as s\ns.setup(packages=s.find_packages('src', exclude=['x*']),"
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
            "pyproject.toml": f"{_POETRY}[tool.poetry]\n"
            'packages = [{include = "one", from = "lib"}, {include = "two/**/*.py"}]\n',
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
            "pyproject.toml": f"{_UV}[tool.uv.build-backend]\n"
            'module-name = ["one", "corp.tools"]\nmodule-root = ""\n',
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
            "pyproject.toml": f"{_MATURIN}[tool.maturin]\n"
            'python-source = "python"\nmodule-name = "one._core"\n',
            "python/one/__init__.py": "",
        },
        "demo",
        "python/one one P+",
    ),
    ("maturin, pure Rust", {"pyproject.toml": _MATURIN, "src/lib.rs": ""}, "demo", ""),
]
"""What it shows, files by name, the distribution, and its roots in words."""
