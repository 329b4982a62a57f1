"""Figures of shared promises, measured: each module's main() returns them, `./redress bench NAME` prints them."""
