"""The line with nothing in it: `python -m ... FOLDER` runs as many steps and checks by Dagster alone.

Add here what the line has of Dagster's that costs something: steps, checks, partitions, words in the log.
Not here: anything of the foundry; what this takes is what no release by Dagster can go below.
"""

import sys
import warnings
from pathlib import Path
from typing import Any

import dagster as dg

_FREE_CHECKS = {"one": 2, "two": 2, "three": 3, "four": 3, "five": 1, "six": 2, "seven": 3}
"""The line's seven assets, each with as many free checks as its counterpart."""
_GATES = ("installs", "reproducible", "accepted")
_RELEASE = "empty==1.0"
_SETTINGS = """\
telemetry:
  enabled: false
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""
releases = dg.DynamicPartitionsDefinition(name="releases")


def _asset(name: str, after: str | None, checks: int) -> dg.AssetsDefinition:
    specs = [
        dg.AssetCheckSpec(f"{name}_{number}", asset=name, partitions_def=releases) for number in range(checks)
    ]

    @dg.asset(name=name, deps=[after] if after else [], partitions_def=releases, check_specs=specs)
    def made(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
        context.log.info("made")
        results = [
            dg.AssetCheckResult(asset_key=name, check_name=spec.name, passed=True, metadata={"message": "so"})
            for spec in specs
        ]
        metadata: dict[str, Any] = {"sha256": "0" * 64, "bytes": 1, "seconds": 0.1}
        return dg.MaterializeResult(
            metadata=metadata, check_results=results, data_version=dg.DataVersion("0" * 64)
        )

    return made


def _gate(name: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset="four", name=name, partitions_def=releases)
    def judged() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True, metadata={"message": "so"})

    return judged


def main(folder: Path) -> None:
    """Run the line once, with its history in `folder`."""
    (folder / "dagster.yaml").write_text(_SETTINGS, encoding="utf-8")
    warnings.simplefilter("ignore")
    names = list(_FREE_CHECKS)
    before = dict(zip(names[1:], names, strict=False))
    definitions = dg.Definitions(
        assets=[_asset(name, before.get(name), checks) for name, checks in _FREE_CHECKS.items()],
        asset_checks=[_gate(name) for name in _GATES],
        jobs=[dg.define_asset_job("release", selection=dg.AssetSelection.all())],
        executor=dg.in_process_executor,
    )
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        instance.add_dynamic_partitions("releases", [_RELEASE])
        job = definitions.resolve_job_def("release")
        job.execute_in_process(instance=instance, partition_key=_RELEASE, run_config=quiet)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
