"""Reading the words."""

from importlib.resources import files


def first_word() -> str:
    """Give the first word."""
    return files("story_words").joinpath("data/words.txt").read_text("utf-8").split()[0]
