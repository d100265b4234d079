"""The program of the region: it wires the rooms together and decides nothing."""
