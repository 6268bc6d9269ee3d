"""Which attestations go with a file: those about the very bytes that are sent, where the index takes them.

Add here another reason for which an attestation stays at home.
Not here: their form (attestations), and sending them (uploading).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from foundry_assets.catalog import Index
from foundry_assets.content import Member
from foundry_assets.craft.attestations import Attested
from foundry_assets.records import Credential


@dataclass(frozen=True)
class Attached:
    """What goes along with a file in its POST, and what does not: attestation name -> why."""

    going: tuple[Attested, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)

    @property
    def digests(self) -> dict[str, str]:
        """What goes, as evidence keeps it: attestation name -> sha256."""
        return {attested.member.path: attested.member.sha256 for attested in self.going}


def attach(kept: Sequence[Attested], file: Member, *, index: Index, credential: Credential) -> Attached:
    """Choose among a release's attestations those that go with a file to an index.

    Whatever speaks of the file and does not go is told with its reason.
    """
    about_it = [attested for attested in kept if attested.subject.filename == file.path]
    whole = _why_none(index, credential)
    reasons = {attested.member.path: whole or _why_not(attested, file) for attested in about_it}
    return Attached(
        going=tuple(attested for attested in about_it if not reasons[attested.member.path]),
        left={name: why for name, why in reasons.items() if why},
    )


def _why_none(index: Index, credential: Credential) -> str:
    """Say why an upload cannot carry attestations at all.

    PyPI and TestPyPI refuse the file itself where they come with any other credential (PyPI, "Producing
    attestations"), and the identity that signed must be the publisher's.
    """
    from foundry_assets.craft.preflight.profile import profile_of

    if not index.attestations:
        unsaid = "" if index.is_local else " (its table has no `attestations = true`)"
        return f"`{index.name}` takes no attestations{unsaid}"
    if profile_of(index).is_strict and credential.source != "trusted publishing":
        return f"`{index.name}` takes attestations with trusted publishing only, not with {credential.source}"
    return ""


def _why_not(attested: Attested, file: Member) -> str:
    if attested.subject.sha256 == file.sha256:
        return ""
    return (
        f"it speaks of other bytes (sha256 {attested.subject.sha256[:12]}) than those that are sent "
        f"({file.sha256[:12]})"
    )
