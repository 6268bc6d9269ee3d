"""Turns titles into slugs."""

import re

__all__ = ["slug"]


def slug(title: str) -> str:
    """Give a title's slug."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))
