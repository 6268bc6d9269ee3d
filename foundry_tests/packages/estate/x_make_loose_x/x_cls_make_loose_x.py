"""Imports its neighbour as a script would: nobody who installs it has this folder on the path."""

from x_cls_loose_words import WORD


class XClsMakeLooseX:
    def run(self):
        return WORD
