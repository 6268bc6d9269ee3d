"""Tests of batch orders."""
