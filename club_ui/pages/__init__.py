"""The pages: one file per route; importing this room registers them all."""

from club_ui.pages import client, folder, folders, missing, now, signin

__all__ = ["client", "folder", "folders", "missing", "now", "signin"]
