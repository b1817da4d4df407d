"""One state class per page: what the page shows, its `_load`, handlers of a few lines that call a door."""
