"""Opening Dagster's instance in a home, whatever database its settings name.

Add here what keeps an instance from opening, and what a person does about it.
Not here: which process may open it when (history), and looking at what it holds (doctor).
"""

from __future__ import annotations

import re

import dagster as dg

from foundry_assets.errors import FoundryError
from foundry_assets.places import Home

_UNSET = re.compile(r'environment variable "(\w+)" which is not set')


def instance_of(home: Home) -> dg.DagsterInstance:
    """Open the instance; raises `FoundryError` where its settings or its database do not let it.

    Of what went wrong only the kind is told: a library's own words may hold an address with a password.
    """
    try:
        return dg.DagsterInstance.from_config(str(home.dagster))
    except Exception as error:
        raise FoundryError(
            f"Dagster's instance in {home.dagster} does not open ({type(error).__name__})",
            remedy=_remedy(error, home),
        ) from None


def _remedy(error: Exception, home: Home) -> str:
    if unset := sorted(set(_UNSET.findall(str(error)))):
        return f"set what its dagster.yaml names: {', '.join(unset)}"
    if isinstance(error, ModuleNotFoundError):
        return (
            f'install `{error.name}`; what deployments need: pip install "release-foundry[postgres,celery]"'
        )
    return f"see that its database answers, with what {home.dagster / 'dagster.yaml'} names, then try again"
