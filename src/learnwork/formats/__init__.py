"""Readers and writers, one module a format. No Django: a reader turns files into items, and nothing else."""
