"""The search index (tantivy), the one question object, facets and suggestions."""
