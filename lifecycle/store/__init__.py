"""Every query of the club, one file per noun, on a plain connection.

Functions that show rows of clients take the acting person and give only rows of their branches.
"""

from lifecycle.store import (
    access_cards,
    board,
    branches,
    calls,
    cards,
    changes,
    choices,
    clients,
    columns,
    deliveries,
    facts,
    folders,
    imports,
    integrity,
    leader,
    playbooks,
    policies,
    search,
    settings,
    sources,
    standings,
    tables,
)

__all__ = [
    "access_cards",
    "board",
    "branches",
    "calls",
    "cards",
    "changes",
    "choices",
    "clients",
    "columns",
    "deliveries",
    "facts",
    "folders",
    "imports",
    "integrity",
    "leader",
    "playbooks",
    "policies",
    "search",
    "settings",
    "sources",
    "standings",
    "tables",
]
