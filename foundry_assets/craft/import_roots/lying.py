"""Import roots that no setting names: what lies in the source folders, as discovery would see it.

Add here where packages usually lie, and what lies there without being shipped.
Not here: settings of any backend (declared, setuptools_roots).
"""

from __future__ import annotations

from pathlib import Path

from foundry_assets.craft.import_roots.places import (
    ImportRoot,
    holds_init,
    is_importable_name,
    is_left_out,
    is_named_after,
    join,
    roots_at,
)


def lying_roots(
    tree: Path, distribution: str, *, source: str = "", by_name: bool = False
) -> list[ImportRoot]:
    """Give what lies in `source`, else in `src`, `python` or `lib`, else at the top of the tree.

    Roots named after the distribution are certain. With `by_name` they hide the others: that is how backends
    choose that take the module's name from the distribution's.
    """
    folders = [source] if source else ["src", "python", "lib"]
    for folder in [*folders, ""]:
        found = _in_folder(tree, folder, distribution)
        named = [root for root in found if root.certain]
        if named:
            return named if by_name or not folder else [root for root in found if _stands_beside(root)]
        if found:
            return found
    return []


def _stands_beside(root: ImportRoot) -> bool:
    return root.certain or root.kind != "namespace"


def _in_folder(tree: Path, folder: str, distribution: str) -> list[ImportRoot]:
    place = tree / folder
    if not place.is_dir() or (folder and holds_init(place)):
        return []
    packages: list[ImportRoot] = []
    modules: list[ImportRoot] = []
    for entry in sorted(place.iterdir()):
        path, stem = join(folder, entry.name), entry.name.removesuffix(".py")
        if not is_importable_name(stem):
            continue
        if entry.is_dir():
            packages += _from_folder(tree, path, entry.name, distribution, at_top=not folder)
        elif entry.suffix == ".py" and (
            folder or not is_left_out(stem) or is_named_after(stem, distribution)
        ):
            modules.append(ImportRoot(stem, path, "module", is_named_after(stem, distribution)))
    named = [root for root in modules if root.certain]
    return sorted([*packages, *(modules if folder else named)]) or (modules if len(modules) == 1 else [])


def _from_folder(tree: Path, path: str, name: str, distribution: str, *, at_top: bool) -> list[ImportRoot]:
    """Give the roots of one folder; at the top of the tree a folder without `__init__` must bear the name."""
    certain = is_named_after(name, distribution)
    if at_top and is_left_out(name) and not certain:
        return []
    roots = [
        ImportRoot(
            root.name, root.path, root.kind, certain=certain or is_named_after(root.name, distribution)
        )
        for root in roots_at(tree, path, name)
    ]
    if not at_top or holds_init(tree / path):
        return roots
    return [root for root in roots if root.certain]
