"""What must be there before anything is sent: every artefact, every verdict, and the index's own word.

Add here what an upload needs of the steps before it, as faults that are told all at once.
Not here: sending and what came of it (upload_receipt), and reading what is stored (evidence).
"""

from collections.abc import Iterator

from foundry_assets import evidence
from foundry_assets.errors import ArtefactMissing, ChecksumChanged, EvidenceMissing, Fault
from foundry_assets.settling import lineage
from foundry_assets.steps import Step
from foundry_assets.store import Manifest

_PROBED = "version_is_free_on_index"
_SENT = ("stubbed_tree", "sdist", "wheel")


def require_whole_evidence(step: Step) -> dict[str, Manifest]:
    """Give the manifests whose bytes may be sent, or raise with every fault at once."""
    if not step.is_rehearsal:
        evidence.refuse_if_held(step.shelf, step.index.name)
    made: dict[str, Manifest] = {}
    faults = [*_unmade(step, made), *_unproven(step, made), *_unprobed(step, made)]
    if faults:
        raise EvidenceMissing(f"{step.release} may not be sent to `{step.index.name}`", faults)
    return made


def _unmade(step: Step, made: dict[str, Manifest]) -> Iterator[Fault]:
    """Put what is in the store into `made`, and tell what is not, or not whole."""
    for asset in _SENT:
        try:
            made[asset] = step.shelf.manifest(asset)
        except ArtefactMissing:
            yield Fault(asset, "was never made", "run the whole `release` job")
        except ChecksumChanged as error:
            yield Fault(asset, error.happened, error.remedy)
    if len(made) == len(_SENT) and not set(_SENT) <= set(lineage(step.shelf)):
        what = "was not made, step by step, from the staged source that is in the store"
        yield Fault("wheel", what, "run the whole `release` job")


def _unproven(step: Step, made: dict[str, Manifest]) -> list[Fault]:
    try:
        evidence.require_evidence(step.shelf, made)
    except EvidenceMissing as error:
        return error.faults
    return []


def _unprobed(step: Step, made: dict[str, Manifest]) -> Iterator[Fault]:
    """Tell what is wrong with the probe's verdict on this index, which no list of checks can name."""
    again = "materialise `pypi_probe` for this release and this index"
    verdicts = evidence.verdicts(step.shelf, [f"pypi_probe/{step.index.name}"])
    if not verdicts:
        yield Fault(_PROBED, f"`{step.index.name}` was never asked", again)
    for verdict in verdicts:
        asked = {asset: verdict.judged.get(asset) for asset in ("sdist", "wheel")}
        if verdict.blocks:
            yield Fault(_PROBED, verdict.message, again)
        elif asked != {asset: made[asset].sha256 for asset in ("sdist", "wheel") if asset in made}:
            yield Fault(_PROBED, f"`{step.index.name}` was asked about other bytes", again)
