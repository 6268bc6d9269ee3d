"""Verifying a release: whatever was changed is found, and what was not is left in peace."""
