"""The attestation object of PEP 740: the form that one file must have, and the distribution it speaks of.

Add here a rule of that form, as the specification "Index hosted attestations" has it.
Not here: keeping files (attesting), which of them go (attaching), and signatures, which the index verifies.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from packaging.utils import parse_sdist_filename, parse_wheel_filename
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from foundry_assets.content import Member
from foundry_assets.errors import Fault, FaultsFound

SUFFIX = ".attestation"
_LARGEST_BYTES = 1 << 20
_SIGN_ANEW = "sign that file anew with a signer that follows PEP 740, such as pypi-attestations"


def _decoded(text: str) -> str:
    """Check base64; older signers break it into lines."""
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if not content:
        raise ValueError("empty")
    return text


def _filename(name: str) -> str:
    try:
        parse_wheel_filename(name) if name.endswith(".whl") else parse_sdist_filename(name)
    except ValueError:
        raise ValueError("not the file name of a wheel or an sdist") from None
    return name


Base64 = Annotated[str, AfterValidator(_decoded)]


class _Part(BaseModel):
    """A part of the object; signers may add keys of their own."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class _VerificationMaterial(_Part):
    certificate: Base64
    transparency_entries: list[dict[str, JsonValue]] = Field(min_length=1)


class _Envelope(_Part):
    statement: Base64
    signature: Base64


class _Attestation(_Part):
    version: Literal[1]
    verification_material: _VerificationMaterial
    envelope: _Envelope


class _Digest(_Part):
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class _StatementSubject(_Part):
    name: Annotated[str, AfterValidator(_filename)]
    digest: _Digest


class _Statement(_Part):
    """The in-toto Statement in the envelope, as far as PEP 740 says what it holds."""

    type: Literal["https://in-toto.io/Statement/v1"] = Field(alias="_type")
    subject: list[_StatementSubject] = Field(min_length=1, max_length=1)
    predicate_type: Literal[
        "https://slsa.dev/provenance/v1", "https://docs.pypi.org/attestations/publish/v1"
    ] = Field(alias="predicateType")


@dataclass(frozen=True)
class Subject:
    """What an attestation speaks of: a distribution's file name and sha256, and what it says (a type)."""

    filename: str
    sha256: str
    predicate_type: str


@dataclass(frozen=True)
class Attested:
    """An attestation as a file that can be sent; `member` has its name, sha256 and size."""

    path: Path
    member: Member
    subject: Subject


def subject_of(path: Path) -> Subject:
    """Give what an attestation file speaks of.

    The file is only compared with the form: whether its signature is good, only verifying it can say. Raises
    `FaultsFound` with everything that is not as PEP 740 has it, and `OSError` for a file that cannot be read.
    """
    if path.stat().st_size > _LARGEST_BYTES:
        what = f"larger than {_LARGEST_BYTES:,} bytes, so it is no attestation"
        raise FaultsFound(path.name, [Fault(path.name, what, _SIGN_ANEW)])
    inside = ""
    try:
        attestation = _Attestation.model_validate_json(path.read_bytes())
        inside = "envelope.statement: "
        statement = _Statement.model_validate_json(base64.b64decode(attestation.envelope.statement))
    except ValidationError as error:
        faults = [_fault(path.name, inside, found["loc"], found["msg"]) for found in error.errors()]
        raise FaultsFound(path.name, faults) from None
    (subject,) = statement.subject
    return Subject(subject.name, subject.digest.sha256, statement.predicate_type)


def is_named_for(name: str, filename: str) -> bool:
    """Tell whether an attestation's file is named `<filename>.<anything>.attestation`."""
    between = name.removeprefix(f"{filename}.").removesuffix(SUFFIX)
    return bool(between) and name == f"{filename}.{between}{SUFFIX}"


def _fault(name: str, inside: str, location: tuple[int | str, ...], message: str) -> Fault:
    where = ".".join(map(str, location))
    what = message.removeprefix("Value error, ")
    return Fault(name, f"{inside}{where}: {what}" if where else f"{inside}{what}", _SIGN_ANEW)
