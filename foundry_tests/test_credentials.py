"""A credential is found in exactly one place, judged by its shape, and never shown.

Add here another source, or another way of declaring one wrongly.
Not here: what becomes of the secret in the upload process (craft/uploading/test_secrecy).
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import pytest
import twine.utils

from foundry_assets.catalog import Index
from foundry_assets.credential_source import CredentialSource, Secret
from foundry_assets.credentials import find_credentials, read_secret
from foundry_assets.errors import CredentialsUnusable
from foundry_assets.token_shape import fingerprint, token_location


def token_for(upload_url: str, canary: str = "canary") -> str:
    """Make a token of an index's own shape."""
    location = upload_url.split("/")[2].removeprefix("upload.").encode()
    raw = bytes([2, 1, len(location)]) + location + bytes([2, 40]) + canary.encode() * 8
    return "pypi-" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


REAL = Index(name="pypi", upload_url=twine.utils.DEFAULT_REPOSITORY, simple_url="https://i.example/simple/")
TEST = Index(name="testpypi", upload_url=twine.utils.TEST_REPOSITORY, simple_url="https://i.example/simple/")
COMPANY = Index(
    name="company", upload_url="https://i.example/legacy/", simple_url="https://i.example/simple/"
)
LOCAL = Index(name="local", upload_url="http://127.0.0.1:1/", simple_url="http://127.0.0.1:1/simple/")
TOKEN = token_for(REAL.upload_url)
PASSWORD = "canary-password"


@pytest.fixture
def pypirc(tmp_path: Path) -> Path:
    """Name a .pypirc that is not there yet."""
    return tmp_path / ".pypirc"


def write(pypirc: Path, text: str, mode: int = 0o600) -> None:
    """Write a .pypirc with a file mode."""
    pypirc.write_text(text, encoding="utf-8")
    pypirc.chmod(mode)


def company_section(password: str = PASSWORD, address: str = COMPANY.upload_url) -> str:
    """Give a .pypirc for the company's index."""
    return (
        f"[distutils]\nindex-servers = company\n[company]\nrepository = {address}\n"
        f"username = alice\npassword = {password}\n"
    )


def test_embedded_index_needs_none(pypirc: Path) -> None:
    """`local` and an anonymous index ask for no credential, whatever the environment holds."""
    for index in (LOCAL, COMPANY.model_copy(update={"anonymous": True})):
        assert find_credentials(index, {"TWINE_API_TOKEN": TOKEN}, pypirc=pypirc) == CredentialSource("none")


@pytest.mark.parametrize(
    ("index", "environ", "source", "username"),
    [
        (REAL, {"TWINE_API_TOKEN": TOKEN}, "TWINE_API_TOKEN", "__token__"),
        (REAL, {"TWINE_PASSWORD": TOKEN}, "TWINE_USERNAME/TWINE_PASSWORD", "__token__"),
        (
            COMPANY,
            {"TWINE_USERNAME": "alice", "TWINE_PASSWORD": PASSWORD},
            "TWINE_USERNAME/TWINE_PASSWORD",
            "alice",
        ),
        (
            COMPANY,
            {"TWINE_API_TOKEN": "glpat-something", "TWINE_PASSWORD": ""},
            "TWINE_API_TOKEN",
            "__token__",
        ),
    ],
)
def test_environment(pypirc: Path, index: Index, environ: dict[str, str], source: str, username: str) -> None:
    """Each way of declaring a credential in the environment is told by its name."""
    found = find_credentials(index, environ, pypirc=pypirc)
    assert (found.source, found.username) == (source, username)
    secret = read_secret(
        found, index_name=index.name, upload_url=index.upload_url, environ=environ, pypirc=pypirc
    )
    assert secret.value in environ.values()


@pytest.mark.parametrize("section", ["company", "another-name"])
def test_pypirc_section_by_name_or_address(pypirc: Path, section: str) -> None:
    """The index's section is the one with its name, or with its address."""
    write(pypirc, company_section().replace("company", section))
    found = find_credentials(COMPANY, {}, pypirc=pypirc)
    assert found == CredentialSource(".pypirc", "alice", "")
    secret = read_secret(
        found, index_name="company", upload_url=COMPANY.upload_url, environ={}, pypirc=pypirc
    )
    assert secret.value == PASSWORD


def refusal(index: Index, environ: dict[str, str], pypirc: Path) -> str:
    """Give all that is said when a credential is refused; it never holds a secret."""
    with pytest.raises(CredentialsUnusable) as caught:
        find_credentials(index, environ, pypirc=pypirc)
    told = f"{caught.value}\n{caught.value!r}\n{caught.value.args}\n{caught.value.__cause__}"
    for secret in (PASSWORD, TOKEN, TOKEN[-20:], token_for(TEST.upload_url)):
        assert secret not in told
    assert caught.value.remedy
    return told


@pytest.mark.parametrize(
    ("index", "environ", "told"),
    [
        (REAL, {}, "there is none"),
        (REAL, {"TWINE_API_TOKEN": ""}, "set, but empty"),
        (REAL, {"TWINE_USERNAME": "alice"}, "there is none"),
        (REAL, {"TWINE_API_TOKEN": TOKEN, "TWINE_PASSWORD": TOKEN}, "more than one"),
        (REAL, {"TWINE_API_TOKEN": token_for(TEST.upload_url)}, "is a token of test."),
        (TEST, {"TWINE_API_TOKEN": TOKEN}, "not of this index"),
        (COMPANY, {"TWINE_API_TOKEN": TOKEN}, "not of this index"),
        (REAL, {"TWINE_API_TOKEN": PASSWORD}, "not the shape"),
        (REAL, {"TWINE_API_TOKEN": "pypi-" + PASSWORD}, "not the shape"),
        (REAL, {"TWINE_USERNAME": "alice", "TWINE_PASSWORD": PASSWORD}, "takes API tokens"),
        (REAL, {"TWINE_USERNAME": TOKEN, "TWINE_PASSWORD": "x"}, "username is a token"),
        (REAL, {"TWINE_API_TOKEN": TOKEN + "\n"}, "blank"),
        (COMPANY, {"TWINE_USERNAME": "a:b", "TWINE_PASSWORD": PASSWORD}, "colon"),
        (COMPANY, {"TWINE_USERNAME": "alice", "TWINE_PASSWORD": "пароль"}, "survive"),
        (COMPANY, {"TWINE_PASSWORD": PASSWORD}, "without TWINE_USERNAME"),
        (REAL, {"TWINE_API_TOKEN": TOKEN, "TWINE_REPOSITORY_URL": TEST.upload_url}, "another index"),
        (REAL, {"TWINE_API_TOKEN": TOKEN, "TWINE_REPOSITORY": "testpypi"}, "another index"),
    ],
)
def test_wrongly_declared(pypirc: Path, index: Index, environ: dict[str, str], told: str) -> None:
    """None, two, or one of the wrong shape is told before anything is built, with no secret in it."""
    assert told in refusal(index, environ, pypirc)


def test_unprotected_address(pypirc: Path) -> None:
    """A credential is not sent over http, but to loopback."""
    index = Index(
        name="company", upload_url="http://i.example/legacy/", simple_url="http://i.example/simple/"
    )
    environ = {"TWINE_USERNAME": "alice", "TWINE_PASSWORD": PASSWORD}
    assert "unprotected" in refusal(index, environ, pypirc)
    loopback = Index(
        name="company", upload_url="http://127.0.0.1:1/", simple_url="http://127.0.0.1:1/simple/"
    )
    assert find_credentials(loopback, environ, pypirc=pypirc).username == "alice"


def test_every_fault_at_once(pypirc: Path) -> None:
    """A person mends all that is wrong in one go."""
    write(pypirc, company_section())
    told = refusal(COMPANY, {"TWINE_API_TOKEN": TOKEN + " ", "TWINE_REPOSITORY": "other"}, pypirc)
    for word in ("another index", "blank", "more than one"):
        assert word in told


def test_pypirc_for_another_address(pypirc: Path) -> None:
    """A section with the index's name and another address is told, not used."""
    write(pypirc, company_section(address="https://other.example/"))
    assert "another address" in refusal(COMPANY, {}, pypirc)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes of this kind")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_pypirc_that_others_can_read(pypirc: Path, mode: int) -> None:
    """A secret in a file that others can read is told; a file without this index's secret is not."""
    write(pypirc, company_section(), mode)
    assert "other people" in refusal(COMPANY, {}, pypirc)
    assert find_credentials(REAL, {"TWINE_API_TOKEN": TOKEN}, pypirc=pypirc).source == "TWINE_API_TOKEN"


def test_unreadable_pypirc_shows_none_of_its_lines(pypirc: Path) -> None:
    """A parser's message quotes the line it stumbles over; ours does not."""
    write(pypirc, f"[company]\n{PASSWORD}\npassword\n")
    assert "cannot be read" in refusal(COMPANY, {}, pypirc)


def test_changed_credential_is_not_sent(pypirc: Path) -> None:
    """What was found before the build must still be there at the upload."""
    found = find_credentials(REAL, {"TWINE_API_TOKEN": TOKEN}, pypirc=pypirc)
    other = {"TWINE_API_TOKEN": token_for(REAL.upload_url, "another")}
    with pytest.raises(CredentialsUnusable, match="another one"):
        read_secret(found, index_name="pypi", upload_url=REAL.upload_url, environ=other, pypirc=pypirc)


@pytest.mark.parametrize(
    ("index", "environ", "trusted"),
    [
        (REAL, {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x", "ACTIONS_ID_TOKEN_REQUEST_URL": "y"}, True),
        (REAL, {"GITLAB_CI": "true", "PYPI_ID_TOKEN": "x"}, True),
        (REAL, {"ACTIONS_ID_TOKEN_REQUEST_URL": "y"}, False),
        (COMPANY, {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x", "ACTIONS_ID_TOKEN_REQUEST_URL": "y"}, False),
    ],
)
def test_trusted_publishing(pypirc: Path, index: Index, environ: dict[str, str], trusted: bool) -> None:
    """The platform's identity counts where nothing is declared, without asking anybody."""
    if not trusted:
        assert "there is none" in refusal(index, environ, pypirc)
        return
    assert find_credentials(index, environ, pypirc=pypirc).source == "trusted publishing"
    declared = environ | {"TWINE_API_TOKEN": TOKEN}
    assert find_credentials(index, declared, pypirc=pypirc).source == "TWINE_API_TOKEN"


def test_fingerprint_tells_tokens_apart_and_no_password() -> None:
    """A token has a fingerprint of twelve digits; a password has none, for it could be guessed from one."""
    prints = {fingerprint(token_for(REAL.upload_url, canary)) for canary in ("one", "two")}
    assert len(prints) == 2
    assert {len(text) for text in prints} == {12}
    assert fingerprint(PASSWORD) == ""


@pytest.mark.parametrize("text", ["", "pypi-", "pypi-A", "pypi-AgE", "pypi-////", "glpat-AgEIcHlwaS5vcmc"])
def test_what_is_no_token_names_no_host(text: str) -> None:
    """Only a whole token of the known shape names its index."""
    assert token_location(text) == ""


def test_secret_does_not_show_itself() -> None:
    """Printing a secret by accident prints its username."""
    assert PASSWORD not in repr(Secret("alice", PASSWORD)) + str(Secret("alice", PASSWORD))


def test_a_variable_that_is_named_is_the_only_source(pypirc: Path) -> None:
    """Whatever else is declared is not looked at; evidence tells the variable's name and no value."""
    write(pypirc, company_section())
    environ = {"OWN_TOKEN": TOKEN, "TWINE_PASSWORD": PASSWORD, "TWINE_REPOSITORY": "company"}
    found = find_credentials(REAL, environ, pypirc=pypirc, variable="OWN_TOKEN")
    assert found.name == "environment variable OWN_TOKEN"
    assert (found.username, found.fingerprint) == ("__token__", fingerprint(TOKEN))
    assert TOKEN not in repr(found)

    def read(told: dict[str, str]) -> str:
        address = REAL.upload_url
        return read_secret(found, index_name=REAL.name, upload_url=address, environ=told, pypirc=pypirc).value

    assert read(environ) == TOKEN
    for other in ({}, {"OWN_TOKEN": token_for(REAL.upload_url, "another")}):
        with pytest.raises(CredentialsUnusable, match="from environment variable OWN_TOKEN is gone"):
            read(other)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"TWINE_API_TOKEN": TOKEN}, "OWN_TOKEN: it is not set"),
        ({"OWN_TOKEN": "", "TWINE_API_TOKEN": TOKEN}, "OWN_TOKEN: it is set, but empty"),
        ({"OWN_TOKEN": PASSWORD}, "OWN_TOKEN: it has not the shape"),
        ({"OWN_TOKEN": token_for(TEST.upload_url)}, "OWN_TOKEN: it is a token of"),
    ],
)
def test_a_named_variable_without_a_fitting_credential_is_refused(
    pypirc: Path, environ: dict[str, str], told: str
) -> None:
    """No other source steps in, and what is in the variable is never repeated."""
    with pytest.raises(CredentialsUnusable) as raised:
        find_credentials(REAL, environ, pypirc=pypirc, variable="OWN_TOKEN")
    assert told in str(raised.value)
    assert not any(value in str(raised.value) for value in environ.values() if value)
    assert find_credentials(LOCAL, environ, pypirc=pypirc, variable="OWN_TOKEN").source == "none"
