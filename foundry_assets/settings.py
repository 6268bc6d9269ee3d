"""What a person may choose at launch, as one small form shared by every step of a run.

Add here a choice that a person makes for one run.
Not here: what is true for every run of a package (catalog), and secrets (never in run config).
"""

from collections.abc import Sequence
from typing import Literal

import dagster as dg
from pydantic import Field

from foundry_assets.catalog import Catalog, Index, Package
from foundry_assets.errors import ConfirmationMissing
from foundry_assets.release import Release

Mode = Literal["release", "rehearse"]
"""Whether a run may change an index."""
_INDEX = "local, testpypi, pypi or a name from foundry.toml; empty: the package's own."


class ReleaseSettings(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The launch form; as it opens, it releases to the package's own index (`local` unless decided)."""

    index: str = Field(
        default="",
        description=_INDEX,
    )
    mode: Mode = Field(default="release", description="rehearse does everything except change a real index.")
    confirm: str = Field(
        default="",
        description="For any index but local: the release once more, as demo-pkg==0.1.0; never another.",
    )
    allow_dirty: bool = Field(default=False, description="Take uncommitted changes along, and record them.")
    needs: list[str] = Field(
        default=[],
        description="Releases (name==version) of the same batch that this one is tried with, and no others.",
    )

    @property
    def is_rehearsal(self) -> bool:
        """Whether this run leaves every index as it is."""
        return self.mode == "rehearse"

    def index_of(self, package: Package, catalog: Catalog, *, launched_for: str = "") -> Index:
        """Give the index that this run is about: chosen, launched for, or the package's own.

        Raises `UnknownIndex`.
        """
        return catalog.index(self.index or launched_for or catalog.index_for(package))

    def require_consent(self, release: Release, index: Index) -> None:
        """Refuse a real index without the release key typed beside it, and any index with another key.

        Raises `ConfirmationMissing`.
        """
        if self.is_rehearsal or self.confirm == str(release) or (index.is_local and not self.confirm):
            return
        if self.confirm:
            happened = f"`confirm` names `{self.confirm}`, and this run would release {release}"
        else:
            happened = f"{release} would go to `{index.name}`, where it cannot be taken back"
        raise ConfirmationMissing(
            happened, remedy=f"write {release} into `confirm`, or set `mode` to rehearse"
        )


def launch_form(indexes: Sequence[str]) -> type[ReleaseSettings]:
    """Give the form whose `index` completes to these names; any other is refused before the launch."""
    known = ("", *indexes)
    fields = {"__annotations__": {"index": Literal[known]}, "index": Field(default="", description=_INDEX)}
    name, about = ReleaseSettings.__name__, ReleaseSettings.__doc__
    return type(name, (ReleaseSettings,), {"__module__": __name__, "__doc__": about, **fields})
