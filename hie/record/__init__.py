"""The words of the house. Standard library only; everything else may import from here."""
