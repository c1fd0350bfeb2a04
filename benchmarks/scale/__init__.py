"""What `benchmarks.data` runs: made data with known defects, ours, and other programs on the same files."""
