"""The attestations of a release: taken in from people's signers, kept beside it, fetched for its upload.

Add here what must hold before an attestation is kept, and what is told of those that are.
Not here: the form of one (craft/attestations), and which of them go where (craft/attaching).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from foundry_assets import evidence
from foundry_assets.content import Member, hash_file
from foundry_assets.craft.attestations import SUFFIX, Attested, Subject, is_named_for, subject_of
from foundry_assets.errors import ArtefactMissing, Fault, FaultsFound, ReleaseBusy
from foundry_assets.release_entry import KINDS
from foundry_assets.settling import lineage
from foundry_assets.store import Shelf

ATTESTATIONS = "attestations"
"""The artefact that holds them; each is a file under its own name."""


@dataclass(frozen=True)
class Known:
    """A distribution file that an attestation may speak of, and the place that made it."""

    file: Member
    place: Shelf

    @property
    def exporting(self) -> str:
        """The command that writes it where it can be signed."""
        rehearsal = "" if self.place.title == str(self.place.release) else " --rehearsal"
        return f"foundry show {self.place.release}{rehearsal} --export DIR"


def keep(shelf: Shelf, paths: Sequence[Path], *, rehearsal: Shelf, by: str) -> list[Attested]:
    """Keep attestation files beside a release, in place of those of the same name; gives the new ones.

    A folder stands for the attestation files directly in it. Each must speak of a distribution file that
    `distributions` knows. Raises `FaultsFound` with every fault of every file, then nothing is kept, and
    `ArtefactMissing` where neither the release nor its rehearsal has made its files yet.
    """
    known = distributions(shelf, rehearsal)
    with _kept_alone(shelf) as (folder, before):
        files, faults = _named(paths)
        fresh: list[Attested] = []
        for path in files:
            found = _read(path, known)
            if isinstance(found, Attested):
                fresh.append(found)
            else:
                faults += found
        names = {attested.member.path for attested in fresh}
        all_of_them = [*(old for old in before if old.member.path not in names), *fresh]
        faults += _of_one_type_twice(all_of_them)
        if faults:
            raise FaultsFound(f"{shelf.release}: no attestation was kept", faults)
        for attested in fresh:
            shutil.copyfile(attested.path, folder / attested.member.path)
        _write(shelf, folder, all_of_them, by)
    return fresh


def withdraw(shelf: Shelf, names: Iterable[str], *, by: str) -> None:
    """Keep attestations no longer, so that none of them goes with a file from now on.

    Raises `FaultsFound` for every name that is not kept; then nothing is changed.
    """
    with _kept_alone(shelf) as (folder, before):
        kept = {attested.member.path: attested for attested in before}
        unknown = [Path(name).name for name in names if Path(name).name not in kept]
        if unknown:
            told = f"kept are: {', '.join(kept)}" if kept else "none is kept"
            faults = [Fault(name, "is not kept", f"name one that is; {told}") for name in unknown]
            raise FaultsFound(f"{shelf.release}: no attestation was withdrawn", faults)
        for name in names:
            (folder / kept.pop(Path(name).name).member.path).unlink()
        _write(shelf, folder, kept.values(), by)


def fetch(shelf: Shelf, folder: Path) -> list[Attested]:
    """Copy the attestations that are kept into a folder, each byte verified and read anew; none is fine."""
    if not shelf.has(ATTESTATIONS):
        return []
    members = shelf.fetch(ATTESTATIONS, folder).members
    return [Attested(folder / member.path, member, subject_of(folder / member.path)) for member in members]


def distributions(shelf: Shelf, rehearsal: Shelf) -> list[Known]:
    """Give the distribution files that an attestation of this release may speak of.

    They are the release's own, and its newest rehearsal's until an intent has frozen the release's bytes: a
    rebuild gives the same bytes, and those that go are compared again. Raises `ArtefactMissing` for none.
    """
    places = [shelf] if evidence.is_frozen(shelf) else [shelf, rehearsal]
    found: dict[Member, Known] = {}
    for place in places:
        made = lineage(place)
        for kind in KINDS:
            if kind in made:
                found.setdefault(made[kind].file, Known(made[kind].file, place))
    if not found:
        raise ArtefactMissing(
            f"{shelf.release}: there is no file yet that an attestation could speak of",
            remedy="rehearse it (foundry rehearse), sign what this writes, then come back: "
            f"foundry show {shelf.release} --rehearsal --export DIR",
        )
    return list(found.values())


def _named(paths: Sequence[Path]) -> tuple[list[Path], list[Fault]]:
    """Give the files that are meant, and what cannot be meant."""
    files: dict[str, Path] = {}
    faults: list[Fault] = []
    for path in paths:
        inside = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
        if not inside:
            faults.append(Fault(str(path), f"holds no file *{SUFFIX}", "name the folder that was signed"))
        for file in inside:
            if not file.is_file():
                faults.append(Fault(str(file), "is not there", "name a file that is"))
            elif file.name in files and file.resolve() != files[file.name].resolve():
                faults.append(Fault(str(file), f"{files[file.name]} has the same name", "keep one of them"))
            else:
                files[file.name] = file
    return list(files.values()), faults


def _read(path: Path, known: Sequence[Known]) -> Attested | list[Fault]:
    if not path.name.endswith(SUFFIX):
        return [Fault(path.name, "is no attestation by its name", f"name the file *{SUFFIX} about it")]
    try:
        subject = subject_of(path)
        attested = Attested(path, Member(path.name, *hash_file(path)), subject)
    except FaultsFound as error:
        return error.faults
    except OSError as error:
        return [Fault(path.name, f"cannot be read: {error.strerror or error}", "make it readable")]
    faults = list(_unlike_all(path.name, subject, known))
    if not is_named_for(path.name, subject.filename):
        remedy = f"name it {subject.filename}.publish{SUFFIX}, or the like"
        faults.append(Fault(path.name, f"is not named for {subject.filename}, of which it speaks", remedy))
    return faults or attested


def _unlike_all(name: str, subject: Subject, known: Sequence[Known]) -> Iterator[Fault]:
    """Tell that an attestation speaks of no file of the release: by its name, or by its bytes."""
    of_that_name = [one for one in known if one.file.path == subject.filename]
    if not of_that_name:
        what = f"speaks of {subject.filename}, which is no file of this release"
        there = ", ".join(sorted({one.file.path for one in known}))
        yield Fault(name, what, f"name attestations of {there}")
    elif all(one.file.sha256 != subject.sha256 for one in of_that_name):
        have = " and ".join(f"that of {one.place.title} is {one.file.sha256[:12]}" for one in of_that_name)
        what = f"speaks of other bytes of {subject.filename}: sha256 {subject.sha256[:12]}, {have}"
        yield Fault(name, what, f"sign what this writes: {of_that_name[-1].exporting}")


def _of_one_type_twice(attested: Sequence[Attested]) -> Iterator[Fault]:
    """Tell of attestations that say the same of one file: PyPI refuses the file that comes with both."""
    seen: dict[Subject, str] = {}
    for found in attested:
        name, subject = found.member.path, found.subject
        first = seen.setdefault(Subject(subject.filename, "", subject.predicate_type), name)
        if first != name:
            remedy = f"keep one of them: give the new one the name {first}, or --withdraw that first"
            yield Fault(name, f"is of the type {subject.predicate_type}, as {first} is", remedy)


@contextmanager
def _kept_alone(shelf: Shelf) -> Iterator[tuple[Path, list[Attested]]]:
    """Give what is kept, as files in a folder, while nobody else here changes it."""
    with shelf.alone(f"{ATTESTATIONS}/changing") as alone, tempfile.TemporaryDirectory() as scratch:
        if not alone:
            raise ReleaseBusy(
                f"somebody else changes the attestations of {shelf.release} at this moment",
                remedy="wait for them, then do it again",
            )
        folder = Path(scratch)
        yield folder, fetch(shelf, folder)


def _write(shelf: Shelf, folder: Path, kept: Iterable[Attested], by: str) -> None:
    facts: Mapping[str, object] = {
        "changed_by": by,
        "subjects": {
            attested.member.path: {
                "filename": attested.subject.filename,
                "sha256": attested.subject.sha256,
                "predicate_type": attested.subject.predicate_type,
            }
            for attested in kept
        },
    }
    shelf.put_tree(ATTESTATIONS, folder, facts=dict(facts))
