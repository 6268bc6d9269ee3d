"""The word."""

WORD: str = "quick"
