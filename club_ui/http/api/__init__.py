"""The API for other programs, `/api/v1`: its shapes are a promise; things are added to them and never changed.

Each route has its row in `rights.toml` as `key:<deed>`, checked before the route runs. A route reads its
input strictly (`taking`), calls one door or one read, and says what came of it (`shapes`). To add a route:
write it in the file of its noun, its row in the matrix, its sentence `api.<name of the function>` in
the catalogue.
"""

from __future__ import annotations

from typing import Final

from club_ui.http.api import cards, changes, clients, described, facts, folders, health, nowhere

#: In this order: the last answers wherever none of the others does.
ROUTERS: Final = tuple(
    room.router for room in (health, clients, facts, folders, cards, changes, described, nowhere)
)
