"""The project's own tests as the first consumers of its stubs: a line that is faulty only then is harm.

Add here which of a project's files count as a consumer's code.
Not here: questions about symbols (symbols), and what is dropped for a finding (dropping).
"""

from __future__ import annotations

from foundry_assets.craft.stubbing.sheets import Sheet, sheet_of
from foundry_assets.craft.stubbing.source import Source
from foundry_assets.craft.stubbing.sources import Sources

_FOLDER = "own_tests"
"""Where they lie as in the project, so that they find one another, and hide nothing of anybody."""


def sheets_of_tests(sources: Sources) -> list[Sheet]:
    """Give the tests that use the package, each of their lines being a question whether it is faulty.

    The first sheet is the one by which a checker shows that it answers at all; none where there are no tests.
    """
    tests = [_sheet(found) for found in sources.tests if _is_consumer(found, sources)]
    return [sheet_of(sources.modules[0].name, []), *tests] if tests else []


def _is_consumer(source: Source, sources: Sources) -> bool:
    """Tell whether it can be checked where it does not lie, and uses the package."""
    return source.can_be_imported and bool(sources.direct(source.name))


def _sheet(source: Source) -> Sheet:
    lines = range(1, source.text.count("\n") + 2)
    asked = {number: f"{source.path}:{number}" for number in lines}
    return Sheet(source.name, source.text, asked, place=f"{_FOLDER}/{source.path}")
