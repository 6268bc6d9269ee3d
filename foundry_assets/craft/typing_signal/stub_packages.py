"""Which import packages have stubs elsewhere: typeshed, or a `types-...` or `...-stubs` distribution.

Add here where that is known from; nothing is asked over the network.
Not here: what follows from it for a marker (markers).
"""

from __future__ import annotations


def covering_stubs(import_name: str) -> str:
    """Give the distribution whose stubs cover an import package, such as `types-six`; empty if none does.

    A marker would hide these stubs (PEP 561, resolution order), which measurably makes types worse. The table
    is mypy's own, generated from typeshed: it is the best kept one that can be installed.
    """
    from mypy.stubinfo import stub_distribution_name

    return stub_distribution_name(import_name) or ""
