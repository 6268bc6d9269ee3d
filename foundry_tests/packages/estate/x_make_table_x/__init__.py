"""Lays out tables."""
