"""Deciding and writing down: who may see what, publish what, and how a route says so."""
