"""Words for a story."""

from story_words.reading import first_word

__all__ = ["first_word"]
