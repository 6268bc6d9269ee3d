"""The asset `upload_receipt`: the one step that may change the outside world.

Add here what must hold before anything is sent, and what its page in the UI shows.
Not here: the order of sending (craft/publishing), the POST (craft/uploading).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

from foundry_assets import attesting, evidence
from foundry_assets.assets.credential import find_again
from foundry_assets.assets.indexes import project_page, seen_on_index
from foundry_assets.assets.whole_evidence import require_whole_evidence
from foundry_assets.catalog import Index
from foundry_assets.credential_source import CredentialSource
from foundry_assets.doors import open_index, throwaway_index
from foundry_assets.errors import (
    RetryRefused,
    UploadInDoubt,
    UploadRefused,
)
from foundry_assets.records import GOOD_VERDICTS, Credential, FileReceipt, Receipt
from foundry_assets.release import releases
from foundry_assets.release_checks import free_check
from foundry_assets.senders import sender_to
from foundry_assets.steps import Context, Step, Workbench, open_step
from foundry_assets.store import Manifest
from foundry_assets.tables import table

_CHECK = "index_serves_our_bytes"
_ALONG = "attestations_went_along"
_COLUMNS = ("file", "verdict", "message", "what now")
_RETRY_TAGS = ("dagster/retry_number", "dagster/is_resume_retry", "dagster/is_asset_resume_retry")


@dg.asset(
    deps=["pypi_probe", "sdist", "wheel"],
    partitions_def=releases,
    group_name="release",
    kinds={"json", "report"},
    owners=["team:release"],
    code_version="1",
    retry_policy=dg.RetryPolicy(max_retries=0),
    check_specs=[
        free_check(
            _CHECK,
            asset="upload_receipt",
            blocking=True,
            description="Afterwards the index was seen to serve each file with our sha256.",
        ),
        free_check(
            _ALONG,
            asset="upload_receipt",
            description="Every attestation that is kept went with its file, where the index takes them.",
        ),
    ],
)
def upload_receipt(context: dg.AssetExecutionContext, bench: Workbench) -> dg.MaterializeResult:
    """What became of each file at the index: created, already identical, refused, unknown and so on.

    Nothing is sent without every verdict, each about the very bytes that would go. Each file is sent
    once per intent, wheels first and the sdist last, and the index is asked afterwards: an exit code or a
    "200 OK" alone publishes nothing. Whatever fails or stays unclear leaves a hold, which only a person's
    written reason lifts; a retried or re-executed run is refused.
    """
    with open_step(context, bench, "upload_receipt") as step:
        _refuse_retried(context)
        bench.settings.require_consent(step.release, step.index)
        manifests = require_whole_evidence(step)
        receipt = _send(step)
        step.say(", ".join(f"{file.kind} {file.verdict}" for file in receipt.files))
        return _made(step, manifests, receipt)


def _refuse_retried(context: Context) -> None:
    """Refuse a run that an engine or a hand repeats: only a fresh launch may come near an index."""
    run = context.run
    marks = [tag for tag in _RETRY_TAGS if tag in run.tags]
    if run.parent_run_id or marks:
        what = f"this run repeats run {run.parent_run_id}" if run.parent_run_id else f"`{marks[0]}` is set"
        raise RetryRefused(
            f"{run.tags.get('dagster/partition')}: {what}; an upload is never repeated",
            remedy="launch the `release` job afresh; it asks the index first and sends only what may be sent",
        )


def _send(step: Step) -> Receipt:
    from foundry_assets.craft.publishing import Dispatch, publish
    from foundry_assets.index import IndexReader

    files = [step.shelf.fetch(asset, step.scratch / asset).file for asset in ("wheel", "sdist")]
    paths = [step.scratch / kind / file.path for kind, file in zip(("wheel", "sdist"), files, strict=True)]
    with _door(step) as index, IndexReader(index) as reader:
        source = CredentialSource("none") if step.is_rehearsal else find_again(step)
        with sender_to(step, index, source) as sender:
            dispatch = Dispatch(
                shelf=step.shelf,
                index=index,
                reader=reader,
                sender=sender,
                credential=_credential(source),
                run_id=step.run_id,
                say=step.say,
                is_embedded=step.is_rehearsal or index.is_local,
                attested=attesting.fetch(step.shelf, step.scratch / attesting.ATTESTATIONS),
            )
            return publish(dispatch, paths, files)


@contextmanager
def _door(step: Step) -> Iterator[Index]:
    with throwaway_index(step) if step.is_rehearsal else open_index(step) as index:
        yield index


def _credential(source: CredentialSource) -> Credential:
    return Credential(source=source.name, username=source.username, fingerprint=source.fingerprint)


def _made(step: Step, manifests: dict[str, Manifest], receipt: Receipt) -> dg.MaterializeResult:
    """Store the receipt as an artefact; raise where the release did not arrive."""
    told = _as_rehearsed(receipt, step.index) if step.is_rehearsal else receipt
    name = f"upload_receipt/{step.index.name}"
    if step.is_rehearsal:
        evidence.record_receipt(step.shelf, told)
    manifest = step.shelf.put_text(name, "receipt.json", told.model_dump_json(indent=2) + "\n", facts={})
    bad = [file for file in told.files if file.verdict not in GOOD_VERDICTS]
    message = "; ".join(f"{file.filename}: {file.verdict}: {file.message}" for file in (bad or told.files))
    judged = {name: manifest, **manifests}
    checks = [
        step.judge(_CHECK, passed=not bad, message=message, judged=judged),
        _judge_attestations(step, told, judged),
    ]
    if bad:
        raise _failure(step, told, bad)
    rows = [dict(zip(_COLUMNS, _row(file), strict=True)) for file in told.files]
    if told.status == "published":
        step.tell_event(seen_on_index(step.release, step.index, told))
    return step.made(
        manifest,
        checks,
        now=_now(step, told),
        index=step.index.name,
        status=told.status,
        receipt=table(rows, _COLUMNS),
        **_places(step, told),
    )


def _now(step: Step, receipt: Receipt) -> str:
    """Tell what a person may do after a good end."""
    if receipt.status == "published":
        return f"nothing: it is published; to look again: foundry verify {step.release} --online"
    return "nothing went out: launch the `release` job with `mode: release` when it is meant"


def _judge_attestations(step: Step, receipt: Receipt, judged: dict[str, Manifest]) -> dg.AssetCheckResult:
    """Tell which attestations went with their files; one that stayed warns where the index takes any."""
    went = {name: sha256 for file in receipt.files for name, sha256 in file.attestations.items()}
    left = {name: why for file in receipt.files for name, why in file.attestations_left.items()}
    told = [f"{name} went along" for name in went] + [f"{name} did not: {why}" for name, why in left.items()]
    return step.judge(
        _ALONG,
        passed=not (left and step.index.attestations),
        severity="WARN",
        message="; ".join(told) or "none had to go",
        judged=judged,
        details={"sent": went, "stayed": left},
    )


def _places(step: Step, receipt: Receipt) -> dict[str, Any]:
    """Give where people find project and files: addresses, or paths below the embedded index's folder."""
    if step.index.is_local and not step.is_rehearsal:
        folder = step.bench.foundry.home.index
        return {file.filename: dg.MetadataValue.path(str(folder / file.filename)) for file in receipt.files}
    page = "" if step.is_rehearsal else project_page(step.index, step.release)
    places = {"project_page": dg.MetadataValue.url(page)} if page else {}
    return places | {file.filename: dg.MetadataValue.url(file.url) for file in receipt.files if file.url}


def _as_rehearsed(receipt: Receipt, index: Index) -> Receipt:
    """Tell a rehearsal as one: its files went to a throw-away index, as they would have gone to this one."""
    files = tuple(
        file.model_copy(update={"verdict": "rehearsed"}) if file.verdict in GOOD_VERDICTS else file
        for file in receipt.files
    )
    status = "rehearsed" if receipt.status == "published" else receipt.status
    return receipt.model_copy(update={"files": files, "status": status, "index": index.name})


def _row(file: FileReceipt) -> tuple[str, str, str, str]:
    return file.filename, file.verdict, file.message, file.remedy


def _failure(step: Step, receipt: Receipt, bad: list[FileReceipt]) -> UploadRefused | UploadInDoubt:
    kind = UploadInDoubt if receipt.status == "in_doubt" else UploadRefused
    first = bad[0]
    remedy = first.remedy or "read the receipt"
    if evidence.standing_hold(step.shelf, receipt.index):
        remedy += f'; then foundry lift-hold {step.release} --index {receipt.index} --because "..."'
    return kind(f"{step.release} at `{receipt.index}`: {first.filename}: {first.message}", remedy=remedy)
