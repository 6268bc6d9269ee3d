"""Seeing versions."""
