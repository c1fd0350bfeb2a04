"""Figures about answers. Pure."""
