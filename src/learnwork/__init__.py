"""Learnwork: the open registry and map of the learn-and-work ecosystem."""

__version__ = "0.1.0"
