"""The map: who works on what, how fast, together or not, and what changed between two editions."""
