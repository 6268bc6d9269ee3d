"""The software bill of materials of a wheel: what it declares to need, in the form of CycloneDX.

Add here a declared fact that such a bill can tell.
Not here: what an installer would choose for it one day; a wheel declares ranges.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_NAMESPACE = uuid.UUID("6f3a0f8e-5d1b-4b0e-9a55-0f8d4c1f7c21")
"""So that one wheel has one serial number, on whatever machine its bill is made."""


def bill_of_materials(metadata: Metadata, *, filename: str, sha256: str, epoch: int) -> str:
    """Give the bill of a wheel as CycloneDX 1.6 JSON, the same bytes for the same wheel.

    `metadata` is the wheel's own; `epoch` the time of its source (seconds since 1970, UTC).
    """
    package = _package(metadata, filename, sha256)
    bom = Bom(serial_number=uuid.uuid5(_NAMESPACE, sha256))
    bom.metadata.timestamp = datetime.fromtimestamp(epoch, UTC)
    bom.metadata.component = package
    needed = [*_needed(metadata.requires_dist or ())]
    for component in needed:
        bom.components.add(component)
        bom.register_dependency(component)
    bom.register_dependency(package, needed)
    return str(JsonV1Dot6(bom).output_as_string(indent=2)) + "\n"


def _package(metadata: Metadata, filename: str, sha256: str) -> Component:
    name, version = canonicalize_name(metadata.name), str(metadata.version)
    licence = metadata.license_expression
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{name}=={version}",
        purl=PackageURL("pypi", None, name, version, {"file_name": filename}),
        description=metadata.summary,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)],
        licenses=[LicenseExpression(value=licence)] if licence else (),
    )


def _needed(requirements: Iterable[Requirement]) -> Iterable[Component]:
    """Give one component a distribution; what is said of it more than once becomes properties of it."""
    told: dict[str, list[Requirement]] = {}
    for requirement in requirements:
        told.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    for name, every in sorted(told.items()):
        yield Component(
            name=name,
            type=ComponentType.LIBRARY,
            bom_ref=name,
            purl=PackageURL("pypi", None, name),
            properties=[Property(name="python:requires_dist", value=str(one)) for one in every],
        )
