"""What `benchmarks.fuzz` tries: inputs that nobody would write, and what has to hold of the answer to any of them."""
