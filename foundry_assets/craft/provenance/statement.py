"""The provenance of a release as an in-toto Statement v1 with a SLSA Provenance v1 predicate.

Add here a fact of the build that verifiers of provenance look for.
Not here: signing it (an index's own attestations, PEP 740, are made where the credential is).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from packageurl import PackageURL
from pydantic import BaseModel, ConfigDict, Field, JsonValue

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://slsa.dev/provenance/v1"
BUILD_TYPE = "urn:release-foundry:build:sdist-then-wheel:v1"
BUILDER = "urn:release-foundry:builder"


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Resource(_Form):
    """A ResourceDescriptor: what went in or came out; `digest` maps an algorithm to hexadecimal digits."""

    uri: str | None = None
    name: str | None = None
    digest: dict[str, str] | None = None
    annotations: dict[str, str] | None = None


class BuildDefinition(_Form):
    """What was asked of the builder, and what it took to do it."""

    build_type: str = Field(alias="buildType")
    external_parameters: dict[str, JsonValue] = Field(alias="externalParameters")
    internal_parameters: dict[str, JsonValue] = Field(alias="internalParameters")
    resolved_dependencies: tuple[Resource, ...] = Field(alias="resolvedDependencies")


class Builder(_Form):
    """Who built: the foundry, on what, and how foreign code was kept apart."""

    id: str
    version: dict[str, str]


class Metadata(_Form):
    """When it was built, and by which run (UTC, ISO 8601)."""

    invocation_id: str = Field(alias="invocationId")
    started_on: str = Field(alias="startedOn")
    finished_on: str = Field(alias="finishedOn")


class RunDetails(_Form):
    """The run of the builder."""

    builder: Builder
    metadata: Metadata


class Predicate(_Form):
    """SLSA Provenance v1."""

    build_definition: BuildDefinition = Field(alias="buildDefinition")
    run_details: RunDetails = Field(alias="runDetails")


class Statement(_Form):
    """An in-toto Statement about the files of one release."""

    type: str = Field(default=STATEMENT_TYPE, alias="_type")
    subject: tuple[Resource, ...]
    predicate_type: str = Field(default=PREDICATE_TYPE, alias="predicateType")
    predicate: Predicate

    def as_json(self) -> str:
        """Give it as JSON with the names that the specifications use."""
        return self.model_dump_json(by_alias=True, exclude_none=True, indent=2) + "\n"


@dataclass(frozen=True)
class Material:
    """The source: where it came from (as told, without credentials), its commit, the staged tree's sha256."""

    origin: str
    commit: str
    tree_sha256: str
    stubbed_sha256: str


@dataclass(frozen=True)
class Build:
    """One run's build: its id, its times (UTC), the build requirements as installed, and what it ran on."""

    run_id: str
    started: str
    finished: str
    requirements: Mapping[str, str]
    environment: Mapping[str, str]
    settings: Mapping[str, str]


def statement_of(
    name: str, version: str, files: Mapping[str, str], material: Material, build: Build
) -> Statement:
    """Give the statement about a release's files (file name -> sha256)."""
    definition = BuildDefinition(
        build_type=BUILD_TYPE,
        external_parameters={"name": name, "version": version, "source": material.origin},
        internal_parameters=dict(build.settings),
        resolved_dependencies=(*_sources(material), *_requirements(build.requirements)),
    )
    details = RunDetails(
        builder=Builder(id=BUILDER, version=dict(build.environment)),
        metadata=Metadata(invocation_id=build.run_id, started_on=build.started, finished_on=build.finished),
    )
    subject = tuple(Resource(name=file, digest={"sha256": sha256}) for file, sha256 in sorted(files.items()))
    return Statement(subject=subject, predicate=Predicate(build_definition=definition, run_details=details))


def _sources(material: Material) -> Iterable[Resource]:
    if material.commit:
        yield Resource(
            uri=f"git+{material.origin}" if "://" in material.origin else None,
            name="source commit",
            digest={"gitCommit": material.commit},
        )
    yield Resource(name="staged source tree", digest={"sha256": material.tree_sha256})
    yield Resource(
        name="tree with typing signal, from which was built", digest={"sha256": material.stubbed_sha256}
    )


def _requirements(installed: Mapping[str, str]) -> Iterable[Resource]:
    for name, version in sorted(installed.items()):
        yield Resource(uri=PackageURL("pypi", None, name.lower(), version).to_string(), name=name)
