"""Uploads, against an index that fails on purpose."""
