"""The key ring: one command a file."""
