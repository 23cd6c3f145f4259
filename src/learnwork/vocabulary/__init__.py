"""What can be said: resource types, properties, concept schemes, codes, measures; checks of a document."""
