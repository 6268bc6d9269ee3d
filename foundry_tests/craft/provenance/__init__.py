"""Tests of the standard forms of provenance."""
