"""Says one word."""

from story_quick.words import WORD

__all__ = ["WORD"]
