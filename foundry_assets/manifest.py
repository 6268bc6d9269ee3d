"""The manifest of an artefact: which files it consists of, and what was found out about it.

Add here what a manifest must hold.
Not here: keeping manifests and the bytes that they point at (store).
"""

from pydantic import BaseModel, ConfigDict, JsonValue

from foundry_assets.content import Listing, Member

EXECUTABLE = "executable"
"""The fact of a tree's manifest that names the files which can be run, where there are any."""


class Manifest(BaseModel):
    """What one artefact is: written last, so its presence says that the artefact is complete."""

    model_config = ConfigDict(frozen=True)

    schema_version: int = 1
    release: str
    asset: str
    sha256: str
    members: tuple[Member, ...]
    facts: dict[str, JsonValue] = {}

    @property
    def bytes(self) -> int:
        """The sum of all sizes."""
        return sum(member.bytes for member in self.members)

    @property
    def listing(self) -> Listing:
        """The artefact as a tree."""
        return Listing(self.members)

    @property
    def executable(self) -> tuple[str, ...]:
        """The files of a tree that can be run; they are no part of its digest."""
        told = self.facts.get(EXECUTABLE)
        return tuple(map(str, told)) if isinstance(told, list) else ()

    @property
    def file(self) -> Member:
        """The one file of an artefact that is a file."""
        (only,) = self.members
        return only

    @property
    def is_sound(self) -> bool:
        """Whether the digest is that of the members, and none of them lies outside the artefact."""
        digests = {self.listing.sha256}
        if len(self.members) == 1:
            digests.add(self.file.sha256)
        is_inside = not any(_leads_out(member.path) for member in self.members)
        return self.sha256 in digests and is_inside and self.listing.paths.issuperset(self.executable)


def _leads_out(path: str) -> bool:
    return path.startswith("/") or ".." in path.split("/")
