"""The search index: fragments of names and of phone numbers, on both databases alike.

Every word and every number is kept with all its endings, so that a fragment from the middle is
the beginning of some ending: one prefix query finds "7-33" and "ванов" without a second index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from lifecycle.names import norm
from lifecycle.phones import digits_of

_SHORTEST = 3
CANDIDATES = 500


def tokens(name: str, numbers: Iterable[str], others: Iterable[str] = ()) -> str:
    """What is indexed of a client: the words of the name and other texts, the digits of the numbers, and their endings."""
    words = [word for part in (name, *others) for word in _words(part)]
    found = {
        ending for word in (*words, *(digits_of(number) for number in numbers)) for ending in _endings(word)
    }
    return " ".join(sorted(found))


def put(conn: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Index clients anew: (client id, tokens) each."""
    if not rows:
        return
    remove(conn, [client_id for client_id, _ in rows])
    conn.execute(
        text(_INSERT[conn.dialect.name]), [{"id": client_id, "tokens": body} for client_id, body in rows]
    )


def remove(conn: Connection, client_ids: Sequence[int]) -> None:
    """Take clients out of the index."""
    conn.execute(text(_DELETE[conn.dialect.name]), [{"id": client_id} for client_id in client_ids])


def clear(conn: Connection) -> None:
    """Take everybody out of the index."""
    conn.execute(text("DELETE FROM client_search"))


def candidates(conn: Connection, query: str, limit: int = CANDIDATES) -> list[int]:
    """Ids of clients that match every fragment; at most `limit`, in no order. None for an empty query."""
    forms = _forms(query)
    if not forms:
        return []
    spell = _fts if conn.dialect.name == "sqlite" else _tsquery
    found = conn.execute(text(_MATCH[conn.dialect.name]), {"query": spell(forms), "limit": limit})
    return [row[0] for row in found]


def indexed(conn: Connection) -> dict[int, str]:
    """Everything in the index, for the check."""
    return {row[0]: row[1] for row in conn.execute(text(_ALL[conn.dialect.name]))}


def _words(part: str) -> list[str]:
    return [
        "".join(letter for letter in word if letter.isalnum())
        for word in norm(part).replace("-", " ").split()
    ]


def _endings(word: str) -> list[str]:
    return [word[start:] for start in range(max(1, len(word) - _SHORTEST + 1))] if word else []


def _forms(query: str) -> list[list[str]]:
    """The ways to read a query, each a list of fragments that must all be found."""
    if query and not any(letter.isalpha() for letter in query) and (digits := digits_of(query)):
        # People of the region type 8 for the country's code.
        return [[digits], [digits[1:]]] if digits.startswith("8") and len(digits) > _SHORTEST else [[digits]]
    words = [word for word in _words(query) if word]
    return [words] if words else []


def _fts(forms: list[list[str]]) -> str:
    return " OR ".join("(" + " AND ".join(f'"{word}"*' for word in words) + ")" for words in forms)


def _tsquery(forms: list[list[str]]) -> str:
    return " | ".join("(" + " & ".join(f"'{word}':*" for word in words) + ")" for words in forms)


_INSERT = {
    "sqlite": "INSERT INTO client_search(rowid, tokens) VALUES (:id, :tokens)",
    "postgresql": "INSERT INTO client_search(client_id, tokens, vector) VALUES (:id, :tokens, "
    "array_to_tsvector(string_to_array(:tokens, ' ')))",
}
_DELETE = {
    "sqlite": "DELETE FROM client_search WHERE rowid = :id",
    "postgresql": "DELETE FROM client_search WHERE client_id = :id",
}
_MATCH = {
    "sqlite": "SELECT rowid FROM client_search WHERE client_search MATCH :query LIMIT :limit",
    "postgresql": "SELECT client_id FROM client_search WHERE vector @@ CAST(:query AS tsquery) LIMIT :limit",
}
_ALL = {
    "sqlite": "SELECT rowid, tokens FROM client_search",
    "postgresql": "SELECT client_id, tokens FROM client_search",
}

#: Made by the first migration; no table of the other kind, so it stands here beside its queries.
CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE client_search USING fts5("
        "tokens, tokenize='unicode61 remove_diacritics 0', prefix='1 2 3 4', detail=none)",
    ),
    "postgresql": (
        "CREATE TABLE client_search (client_id bigint PRIMARY KEY, tokens text NOT NULL, vector tsvector NOT NULL)",
        "CREATE INDEX client_search_by_token ON client_search USING gin (vector)",
    ),
}
