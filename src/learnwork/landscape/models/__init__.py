"""What the map keeps of its own; entries, roles, grants and ties are documents of the registry."""
