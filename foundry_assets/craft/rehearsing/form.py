"""The forms of a rehearsal: its plan, what was seen of each package, its report, and a deviation.

Add here a fact that a later rehearsal is to be compared with.
Not here: comparing (comparing), and where reports lie (reports).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

ToolsetName = Literal["newest", "installed"]
DeviationKind = Literal[
    "tool",
    "index",
    "credential",
    "package",
    "outcome",
    "check",
    "metadata version",
    "hash",
    "size",
    "toolset",
]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class Toolset(_Told):
    """`build` and `twine` in a fresh environment: all that lies there (name -> version), or what is wrong.

    `python` is the environment's interpreter, of this rehearsal only.
    """

    name: ToolsetName
    wanted: tuple[str, ...]
    versions: dict[str, str] = {}
    problem: str = ""
    python: str = ""


class ToolsetRun(_Told):
    """What a toolset made of a package: built, and its files checked by its own twine.

    `files` are name -> sha256 as the backend wrote them, before anything is normalised. `warnings` are
    twine's: an index takes the files all the same.
    """

    toolset: ToolsetName
    is_good: bool
    message: str
    files: dict[str, str] = {}
    metadata_versions: dict[str, str] = {}
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def how(self) -> str:
        """How it went, in words that a later rehearsal is compared by."""
        return ("with warnings" if self.warnings else "yes") if self.is_good else "no"


class CredentialTold(_Told):
    """Where the index's credential comes from, never its value; `problem` is why none could be used."""

    source: str = ""
    username: str = ""
    fingerprint: str = ""
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.source} as `{self.username}`" if self.username else self.source or self.problem


class Reached(_Told):
    """One address of the index: how it answered, or why it did not."""

    address: Literal["upload_url", "simple_url"]
    is_reached: bool
    told: str


class OrderTold(_Told):
    """A package's release, and those of the others that it needs, as `name==version`."""

    release: str
    needs: tuple[str, ...] = ()


class RehearsalPlan(_Told):
    """What a rehearsal began with; `month` is its partition, `YYYY-MM`.

    `orders` are the packages whose source could be read, `unreadable` the others and why (by name).
    """

    month: str
    index: str
    run_id: str
    began_at: str
    uploads: bool
    packages: tuple[str, ...]
    orders: dict[str, OrderTold] = {}
    unreadable: dict[str, str] = {}
    tools: dict[str, str]
    toolsets: tuple[Toolset, ...]
    credential: CredentialTold
    reached: tuple[Reached, ...]


class FileRehearsed(_Told):
    """One file: its bytes, what its metadata says, the request made ready, and what the throw-away index did.

    `request_bytes` is the length of the whole body that would have gone out, 0 where none could be made.
    """

    filename: str
    kind: str
    sha256: str
    bytes: int
    metadata_version: str
    request_bytes: int = 0
    request_told: str = ""
    is_served: bool = False
    served_told: str = ""


class PackageRehearsed(_Told):
    """All that was seen of one package; `checks` is name -> `passed`, `warns` or `failed`.

    `problems` is what is wrong now, whatever was before. `upload` is the release that was really uploaded
    with the opt-in, and how that ended.
    """

    name: str
    version: str = ""
    status: str
    message: str
    run_id: str = ""
    tree_sha256: str = ""
    commit: str = ""
    files: tuple[FileRehearsed, ...] = ()
    checks: dict[str, str] = {}
    toolsets: tuple[ToolsetRun, ...] = ()
    is_installed: bool = False
    is_in_summary: bool = False
    problems: tuple[str, ...] = ()
    upload: str = ""
    seconds: dict[str, float] = {}

    @property
    def is_good(self) -> bool:
        """Whether everything was done that a release would do."""
        return self.status == "rehearsed" and self.is_installed and self.is_in_summary


class Deviation(_Told):
    """Something that is otherwise than in the last rehearsal; `package` is "" for what concerns all."""

    kind: DeviationKind
    subject: str
    before: str
    now: str
    package: str = ""

    def __str__(self) -> str:
        where = f"{self.package}: " if self.package else ""
        return f"{where}{self.kind} {self.subject}: {self.before or 'none'} -> {self.now or 'none'}"


class PackageDeviations(_Told):
    """The deviations of one package, as its evidence keeps them."""

    ledger_kind: ClassVar[str] = "rehearsal deviations"

    month: str
    run_id: str
    compared_with: str
    deviations: tuple[Deviation, ...]


class RehearsalReport(_Told):
    """A whole rehearsal; `compared_with` is the run before it that it was compared with, "" for the first."""

    plan: RehearsalPlan
    packages: tuple[PackageRehearsed, ...]
    ended_at: str
    compared_with: str = ""
    deviations: tuple[Deviation, ...] = ()

    @property
    def problems(self) -> list[str]:
        """What is wrong now, whatever was before."""
        told = [f"{one.name} tools: {one.problem}" for one in self.plan.toolsets if one.problem]
        told += [f"{one.address}: {one.told}" for one in self.plan.reached if not one.is_reached]
        told += [self.plan.credential.problem] if self.plan.credential.problem else []
        told += [f"{one.name}: {one.message}" for one in self.packages if one.status != "rehearsed"]
        return told + [f"{one.name}: {problem}" for one in self.packages for problem in one.problems]

    @property
    def is_good(self) -> bool:
        """Whether every package was rehearsed to its end; an index out of reach is a finding, no failure."""
        return all(package.is_good for package in self.packages)
