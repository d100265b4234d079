"""Which sensitive classes a document belongs to."""
