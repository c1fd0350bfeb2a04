"""The figures of the README: each module prints some."""
