"""Emergencies, the care they lead to, and their reviews."""
