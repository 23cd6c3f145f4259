"""Composition only: settings, URLs, home, the resource page, the API root."""
