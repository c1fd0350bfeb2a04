"""The stages: one thin program each, run by DVC as `python -m scripts.STAGE`."""
