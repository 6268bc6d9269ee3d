"""Parsing Python that is not ours: it warns of nothing, in whichever thread.

Add here what must hold of every text that is parsed and not run.
Not here: what is read off the syntax tree (installing, stubbing, import_roots).
"""

from __future__ import annotations

import ast
import warnings

_NAME = "<foreign>"


def parse_foreign(source: bytes | str, *, name: str = "", type_comments: bool = False) -> ast.Module:
    """Parse a module; `name` is what an error calls it. Raises what `ast.parse` raises.

    Warnings are a matter of the whole process, and `catch_warnings` takes back what other threads changed
    meanwhile: this name's are ignored for good instead.
    """
    warnings.filterwarnings("ignore", module=_NAME)
    try:
        return ast.parse(source, filename=_NAME, type_comments=type_comments)
    except SyntaxError as error:
        error.filename = name or error.filename
        raise
