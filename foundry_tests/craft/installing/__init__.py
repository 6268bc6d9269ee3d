"""Trying wheels, part by part."""
