"""Consents at the desk: written down by one, made to count by another, taken back."""
