"""Drafting projects for sources that declare none."""
