"""The pages: one file per route; importing this room registers them all."""

from club_ui.pages import folders, now, signin

__all__ = ["folders", "now", "signin"]
