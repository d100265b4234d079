"""Who could see what on a day, as known then and now, and what a change would open."""
