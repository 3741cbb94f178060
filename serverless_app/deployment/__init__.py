"""Packaging, deploying, removing; the description of what is deployed is beside it."""
