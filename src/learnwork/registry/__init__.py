"""Sources, envelopes, resources, observations, links, decisions; composition; the sequence of changes."""
