"""Competencies, the common language: frameworks, profiles, alignment, comparison, matching."""
