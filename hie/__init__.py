"""Tsunagu HIE: a regional health-information exchange engine."""

__version__ = "2026.11.0"
