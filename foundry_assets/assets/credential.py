"""The credential of a release: found before anything is built, and found again before anything is sent.

Add here what a step does about finding it, none of them or another one.
Not here: the sources and their faults (credentials), and the secret itself (craft/uploading).
"""

from dataclasses import asdict, dataclass

import dagster as dg

from foundry_assets import evidence
from foundry_assets.credential_source import VARIABLE_TAG, CredentialSource
from foundry_assets.credentials import declared_credential
from foundry_assets.errors import CredentialsUnusable
from foundry_assets.steps import Step
from foundry_assets.store import Manifest

CREDENTIAL = "credential_is_ready"
"""The check whose details tell which credential was found before anything was built."""


@dataclass(frozen=True)
class Found:
    """The credential's source; None, with what is wrong, only where a rehearsal goes on without."""

    source: CredentialSource | None
    problem: str = ""

    def __str__(self) -> str:
        if self.source is None:
            return f"a release would stop here: {self.problem}"
        return self.source.told


def find_first(step: Step) -> Found:
    """Find the credential before anything is staged or built.

    Raises `CredentialsUnusable` with every fault. A rehearsal sends to an index of its own that takes none,
    so there a fault is only told.
    """
    try:
        return Found(_declared(step))
    except CredentialsUnusable as error:
        if not step.is_rehearsal:
            raise
        step.say(f"a release to `{step.index.name}` would stop here: {error}")
        return Found(None, str(error))


def judge_credential(step: Step, found: Found, staged: Manifest) -> dg.AssetCheckResult:
    """Store what was found, so that the upload can tell whether it is still the same."""
    return step.judge(
        CREDENTIAL,
        passed=found.source is not None,
        severity="WARN",
        message=str(found),
        judged={"staged_workspace": staged},
        details={"index": step.index.name, **(asdict(found.source) if found.source else {})},
    )


def find_again(step: Step) -> CredentialSource:
    """Find the credential right before it is used.

    Raises `CredentialsUnusable` where it cannot be used, or is another one than before the build.
    """
    now = _declared(step)
    for verdict in evidence.verdicts(step.shelf, ["staged_workspace"]):
        is_about_it = verdict.check == CREDENTIAL and verdict.details.get("index") == step.index.name
        first = {name: verdict.details.get(name, "") for name in asdict(now)}
        if is_about_it and first != asdict(now):
            raise CredentialsUnusable(
                f"the credential for `{step.index.name}` is now {now.told}; "
                f"before the build it was another: {verdict.message}",
                remedy="leave the one that you mean, and start the release again; nothing was sent",
            )
    return now


def _declared(step: Step) -> CredentialSource:
    return declared_credential(step.index, variable=step.context.run.tags.get(VARIABLE_TAG, ""))
