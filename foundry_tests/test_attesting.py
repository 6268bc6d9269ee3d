"""Attestations are kept beside the release whose very files they speak of, and every other one is refused.

Add here another file that must not be kept, and what becomes of those that are.
Not here: their form (craft/test_attestations), sending them (craft/test_sending_attestations).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from foundry_assets import attesting, evidence
from foundry_assets.errors import ArtefactMissing, FaultsFound, ReleaseBusy
from foundry_assets.settling import MADE_FROM
from foundry_assets.store import ArtefactStore, Shelf
from foundry_tests.signer import SLSA, sign
from foundry_tests.verifying.scene import RELEASE, SDIST, WHEEL, intent, put_artefacts

PUBLISHED = f"{WHEEL}.publish.attestation"


@dataclass(frozen=True)
class Bench:
    """A release's shelf and its rehearsal's, and the files that were written out to be signed."""

    shelf: Shelf
    rehearsal: Shelf
    out: Path

    def keep(self, *paths: Path) -> list[str]:
        """Keep attestations, as the command does; gives the names of the new ones."""
        kept = attesting.keep(self.shelf, paths, rehearsal=self.rehearsal, by="me")
        return [attested.member.path for attested in kept]

    def kept(self, folder: Path) -> dict[str, bytes]:
        """Give what is kept: name -> bytes."""
        return {one.member.path: one.path.read_bytes() for one in attesting.fetch(self.shelf, folder)}

    def faults(self, *paths: Path) -> list[str]:
        """Give the faults of files that are refused."""
        with pytest.raises(FaultsFound) as found:
            self.keep(*paths)
        assert all(fault.remedy for fault in found.value.faults)
        return [f"{fault.where}: {fault.what}" for fault in found.value.faults]


@pytest.fixture
def bench(store: ArtefactStore, tmp_path: Path) -> Bench:
    """A rehearsed release, of which nothing but the rehearsal's files is stored."""
    made = Bench(store.shelf(RELEASE), store.shelf(RELEASE, rehearsal=True), tmp_path / "out")
    put_artefacts(made.rehearsal, made.out)
    return made


def test_the_rehearsals_files_can_be_signed_before_any_release(bench: Bench, tmp_path: Path) -> None:
    """What a person signed of the rehearsal's export is kept beside the release, byte for byte."""
    paths = [sign(bench.out / name) for name in (WHEEL, SDIST)]
    assert bench.keep(*paths) == [path.name for path in paths]
    assert bench.kept(tmp_path / "kept") == {path.name: path.read_bytes() for path in paths}
    facts = bench.shelf.manifest(attesting.ATTESTATIONS).facts
    assert facts["changed_by"] == "me"
    assert not bench.rehearsal.has(attesting.ATTESTATIONS)


def test_a_folder_stands_for_the_attestations_in_it(bench: Bench) -> None:
    """The folder that was signed is enough; what else lies in it is passed over."""
    sign(bench.out / WHEEL)
    sign(bench.out / SDIST)
    assert bench.keep(bench.out) == sorted([PUBLISHED, f"{SDIST}.publish.attestation"])
    (bench.out / "empty").mkdir()
    assert bench.faults(bench.out / "empty") == [f"{bench.out / 'empty'}: holds no file *.attestation"]


def about_other_bytes(out: Path) -> Path:
    """Sign a file of the same name and other bytes."""
    other = out / "other"
    other.mkdir()
    (other / WHEEL).write_bytes(b"other")
    return sign(other / WHEEL)


def about_another_file(out: Path) -> Path:
    """Sign a file of another release."""
    (out / "demo_pkg-2.0.tar.gz").write_bytes(b"2")
    return sign(out / "demo_pkg-2.0.tar.gz")


WRONG: dict[str, tuple[Callable[[Path], Path], tuple[str, ...]]] = {
    "other bytes": (about_other_bytes, ("speaks of other bytes of", "that of demo-pkg==1.0 (rehearsal) is")),
    "another release": (about_another_file, ("speaks of demo_pkg-2.0.tar.gz, which is no file of this",)),
    "named for another file": (
        lambda out: sign(out / WHEEL, named=f"{SDIST}.other.attestation"),
        (f"is not named for {WHEEL}, of which it speaks",),
    ),
    "named for none": (lambda out: sign(out / WHEEL, named="{}.attestation"), ("is not named for",)),
    "not there": (lambda out: out / "gone.attestation", ("is not there",)),
    "the file itself": (lambda out: out / WHEEL, (f"{WHEEL}: is no attestation by its name",)),
    "not an attestation": (
        lambda out: sign(out / WHEEL, in_object=lambda told: told.pop("version")),
        ("version: Field required",),
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_file_is_told_and_nothing_is_kept(bench: Bench, wrong: str) -> None:
    """The fault says what the file is instead, and a good one beside it is not kept either."""
    make, words = WRONG[wrong]
    bad, good = make(bench.out), sign(bench.out / SDIST)
    (told,) = bench.faults(good, bad)
    for word in words:
        assert word in told
    assert not bench.shelf.has(attesting.ATTESTATIONS)


def test_every_fault_of_every_file_is_told_at_once(bench: Bench) -> None:
    """One call is enough to learn all that is wrong."""
    paths = [about_other_bytes(bench.out), about_another_file(bench.out), bench.out / "gone.attestation"]
    assert len(bench.faults(*paths)) == 3


def test_one_type_a_file(bench: Bench) -> None:
    """Two attestations that say the same of one file are refused, in one call or in two."""
    twins = [sign(bench.out / WHEEL), sign(bench.out / WHEEL, named="{}.again.attestation")]
    assert "is of the type" in bench.faults(*twins)[0]
    bench.keep(twins[0])
    assert "is of the type" in bench.faults(twins[1])[0]
    bench.keep(sign(bench.out / WHEEL, named="{}.slsa.attestation", predicate=SLSA), sign(bench.out / SDIST))


def test_a_name_that_comes_twice_is_told(bench: Bench) -> None:
    """Of two files of one name nobody could say which is meant; the same file twice is one."""
    one, two = sign(bench.out / WHEEL), sign(bench.out / WHEEL, bench.out / "more")
    assert "has the same name" in bench.faults(one, two)[0]
    assert bench.keep(one, bench.out, one) == [PUBLISHED]


def test_one_of_the_same_name_is_replaced_and_others_stay(bench: Bench, tmp_path: Path) -> None:
    """Attestations come one by one, and a new one takes the place of its forerunner."""
    bench.keep(sign(bench.out / WHEEL), sign(bench.out / SDIST))
    fresh = sign(bench.out / WHEEL, in_object=lambda told: told.update(note="new"))
    bench.keep(fresh)
    kept = bench.kept(tmp_path / "kept")
    assert len(kept) == 2
    assert kept[PUBLISHED] == fresh.read_bytes()


def test_one_that_is_withdrawn_is_kept_no_longer(bench: Bench, tmp_path: Path) -> None:
    """A name takes it away, the last one too; a name that is not kept is told with those that are."""
    bench.keep(sign(bench.out / WHEEL), sign(bench.out / SDIST))
    with pytest.raises(FaultsFound) as found:
        attesting.withdraw(bench.shelf, [PUBLISHED, "gone.attestation"], by="me")
    assert PUBLISHED in found.value.faults[0].remedy
    assert len(bench.kept(tmp_path / "before")) == 2
    attesting.withdraw(bench.shelf, [PUBLISHED], by="me")
    assert list(bench.kept(tmp_path / "one")) == [f"{SDIST}.publish.attestation"]
    attesting.withdraw(bench.shelf, [f"{SDIST}.publish.attestation"], by="me")
    assert bench.kept(tmp_path / "none") == {}


def other_release(bench: Bench) -> Path:
    """Store other bytes of the wheel beside the release; gives their file."""
    put_artefacts(bench.shelf, bench.out / "own")
    wheel = bench.out / "own" / WHEEL
    with wheel.open("ab") as stream:
        stream.write(b"\n")
    facts = {"blake2b_256": "b" * 64, MADE_FROM: bench.shelf.manifest("sdist").sha256}
    bench.shelf.put_file("wheel", wheel, facts=facts)
    return wheel


def test_until_bytes_are_frozen_the_releases_and_the_rehearsals_files_count(bench: Bench) -> None:
    """A wheel of an earlier attempt is no reason to refuse what the newest rehearsal made."""
    own = other_release(bench)
    assert bench.keep(sign(own)) == bench.keep(sign(bench.out / WHEEL)) == [PUBLISHED]


def test_once_an_intent_exists_only_the_frozen_bytes_count(bench: Bench) -> None:
    """What an index was to be sent is the release; a rehearsal says nothing about it any more."""
    own = other_release(bench)
    members = [bench.shelf.manifest(kind).file for kind in ("wheel", "sdist")]
    evidence.open_intent(bench.shelf, intent(bench.shelf, "company", members[0], members))
    (told,) = bench.faults(sign(bench.out / WHEEL))
    assert "(rehearsal)" not in told
    assert bench.keep(sign(own)) == [PUBLISHED]


def test_before_anything_is_built_people_are_told_to_rehearse(store: ArtefactStore, tmp_path: Path) -> None:
    """Without a file there is nothing to compare with."""
    (tmp_path / WHEEL).write_bytes(b"x")
    bench = Bench(store.shelf(RELEASE), store.shelf(RELEASE, rehearsal=True), tmp_path)
    with pytest.raises(ArtefactMissing, match="foundry rehearse"):
        bench.keep(sign(tmp_path / WHEEL))


def test_two_who_change_them_at_once_do_not_lose_any(bench: Bench) -> None:
    """The second is told to wait, instead of writing what it read before the first was done."""
    path = sign(bench.out / WHEEL)
    with bench.shelf.alone("attestations/changing") as alone, pytest.raises(ReleaseBusy):
        assert alone
        bench.keep(path)
    assert bench.keep(path) == [PUBLISHED]
