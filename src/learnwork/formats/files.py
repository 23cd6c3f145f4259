"""Opening files that cannot be trusted: digests, bounds, encodings, archives."""
