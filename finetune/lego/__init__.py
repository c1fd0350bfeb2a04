"""The domain of LEGOs: tokens, claims and the course rules. Pure."""
