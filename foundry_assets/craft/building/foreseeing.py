"""What builds of a source will require, asked of the index while the source is still being staged.

Add here nothing that a build would not find out by itself.
Not here: keeping what was found (kept_environments), and building (builds).
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.kept_environments import KeptEnvironments
from foundry_assets.errors import MetadataUnreadable


def foresee_environment(source: Path, *, home: Path, kept: Path) -> None:
    """Have the environment ready that a source's `build-system.requires` asks for (PEP 518).

    The builds ask by themselves, with what stands in their own copy, and find the answer that holds for a
    minute. `home` is a scratch folder, `kept` that of kept environments. Whatever is wrong, they tell.
    """
    with contextlib.suppress(MetadataUnreadable, OSError):
        requires = ProjectFiles(source).table("build-system").get("requires")
        if isinstance(requires, list) and all(isinstance(one, str) for one in requires):
            KeptEnvironments(kept, home).holding(set(requires))
