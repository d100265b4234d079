"""Whose number is whose: likeness, two people, doubt, split."""
