"""Tests of craft/preflight."""
