"""What the pages show and what may be asked of them: one class per page, each handler a few lines to a door."""
