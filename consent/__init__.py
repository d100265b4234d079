"""The gate: who may see what, and why. Pure; knows the words of `hie.record` and nothing else."""
