"""Juara: sales performance management whose every number can be trusted."""

__version__ = "0.1.0"
