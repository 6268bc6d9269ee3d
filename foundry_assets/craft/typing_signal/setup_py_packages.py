"""What setup.py says of packages and modules, read off its text: whether another file may add one to them.

Add here a way in which setup.py names packages that leaves no room for more.
Not here: the settings of setuptools that can be edited (setuptools_naming); setup.py never is.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from foundry_assets.craft.import_roots.project_files import FindCall, ProjectFiles, parse_python

_NO_OTHER = "and no setting outside it adds one"


def taken_by_setup_py(project: ProjectFiles) -> str:
    """Say why packages named in setup.cfg would not count: those that setup.py names itself win over them."""
    call, path = project.setup_call, project.tree / "setup.py"
    if not path.is_file():
        return ""
    script = parse_python(path)
    calls = [node for node in ast.walk(script) if isinstance(node, ast.Call) and _is_setup(node)]
    if not calls:
        return "setup.py has no call of `setup` that can be read"
    if call.get("pbr"):
        return "pbr chooses the packages, and is not known here"
    if "packages" not in call and (_says(script, "packages") or any(map(_unpacks_a_call, calls))):
        return f"setup.py computes its packages, {_NO_OTHER}"
    first = next(_named(project.tree, call.get("packages", ())), "")
    return f"setup.py names its packages itself (`{first}`), {_NO_OTHER}" if first else ""


def setup_py_says(project: ProjectFiles, key: str) -> bool:
    """Tell whether setup.py uses the word as a keyword or key, so that it gives that setting in some way."""
    path = project.tree / "setup.py"
    return path.is_file() and _says(parse_python(path), key)


def found_packages(tree: Path, find: FindCall) -> Iterator[str]:
    """Give the dotted names that setuptools' own search finds, tests and docs among them."""
    top = tree / find.where
    for parent, folders, _ in os.walk(top):
        inside = Path(parent).relative_to(top).parts
        folders[:] = [
            folder
            for folder in sorted(folders)
            if "." not in folder and (find.namespaces or (Path(parent, folder) / "__init__.py").is_file())
        ]
        for name in (".".join([*inside, folder]) for folder in folders):
            hit = any(fnmatchcase(name, pattern) for pattern in find.include)
            if hit and not any(fnmatchcase(name, pattern) for pattern in find.exclude):
                yield name


def _named(tree: Path, packages: object) -> Iterator[str]:
    for item in packages if isinstance(packages, list | tuple) else [packages]:
        if isinstance(item, FindCall):
            yield from found_packages(tree, item)
        else:
            yield str(item)


def _is_setup(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id="setup") | ast.Attribute(attr="setup"):
            return True
    return False


def _says(script: ast.Module, key: str) -> bool:
    keywords = (node.arg for node in ast.walk(script) if isinstance(node, ast.keyword))
    constants = (node.value for node in ast.walk(script) if isinstance(node, ast.Constant))
    return key in keywords or key in constants


def _unpacks_a_call(call: ast.Call) -> bool:
    """Tell whether `setup(**something())` takes keywords that another file may name."""
    for value in (keyword.value for keyword in call.keywords if keyword.arg is None):
        match value:
            case ast.Name() | ast.Dict() | ast.Call(func=ast.Name(id="dict")):
                continue
        return True
    return False
