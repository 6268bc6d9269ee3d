"""The ways of starting a release."""
