"""The catalog's webhook: told of a release that failed; one that fails is told itself, and stops nothing.

Add here what a receiver needs to know, and another limit.
Not here: which runs are told (failed_runs).
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

_LIMIT_SECONDS = 10.0


def call_webhook(webhook: SecretStr, told: Mapping[str, Any]) -> str:
    """Post what is told as JSON, once; gives "" or why it did not arrive, without the address.

    The address may be the secret, so it is shown nowhere: urllib, unlike requests' libraries, logs nothing,
    and its errors' own words are not passed on. Never raises.
    """
    try:
        address = _address(webhook)
        if not address:
            return "the variable that holds its address is not set to one"
        body = json.dumps(told).encode()
        heads = {"Content-Type": "application/json", "User-Agent": "release-foundry"}
        request = urllib.request.Request(address, data=body, headers=heads, method="POST")  # noqa: S310 - checked
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=_LIMIT_SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        error.close()
        return f"it answered {error.code}"
    except urllib.error.URLError as error:
        return f"it cannot be reached ({type(error.reason).__name__})"
    except Exception as error:  # whatever it is, a notice must not stop the evidence of other runs
        return f"it gave no answer ({type(error).__name__})"


def _address(webhook: SecretStr) -> str:
    text = webhook.get_secret_value()
    address = os.environ.get(text[1:], "") if text.startswith("$") else text
    return address if urlsplit(address).scheme in ("https", "http") else ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Lets no answer send the notice elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing; the answer then counts as the error that it is."""
