"""The schema's history; each revision works with the previous release's code."""
