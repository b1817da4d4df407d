"""The pages: one file per route; importing this room registers them all."""

from club_ui.pages import (
    add,
    board,
    calls,
    choices,
    client,
    connections,
    folder,
    folders,
    missing,
    now,
    playbooks,
    products,
    settings,
    signin,
    staff,
    win_back,
)

__all__ = [
    "add",
    "board",
    "calls",
    "choices",
    "client",
    "connections",
    "folder",
    "folders",
    "missing",
    "now",
    "playbooks",
    "products",
    "settings",
    "signin",
    "staff",
    "win_back",
]
