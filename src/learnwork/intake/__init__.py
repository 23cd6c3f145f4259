"""Everything that comes in: loading releases, checks, holding back, reports."""
