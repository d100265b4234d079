"""What comes in: sources, edges, readings, filing, and how a feed is."""
