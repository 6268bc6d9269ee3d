"""Tables for an asset's page in the UI.

Add here another kind of table.
Not here: what is in it (assets).
"""

from collections.abc import Mapping, Sequence

import dagster as dg

from foundry_assets.content import Member

MOST_ROWS = 49
"""A table in the UI is drawn whole, so it is kept below 50 rows."""
_DIGEST = "sha256 (first 16)"


def file_table(members: Sequence[Member]) -> dg.TableMetadataValue:
    """Give files as a table for the UI, the first ones of many."""
    columns = [dg.TableColumn("file"), dg.TableColumn("bytes", "int"), dg.TableColumn(_DIGEST)]
    shown = members[:MOST_ROWS] if len(members) <= MOST_ROWS else members[: MOST_ROWS - 1]
    records = [dg.TableRecord({"file": m.path, "bytes": m.bytes, _DIGEST: m.sha256[:16]}) for m in shown]
    if len(shown) < len(members):
        rest = members[len(shown) :]
        more: dict[str, str | int] = {
            "file": f"... {len(rest)} more",
            "bytes": sum(m.bytes for m in rest),
            _DIGEST: "",
        }
        records.append(dg.TableRecord(more))
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns))


def table(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> dg.TableMetadataValue:
    """Give rows of text as a table for the UI, the first ones of many."""
    shown = [dg.TableRecord({name: row[name] for name in columns}) for row in rows[:MOST_ROWS]]
    return dg.MetadataValue.table(shown, schema=dg.TableSchema([dg.TableColumn(name) for name in columns]))
