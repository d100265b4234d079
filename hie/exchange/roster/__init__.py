"""Who takes part: people, their posts, facilities, invitations, relatives."""
