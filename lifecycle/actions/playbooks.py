"""The door for playbooks: the club's own guidance for a relation, written by the owner or the manager."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle import keeping, playbooks, rights, store
from lifecycle.actions import audit
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict


def change_playbook(
    club: Club,
    desk: Desk,
    relation: str,
    *,
    language: str,
    texts: Mapping[str, str],
    goal: str | None,
    priority: int,
    version: int,
) -> int:
    """Write a relation's page in one language; goal and priority hold in all. Gives the new version.

    `texts`: `means`, `aim`, and `steps` and `questions` a line each; what is left empty is read from what ships.
    Open cards of the relation's clients take their new place in the day at once.
    Raises Refused, BadInput naming each field, Conflict where somebody changed the page meanwhile.
    """
    rights.check(desk, "change_playbooks")
    if language not in playbooks.LANGUAGES:
        raise BadInput.of("language", "bad_choice", value=language[:20], choices=playbooks.LANGUAGES)
    words = playbooks.taken(relation, texts, goal, priority)
    with club.writing() as conn:
        page, now = store.playbooks.of(conn, relation), club.clock.now()
        kept = {**store.playbooks.texts(conn, relation), language: words}
        values = {"texts": kept, "goal": goal, "priority": priority}
        if page.version != version or not store.playbooks.put(conn, page, values, by=desk.name, at=now):
            raise Conflict("changed_meanwhile", version=page.version)
        if relation == "liquidated":
            # Theirs are urgent or last, by what they were: the rules know.
            keeping.look_quietly(conn, store.playbooks.clients_of(conn, relation), now)
        else:
            store.playbooks.reorder(conn, relation, priority)
        audit.append(conn, desk, "change_playbook", at=now, detail={"relation": relation, "language": language})
    return version + 1
