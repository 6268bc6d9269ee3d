"""What the foundry costs beside the usual tools and as a home grows: `python -m foundry_tests.benchmarks`."""
