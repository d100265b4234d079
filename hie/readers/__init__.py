"""Bytes into records, without clock, disk or network."""
