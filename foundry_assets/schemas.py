"""The JSON Schemas that the foundry publishes, by name, each with the words that say what it is of.

Add here a schema: its name, one line, and the function that gives its text (imported when it is asked for).
Not here: the forms themselves; each schema is made by pydantic from the models that write and read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from foundry_assets.errors import CallIsWrong


@dataclass(frozen=True)
class Schema:
    """A schema: what it is of, and how its text (JSON Schema 2020-12, with a line end) is had."""

    is_of: str
    text: Callable[[], str]


def _summary() -> str:
    from foundry_assets.craft.summary import schema_text

    return schema_text()


def _order() -> str:
    from foundry_assets.ordering.form import schema_text

    return schema_text()


def _order_result() -> str:
    from foundry_assets.ordering.result import schema_text

    return schema_text()


SCHEMAS: dict[str, Schema] = {
    "summary": Schema("make_all_summary.json, as the foundry leaves it", _summary),
    "order": Schema("a batch order, as `foundry order` reads it", _order),
    "order-result": Schema("what `foundry order` answers", _order_result),
}


def schema_text_of(name: str) -> str:
    """Give a schema's text; raises `CallIsWrong` for a name that there is none of."""
    found = SCHEMAS.get(name)
    if found is None:
        raise CallIsWrong(f"no schema `{name}`", remedy=f"foundry schema lists them: {', '.join(SCHEMAS)}")
    return found.text()
