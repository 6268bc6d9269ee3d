"""Reporting a batch order: from how its releases ended to the result that an orchestrator reads.

Add here how an end becomes a status of the result, and where its words come from.
Not here: the form of the result (result), and running the releases (launching/batch_order).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from foundry_assets.craft.summary import ReleaseEntry
from foundry_assets.craft.summary.form import ReleaseAssembly
from foundry_assets.ordering.form import DEFAULT_PUBLISHER, OrderParameters
from foundry_assets.ordering.placing import Placed
from foundry_assets.ordering.result import (
    EntryError,
    EntryResult,
    EntryStatus,
    ManifestEntry,
    OrderExecution,
    OrderInputs,
    OrderOutcome,
    OrderStatus,
    PublishedArtifact,
)
from foundry_assets.records import Outcome

ON_THE_INDEX: Collection[EntryStatus] = ("published", "skipped_existing")
"""The ends after which people can install the version."""


@dataclass(frozen=True)
class Ended:
    """How an entry ended; `why` is its `skip_reason` or `error`, empty for a plain success.

    `kind` is the foundry's own word for a bad end, `is_rehearsed` that all was done that the order wanted.
    """

    status: EntryStatus
    why: str = ""
    kind: str = ""
    is_rehearsed: bool = False

    @property
    def is_good(self) -> bool:
        """Whether nothing is left to do for this entry."""
        return self.status in ON_THE_INDEX or self.is_rehearsed


def ended_by(outcome: Outcome, *, released_at: str) -> Ended:
    """Tell how an entry's run ended; `released_at` is when an earlier run published it, empty for never."""
    if outcome.status == "rehearsed":
        return Ended("pending", f"rehearsed for `{outcome.index}`; nothing was sent", is_rehearsed=True)
    if outcome.status == "published":
        fresh = any(file.verdict == "created" for file in outcome.files)
        told = f"`{outcome.index}` held these very bytes already; nothing was sent"
        return Ended("published") if fresh else Ended("skipped_existing", told)
    if released_at:
        told = f"{outcome.release} was published at `{outcome.index}` on {released_at}. {outcome.message}"
        return Ended("skipped_existing", told)
    return Ended("error", outcome.message, outcome.status)


def status_of(ends: Sequence[Ended]) -> OrderStatus:
    """Tell how an order ended (see `OrderStatus`)."""
    if any(end.status == "error" for end in ends):
        return "error"
    is_whole = all(end.status == "published" or end.is_rehearsed for end in ends)
    return "completed" if is_whole else "attention"


def inputs_of(parameters: OrderParameters) -> OrderInputs:
    """Tell what was ordered."""
    return OrderInputs(
        entry_count=len(parameters.entries),
        manifest_entries=tuple(
            ManifestEntry(
                package=entry.package,
                version=entry.version,
                pypi_name=entry.distribution,
                ancillary=entry.ancillary,
                options_kwargs=entry.said.as_told(),
            )
            for entry in parameters.entries
        ),
        repo_parent_root=parameters.repo_parent_root,
        token_env=parameters.token_env,
    )


def execution_of(parameters: OrderParameters) -> OrderExecution:
    """Tell back what was said about the execution."""
    return OrderExecution(publisher_factory=parameters.publisher_factory or DEFAULT_PUBLISHER)


def outcome_of(placed: Sequence[Placed], ends: Sequence[Ended]) -> OrderOutcome:
    """Tell how the entries ended, in the order in which they were ordered."""
    pairs = list(zip(placed, ends, strict=True))
    there = [one for one, end in pairs if end.status in ON_THE_INDEX]
    return OrderOutcome(
        status=status_of(ends),
        entries=tuple(_entry(one, end) for one, end in pairs),
        published_versions={one.entry.distribution: None for one in placed}
        | {one.entry.distribution: one.entry.version for one in there},
        published_artifacts={
            one.entry.distribution: PublishedArtifact(main=one.main_file, anc=one.ancillary) for one in there
        },
    )


def _entry(one: Placed, end: Ended) -> EntryResult:
    return EntryResult(
        package=one.entry.package,
        distribution=one.entry.distribution,
        version=one.entry.version,
        main_file=one.main_file,
        ancillary_publish=one.ancillary,
        ancillary_manifest=one.entry.ancillary,
        package_dir=str(one.folder),
        safe_kwargs=one.safe_kwargs,
        status=end.status,
        skip_reason=(end.why or None) if end.status != "error" else None,
        error=end.why if end.status == "error" else None,
    )


def errors_of(placed: Sequence[Placed], ends: Sequence[Ended]) -> tuple[EntryError, ...]:
    """Tell what is wrong, entry by entry."""
    return tuple(
        EntryError(
            type=end.kind,
            message=end.why,
            package=one.entry.package,
            distribution=one.entry.distribution,
        )
        for one, end in zip(placed, ends, strict=True)
        if end.status == "error"
    )


def assembly_of(
    placed: Sequence[Placed], entries: Mapping[str, ReleaseEntry], *, is_rehearsal: bool
) -> ReleaseAssembly:
    """Give what the summary says of an order's releases; `entries` are all of the summary's."""
    titles = [f"{one.release}{' (rehearsal)' if is_rehearsal else ''}" for one in placed]
    return ReleaseAssembly(releases={title: entries[title] for title in titles if title in entries})
