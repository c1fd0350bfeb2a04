"""Turns a course's corrections into fine-tuned generations of the model that makes it."""
