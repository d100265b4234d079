"""Builders: a person, a record, a document, a region, a served hub, in a line each."""
