"""A whole release on its shelf, with summary and page, made in a blink without a run of the line.

Add here another fact that a release can leave.
Not here: what is done to it, and what must be found (the tests).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from foundry_assets import evidence
from foundry_assets.content import Member
from foundry_assets.craft.summary import read_entries
from foundry_assets.home import Foundry, Home
from foundry_assets.records import Credential, FileReceipt, FileVerdict, Intent, Receipt, Verdict, utc_now
from foundry_assets.release import Release
from foundry_assets.settling import MADE_FROM, settle
from foundry_assets.store import ArtefactStore, Shelf
from foundry_assets.verifying import Verified, verify
from foundry_tests.craft.uploading.miniature import member_of, write_sdist, write_wheel

RELEASE = Release.of("demo-pkg", "1.0")
WHEEL, SDIST = "demo_pkg-1.0-py3-none-any.whl", "demo_pkg-1.0.tar.gz"
CATALOG = '[indexes.company]\nupload_url = "{address}/legacy/"\nsimple_url = "{address}/simple/"\n'


@dataclass(frozen=True)
class Scene:
    """A home with one release in it."""

    root: Path
    index: str = "company"

    @property
    def home(self) -> Home:
        """The home."""
        return Home(self.root)

    @property
    def shelf(self) -> Shelf:
        """The release's place in the store."""
        return ArtefactStore(root=str(self.home.store)).shelf(RELEASE)

    @property
    def folder(self) -> Path:
        """That place as a folder."""
        return self.home.store / "demo-pkg" / "1.0"

    @property
    def foundry(self) -> Foundry:
        """The foundry over this home."""
        catalog = self.root / "foundry.toml"
        return Foundry(home_folder=str(self.root), catalog_file=str(catalog) if catalog.is_file() else "")

    def line(self, number: int) -> Path:
        """Give the file of a ledger's line."""
        return self.folder / "ledger" / f"{number:08}.json"

    @property
    def lines(self) -> int:
        """How many lines the ledger has."""
        return len(list((self.folder / "ledger").iterdir()))

    def blob(self, asset: str) -> Path:
        """Give the file that holds the first file of an artefact."""
        sha256 = self.shelf.manifest(asset).members[0].sha256
        return self.home.store / "blobs" / "sha256" / sha256[:2] / sha256

    def verified(self, *, anchor: str = "", online: bool = False) -> Verified:
        """Verify, as the command does."""
        entry = read_entries(self.home.summary).get(str(RELEASE))
        return verify(self.shelf, self.foundry, entry=entry, anchor=anchor, online=online)

    def make(self, run_id: str = "run-1", verdict: FileVerdict = "created") -> Scene:
        """Release: artefacts, verdicts, intents, a receipt, and what every end writes."""
        shelf = self.shelf.of_run(run_id)
        files = put_artefacts(shelf, self.root / "made")
        judge_all(shelf)
        for member in files:
            evidence.open_intent(shelf, intent(shelf, self.index, member, files, run_id))
        evidence.record_receipt(shelf, receipt(self.index, files, verdict, run_id))
        self.settle(run_id)
        return self

    def settle(self, run_id: str) -> None:
        """Write what every end of a run writes."""
        settle(
            home=self.home,
            shelf=self.shelf.of_run(run_id),
            index=self.index,
            status="published",
            message="told",
            run_id=run_id,
            began_at=0.0,
        )


def put_artefacts(shelf: Shelf, scratch: Path) -> list[Member]:
    """Store a source tree of two files, and a wheel and an sdist as if they were made from it."""
    scratch.mkdir(parents=True, exist_ok=True)
    tree = scratch / "tree"
    (tree / "demo_pkg").mkdir(parents=True, exist_ok=True)
    (tree / "demo_pkg" / "__init__.py").write_bytes(b"WORD = 1\n")
    (tree / "pyproject.toml").write_bytes(b"[project]\n")
    source = {"origin": "folder", "commit": "", "described": "", "dirty": [], "typing_table": []}
    staged = shelf.put_tree("staged_workspace", tree, facts=source)
    stubbed = shelf.put_tree("stubbed_tree", tree, facts=source | {MADE_FROM: staged.sha256})
    facts = {"blake2b_256": "b" * 64}
    sdist = shelf.put_file("sdist", write_sdist(scratch), facts=facts | {MADE_FROM: stubbed.sha256})
    shelf.put_file("wheel", write_wheel(scratch), facts=facts | {MADE_FROM: sdist.sha256})
    return [member_of(scratch / name) for name in (WHEEL, SDIST)]


def judge_all(shelf: Shelf) -> None:
    """Write every verdict that an upload needs."""
    for asset, check in evidence.REQUIRED_CHECKS:
        judged = {asset: shelf.manifest(asset).sha256}
        verdict = Verdict(
            check=check, asset=asset, passed=True, message="looked", judged=judged, at=utc_now()
        )
        evidence.record_verdict(shelf, verdict)


def intent(shelf: Shelf, index: str, member: Member, files: list[Member], run_id: str = "run-1") -> Intent:
    """Give the will to send one file."""
    return Intent(
        number=1,
        release=str(RELEASE),
        index=index,
        upload_url="http://127.0.0.1/",
        filename=member.path,
        sha256=member.sha256,
        bytes=member.bytes,
        frozen={file.path: file.sha256 for file in files},
        corrections=len(evidence.corrections(shelf, index)),
        run_id=run_id,
        at=utc_now(),
    )


def receipt(index: str, files: list[Member], verdict: FileVerdict, run_id: str = "run-1") -> Receipt:
    """Give an index's receipt for files."""
    return Receipt(
        release=str(RELEASE),
        index=index,
        upload_url="http://127.0.0.1/",
        status="published" if verdict == "created" else "in_doubt",
        files=tuple(
            FileReceipt(
                filename=file.path,
                kind=evidence.kind_of(file.path),
                sha256=file.sha256,
                blake2b_256="b" * 64,
                bytes=file.bytes,
                verdict=verdict,
                message="told",
            )
            for file in files
        ),
        credential=Credential(source="none"),
        tools={},
        run_id=run_id,
        at=utc_now(),
    )
