"""Work that grows faster than the data, written once as SQL: DuckDB in the process, Spark on a cluster."""
