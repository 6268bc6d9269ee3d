"""The indexes as external assets: where a release ends, and where people look for it.

Add here what an index's page in the UI shows.
Not here: asking an index (index), and what became of each file (upload_receipt).
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from foundry_assets.catalog import PUBLIC_INDEXES, Index
from foundry_assets.records import Receipt
from foundry_assets.release import Release, releases

INDEX_GROUP = "indexes"


def index_key(name: str) -> dg.AssetKey:
    """Give the key of an index's asset."""
    return dg.AssetKey(["index", name])


def index_assets(names: Iterable[str]) -> list[dg.AssetSpec]:
    """Give an external asset per index, at the end of the lineage; nothing materialises it but an upload."""
    return [
        dg.AssetSpec(
            index_key(name),
            deps=["upload_receipt"],
            partitions_def=releases,
            group_name=INDEX_GROUP,
            kinds={"python"},
            description=_description(name),
        )
        for name in names
    ]


def _description(name: str) -> str:
    return (
        f"What the index `{name}` was seen to serve, release by release.\n\nThe foundry does not make it: an "
        "event is written here when `upload_receipt` saw the index serve our bytes. Its link leads to the "
        "project's page there; whether that is still so tells `foundry verify NAME==VERSION --online`."
    )


def seen_on_index(release: Release, index: Index, receipt: Receipt) -> dg.AssetMaterialization:
    """Give the event on an index's page for a release that the index serves."""
    page = project_page(index, release)
    return dg.AssetMaterialization(
        asset_key=index_key(index.name),
        partition=str(release),
        description=f"{release} was seen at `{index.name}`",
        metadata={
            "release": str(release),
            "bytes": sum(file.bytes for file in receipt.files),
            "files": dg.MetadataValue.md("\n".join(f"- `{file.filename}`" for file in receipt.files)),
            **({"project_page": dg.MetadataValue.url(page)} if page else {}),
        },
    )


def project_page(index: Index, release: Release) -> str:
    """Give the address of a release's page for people; "" for the embedded index, which is not always up.

    A public index has a page a version; of any other only the simple page is certain (PEP 503).
    """
    if index.is_local:
        return ""
    if index.name in PUBLIC_INDEXES:
        root = index.simple_url.rstrip("/").removesuffix("simple")
        return f"{root}project/{release.name}/{release.version}/"
    return f"{index.simple_url.rstrip('/')}/{release.name}/"
