"""The pages: one file per route; importing this room registers them all."""
