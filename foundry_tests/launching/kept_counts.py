"""What Dagster keeps of how an asset's partitions stand, and whether it is of the releases as they are now.

Add here another thing that Dagster keeps until the releases change.
Not here: promises (test_counting), and how long pages take with it and without (benchmarks/viewing).
"""

from __future__ import annotations

import dagster as dg

from foundry_assets.release import PARTITION_SET, releases
from foundry_assets.settling import AT_INDEX, LINE

EVERY = LINE + AT_INDEX


def register(instance: dg.DagsterInstance, key: str) -> None:
    """Register a release and record all its assets as made."""
    instance.add_dynamic_partitions(PARTITION_SET, [key])
    for asset in EVERY:
        instance.report_runless_asset_event(dg.AssetMaterialization(asset_key=asset, partition=key))


def kept_counts(instance: dg.DagsterInstance) -> list[str]:
    """Give the assets of which Dagster keeps a count of the releases that are registered now."""
    wanted = releases.get_serializable_unique_identifier(instance)
    records = instance.get_asset_records([dg.AssetKey(asset) for asset in EVERY])
    entries = {record.asset_entry.asset_key.to_user_string(): record.asset_entry for record in records}
    of_each = {asset: entries[asset].cached_status for asset in EVERY}
    return [asset for asset, count in of_each.items() if count and count.partitions_def_id == wanted]
