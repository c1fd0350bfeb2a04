"""The tests: one file per stage and per part, named as sentences."""
