"""`foundry doctor` prints one table or one JSON object, ends with its verdict, and shows no secret anywhere.

Add here another place in which a person keeps a secret that the doctor comes near.
Not here: what each check sees (doctor/).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from foundry_tests.cli.conftest import Call
from foundry_tests.secret_scene import PASSWORD, TOKEN
from foundry_tests.secret_search import forms_of, sightings
from foundry_tests.story_fixtures import House
from foundry_tests.test_keyring_lookup import keyring_environ

NOWHERE = "https://127.0.0.1:9"
CATALOG = """
[foundry]
index = "company"
{store}
[indexes.company]
upload_url = "{address}/legacy/"
simple_url = "{address}/simple/"
keyring = true
"""
SECTION = "[distutils]\nindex-servers = company\n[company]\nusername = alice\n"


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home folder, with no keyring."""
    folder = tmp_path / "person"
    folder.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.chdir(folder)
    return folder


def write_catalog(folder: Path) -> None:
    """Write the catalog of an index that is nowhere."""
    (folder / "foundry.toml").write_text(CATALOG.format(address=NOWHERE, store=""), encoding="utf-8")


def test_the_table_names_check_verdict_and_remedy(
    call: Call, person: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People get a table and a count; exit code 1, since an index that does not answer blocks."""
    write_catalog(person)
    monkeypatch.setenv("COLUMNS", "200")
    told = call("doctor")
    assert told.code == 1
    assert "credential for company" in told.out
    assert "set TWINE_API_TOKEN" in told.out
    assert "2 in a release's way" in told.out


def test_json_is_one_object_and_a_sound_foundry_ends_with_0(call: Call, person: Path) -> None:
    """Programs get every finding; with --index, that index is looked at instead of those in use."""
    write_catalog(person)
    told = call("doctor", "--index", "local", "--json")
    assert told.code == 0, told.out
    found = json.loads(told.out)
    assert found["blocks"] is False
    assert {"check", "verdict", "found", "remedy"} == set(found["findings"][0])
    assert call("doctor", "--index", "nope").code == 2


VARIABLES = {
    "variables": {"TWINE_USERNAME": "alice", "TWINE_PASSWORD": PASSWORD},
    "password alone": {"TWINE_PASSWORD": PASSWORD},
    "token": {"TWINE_API_TOKEN": TOKEN},
    "token in the username": {"TWINE_USERNAME": TOKEN, "TWINE_PASSWORD": PASSWORD},
    "pypirc that others read": {"TWINE_API_TOKEN": TOKEN},
    "proxy": {"HTTPS_PROXY": f"http://alice:{TOKEN}@[127.0.0.1:9"},
}
PYPIRCS = {
    "pypirc": f"{SECTION}password = {PASSWORD}\n",
    "pypirc that others read": f"{SECTION}password = {PASSWORD}\n",
    "broken pypirc": f"{SECTION}password = {PASSWORD}\n{PASSWORD[:16]}\n",
}
CATALOGS = {
    "store": CATALOG.format(address=NOWHERE, store=f'store = "ftp://alice:{TOKEN}@127.0.0.1:9/x"'),
    "store of no kind": CATALOG.format(address=NOWHERE, store=f'store = "none://alice:{TOKEN}@127.0.0.1/x"'),
    "proxy": CATALOG.format(address="https://i.example", store=""),
    "index": CATALOG.format(address=f"https://alice:{TOKEN}@127.0.0.1:9", store=""),
}
SETTINGS = {
    "broken dagster.yaml": f"storage: {{postgres: {{postgres_db: {{password: {TOKEN}, hostname: [}}}}}}\n",
    "dagster.yaml": f"storage:\n  postgres:\n    postgres_url: postgresql://alice:{TOKEN}@127.0.0.1:9/x\n",
}
KEYRINGS = {
    "keyring": f"return keyring.credentials.SimpleCredential('alice', {TOKEN!r})",
    "keyring that fails": f"raise RuntimeError({TOKEN!r})",
    "keyring that is locked": f"import keyring.errors; raise keyring.errors.KeyringLocked({TOKEN!r})",
    "keyring that prints": f"print({TOKEN!r}); return None",
    "keyring that ends the process": f"raise SystemExit({TOKEN!r})",
}
TOLD = {
    "variables": "TWINE_USERNAME/TWINE_PASSWORD as `alice`",
    "password alone": "TWINE_PASSWORD is set without TWINE_USERNAME",
    "token": "TWINE_API_TOKEN as `__token__`, fingerprint ",
    "token in the username": "the username is a token",
    "proxy": "InvalidURL",
    "pypirc": ".pypirc as `alice`",
    "pypirc that others read": "other people of this machine can read it",
    "broken pypirc": "it cannot be read as a configuration file",
    "store": "://…@127.0.0.1",
    "store of no kind": "none://…@127.0.0.1",
    "index": "holds a credential",
    "broken dagster.yaml": "dagster.yaml cannot be read",
    "dagster.yaml": "its history does not open",
    "keyring": "keyring as `alice`, fingerprint ",
    "keyring that fails": "asking it failed: exit code 1",
    "keyring that is locked": "there is none",
    "keyring that prints": "it answered nothing readable",
    "keyring that ends the process": "asking it failed: exit code 1",
}
"""Where people keep secrets, rightly or wrongly, and what shows that the doctor came by there."""


def keep(where: str, person: Path, house: House, patch: pytest.MonkeyPatch) -> None:
    """Put the secret where people keep theirs."""
    (person / "foundry.toml").write_text(
        CATALOGS.get(where, CATALOG.format(address=NOWHERE, store="")), encoding="utf-8"
    )
    variables = VARIABLES.get(where, {})
    if where in KEYRINGS:
        variables = keyring_environ(person, KEYRINGS[where], patch)
    for name, value in variables.items():
        patch.setenv(name, value)
    if where in PYPIRCS:
        (person / ".pypirc").write_text(PYPIRCS[where], encoding="utf-8")
        (person / ".pypirc").chmod(0o644 if "others" in where else 0o600)
    if where in SETTINGS:
        (house.home.dagster / "dagster.yaml").write_text(SETTINGS[where], encoding="utf-8")


@pytest.mark.parametrize("where", TOLD)
def test_no_secret_is_shown_from_wherever_it_is_kept(
    call: Call, house: House, person: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Table, JSON and standard error are searched for every form of the secret: not one sighting."""
    if sys.platform == "win32" and (where in KEYRINGS or "others" in where):
        pytest.skip("the backend is brought in by a link; files have no such rights")
    keep(where, person, house, monkeypatch)
    monkeypatch.setenv("COLUMNS", "5000")
    tokens = {f"token, {name}": form for name, form in forms_of("alice", TOKEN).items()}
    table, told = call("doctor"), call("doctor", "--json")
    assert table.code == told.code == 1
    findings = json.loads(told.out)["findings"]
    assert any(TOLD[where] in finding["found"] for finding in findings), findings
    seen = [
        sightings(text, forms_of("alice", PASSWORD) | tokens, where)
        for text in (table.out, table.err, told.out, told.err)
    ]
    assert seen == [[], [], [], []]
