"""Change Control: one Markdown page a release, and one page that lists them, for people.

Add here what the rest of the foundry uses.
Not here: facts of its own; a page only tells what evidence and summary hold.
"""

from foundry_assets.craft.change_control.page import Facts, TypingFacts, render_page, told_head
from foundry_assets.craft.change_control.pages import (
    DEVIATIONS,
    INDEX_NAME,
    REHEARSALS,
    page_name,
    write_page,
    write_pages,
)

__all__ = [
    "DEVIATIONS",
    "INDEX_NAME",
    "REHEARSALS",
    "Facts",
    "TypingFacts",
    "page_name",
    "render_page",
    "told_head",
    "write_page",
    "write_pages",
]
