"""The search index: fragments of names and of phone numbers, on both databases alike.

Every word and every number is kept with all its endings, so that a fragment from the middle is
the beginning of some ending: one prefix query finds "7-33" and "ванов" without a second index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import OperationalError

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


def candidates(
    conn: Connection,
    query: str,
    limit: int = CANDIDATES,
    *,
    branch_ids: Collection[int] | None = None,
    folder: int | None = None,
    on_board: Collection[int] | None = None,
) -> list[int]:
    """Ids of clients that match every fragment; at most `limit`, in no order. None for an empty query.

    `branch_ids` and `folder` narrow before the limit: other branches' clients never crowd out one's own.
    So does `on_board`: clients with an open card in one of these branches, wherever their own is.
    """
    forms = _forms(query)
    if not forms or (branch_ids is not None and not branch_ids):
        return []
    kind = conn.dialect.name
    spell = _fts if kind == "sqlite" else _tsquery
    given: dict[str, object] = {"query": spell(forms), "limit": limit}
    narrowed = _MATCH[kind]
    if branch_ids is not None:
        narrowed += " AND client.branch_id IN :branches"
        given["branches"] = list(branch_ids)
    if folder is not None:
        narrowed += " AND EXISTS (SELECT 1 FROM client_folder f WHERE f.client_id = client.id AND f.folder = :folder)"
        given["folder"] = folder
    if on_board is not None:
        narrowed += (
            " AND EXISTS (SELECT 1 FROM card c WHERE c.client_id = client.id AND c.closed_at IS NULL"
            " AND c.branch_id IN :boards)"
        )
        given["boards"] = list(on_board)
    statement = text(f"{narrowed} LIMIT :limit")
    lists = [name for name in ("branches", "boards") if name in given]
    statement = statement.bindparams(*(bindparam(name, expanding=True) for name in lists))
    try:
        return [row[0] for row in conn.execute(statement, given)]
    except OperationalError as error:
        # A letter newer than the database's own tables cuts a word in two, and a cut word matches nobody.
        if "phrase queries" in str(error):
            return []
        raise


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
    "sqlite": "SELECT client.id FROM client_search JOIN client ON client.id = client_search.rowid "
    "WHERE client_search MATCH :query",
    "postgresql": "SELECT client.id FROM client_search JOIN client ON client.id = client_search.client_id "
    "WHERE vector @@ CAST(:query AS tsquery)",
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
