"""The craft of the monthly rehearsal."""
