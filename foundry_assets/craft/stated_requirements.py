"""What a source says it needs, read from its files: nothing is run to learn what only a backend knows.

Add here another place in which a source names its needs.
Not here: what follows for the order of releases (dependency_order), and installing anything.
"""

from __future__ import annotations

from pathlib import Path

from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.stubbing.requirements import declared_requirements
from foundry_assets.errors import FoundryError


def stated_requirements(folder: Path) -> tuple[str, ...]:
    """Give the requirements of the project in a folder, its build's among them (PEP 508, 518).

    A file that cannot be parsed tells none: whoever builds the project says so, with line and remedy.
    """
    project = ProjectFiles(folder)
    try:
        listed = project.table("build-system").get("requires")
        build = [text for text in listed if isinstance(text, str)] if isinstance(listed, list) else []
        return (*declared_requirements(project), *build)
    except (FoundryError, OSError):
        return ()
