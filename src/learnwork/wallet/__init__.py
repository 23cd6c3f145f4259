"""Records with Django: issuers and their keys, recipients, collections, sharing, pages and APIs."""
