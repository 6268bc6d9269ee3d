"""What a distribution needs from elsewhere, as its files say it; nothing is asked of a build backend.

Add here a place where requirements stand literally.
Not here: installing them (views).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.metadata import parse_email
from packaging.requirements import InvalidRequirement, Requirement

from foundry_assets.craft.import_roots.project_files import ProjectFiles, split_list


def declared_requirements(project: ProjectFiles) -> tuple[str, ...]:
    """Give the requirements (PEP 508) that hold on this machine, without extras and what is none."""
    found: dict[str, None] = {}
    for text in _texts(project):
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if requirement.url is None and (
            requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        ):
            requirement.marker = None
            found[str(requirement)] = None
    return tuple(found)


def _texts(project: ProjectFiles) -> Iterator[str]:
    yield from _strings(project.table("project").get("dependencies"))
    yield from split_list(project.option("options", "install_requires"))
    yield from _strings(project.setup_call.get("install_requires"))
    # poetry's own table has version ranges of its own form; the newest version serves as well.
    table = project.table("tool", "poetry", "dependencies")
    yield from (name for name, told in table.items() if name.lower() != "python" and _is_on_index(told))
    yield from _from_sdist(project.tree / "PKG-INFO")


def _is_on_index(told: object) -> bool:
    """Tell whether poetry means a distribution of the index that everybody gets, no folder or repository."""
    return not isinstance(told, dict) or ("version" in told and not told.get("optional"))


def _from_sdist(path: Path) -> Iterable[str]:
    """Read the metadata that an unpacked sdist carries."""
    if not path.is_file():
        return ()
    told, _ = parse_email(path.read_bytes())
    return told.get("requires_dist", ())


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, list | tuple):
        yield from (item for item in value if isinstance(item, str))
