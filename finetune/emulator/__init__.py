"""A server that answers like a provider with fine-tuning, Messages and Batches, and goes wrong when it is told to."""
