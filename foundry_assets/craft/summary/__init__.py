"""This release's part of `make_all_summary.json`, a file that belongs to an orchestrator.

Add here a step of putting an entry into that file.
Not here: what an entry holds (form), and how the file is shared with other writers (merging, shared_file).
"""

from foundry_assets.craft.summary.form import ReleaseEntry, SummaryFile, json_schema, schema_text
from foundry_assets.craft.summary.reading import (
    ReadBack,
    read_back,
    read_by_package,
    read_entries,
    read_entry,
)
from foundry_assets.craft.summary.shared_file import Written, write_entries, write_entry

__all__ = [
    "ReadBack",
    "ReleaseEntry",
    "SummaryFile",
    "Written",
    "json_schema",
    "read_back",
    "read_by_package",
    "read_entries",
    "read_entry",
    "schema_text",
    "write_entries",
    "write_entry",
]
