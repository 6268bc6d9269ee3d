"""What Dagster's own pages ask of the webserver about partitions: its GraphQL queries, under their own names.

Add here a query of another page, as the bundled pages (source maps in `dagster_webserver/webapp`) have it.
Not here: asking (viewing). Only fragments for drawing an error are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Questions = Sequence[tuple[str, dict[str, Any]]]
Rounds = Sequence[Questions]

REPOSITORY = {"repositoryLocationName": "foundry", "repositoryName": "__repository__"}

PARTITION_HEALTH = """
query PartitionHealthQuery($assetKey: AssetKeyInput!) { assetNodeOrError(assetKey: $assetKey) {
  ... on AssetNode { id
    partitionKeysByDimension { name type partitionKeys }
    assetPartitionStatuses {
      ... on TimePartitionStatuses { ranges { status startTime endTime startKey endKey } }
      ... on DefaultPartitionStatuses { materializedPartitions materializingPartitions failedPartitions }
      ... on MultiPartitionStatuses { primaryDimensionName }
    } } } }
"""
_MATERIALIZATION = """
  partition tags { key value }
  runOrError { ... on PipelineRun { id mode status pipelineName pipelineSnapshotId
    repositoryOrigin { id repositoryName repositoryLocationName } } }
  runId timestamp stepKey label description
  metadataEntries { __typename label description
    ... on TextMetadataEntry { text } ... on MarkdownMetadataEntry { mdStr }
    ... on JsonMetadataEntry { jsonString } ... on IntMetadataEntry { intRepr }
    ... on FloatMetadataEntry { floatValue } ... on TableMetadataEntry { table { records } } }
"""
PARTITION_DETAIL = f"""
query AssetPartitionDetailQuery($assetKey: AssetKeyInput!, $partitionKey: String!) {{
  assetOrError(assetKey: $assetKey) {{ ... on Asset {{ id
    definition {{ id opNames latestRunForPartition(partition: $partitionKey) {{ id status endTime }} }}
    assetEventHistory(partitions: [$partitionKey] limit: 1000
      eventTypeSelectors: [MATERIALIZATION, OBSERVATION, FAILED_TO_MATERIALIZE]) {{
      results {{
        ... on MaterializationEvent {{ {_MATERIALIZATION} }}
        ... on ObservationEvent {{ runId timestamp stepKey label description partition }}
        ... on FailedToMaterializeEvent {{ runId timestamp stepKey label description partition }}
      }} }} }} }} }}
"""
PARTITION_STALE = """
query AssetPartitionStaleQuery($assetKey: AssetKeyInput!, $partitionKey: String!) {
  assetNodeOrError(assetKey: $assetKey) { ... on AssetNode { id
    staleStatus(partition: $partitionKey)
    staleCauses(partition: $partitionKey) { key { path } reason category dependency { path } } } } }
"""
LAUNCH_DIALOG = """
query LaunchAssetLoaderQuery($assetKeys: [AssetKeyInput!]!) {
  assetNodes(assetKeys: $assetKeys) { id opNames jobNames graphName hasMaterializePermission
    partitionDefinition { description type name dimensionTypes { name dynamicPartitionsDefinitionName } }
    backfillPolicy { maxPartitionsPerRun description policyType }
    isObservable isExecutable isMaterializable assetKey { path }
    assetChecksOrError { ... on AssetChecks { checks { name canExecuteIndividually jobNames } } }
    dependencyKeys { path } repository { id name location { id name } } requiredResources { resourceKey } }
  assetNodeAdditionalRequiredKeys(assetKeys: $assetKeys) { path }
  assetNodeDefinitionCollisions(assetKeys: $assetKeys) {
    assetKey { path } repositories { id name location { id name } } } }
"""
LAUNCHPAD_OF_ASSETS = """
query ConfigPartitionsAssetsQuery($params: PipelineSelector!, $assetKeys: [AssetKeyInput!]) {
  pipelineOrError(params: $params) { ... on Pipeline { id
    partitionKeysOrError(selectedAssetKeys: $assetKeys) { ... on PartitionKeys { partitionKeys } } } }
  assetNodes(assetKeys: $assetKeys) { id partitionDefinition { name type } } }
"""
LAUNCHPAD_OF_JOB = """
query ConfigPartitionsQuery($repositorySelector: RepositorySelector!, $partitionSetName: String!) {
  partitionSetOrError(repositorySelector: $repositorySelector, partitionSetName: $partitionSetName) {
    ... on PartitionSet { id partitionsOrError { ... on Partitions { results { name } } } } } }
"""

ASSETS = (
    "staged_workspace", "stubbed_tree", "sdist", "wheel", "pypi_probe", "upload_receipt", "summary_json",
)  # fmt: skip


def asked_by_pages(partition: str) -> dict[str, Rounds]:
    """Give what each page asks: rounds of queries with their variables.

    The browser sends a round at once, and the next one when it is answered. The dialog lets a person choose
    as soon as it knows how the partitions of one asset stand; the others' it asks one after the other
    (`usePartitionHealthData.tsx`, "one asset key at a time").
    """
    receipt = {"path": ["upload_receipt"]}
    every = [{"path": [asset]} for asset in ASSETS]
    one = {"assetKey": receipt, "partitionKey": partition}
    dialog: Rounds = [[(LAUNCH_DIALOG, {"assetKeys": every})]]
    health: Rounds = [[(PARTITION_HEALTH, {"assetKey": key})] for key in every]
    return {
        "partition page of upload_receipt": [[(PARTITION_HEALTH, {"assetKey": receipt})]],
        "one partition of it": [[(PARTITION_DETAIL, one), (PARTITION_STALE, one)]],
        "Materialize dialog, ready to choose": [*dialog, *health[:1]],
        "Materialize dialog, all seven assets counted": [*dialog, *health],
        "Launchpad of the job": [
            [
                (
                    LAUNCHPAD_OF_JOB,
                    {"repositorySelector": REPOSITORY, "partitionSetName": "release_partition_set"},
                )
            ]
        ],
        "Launchpad of all assets": [
            [(LAUNCHPAD_OF_ASSETS, {"params": REPOSITORY | {"pipelineName": "release"}, "assetKeys": every})]
        ],
    }


def counts_partitions(rounds: Rounds) -> bool:
    """Tell whether the answer says how all partitions stand, which Dagster remembers until one is added."""
    return any(query == PARTITION_HEALTH for questions in rounds for query, _ in questions)
