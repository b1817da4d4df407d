"""Playbooks: what ships is complete, a club's own page counts, and its priority orders the cards of a day."""

import pytest

from lifecycle import playbooks, store
from lifecycle.actions.clients import add_client
from lifecycle.actions.playbooks import change_playbook
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, Refused
from lifecycle.summary import RELATIONS

OWNER = Desk(None, "Olga", "owner")
DESK = Desk(None, "Dina", "front_desk", frozenset({1}))
OWN = {"means": "Asked.", "aim": "Call them.", "steps": "Call\n\n  Write down  \n", "questions": ""}


def changed(club, desk=OWNER, **more):
    given = {"language": "en", "texts": OWN, "goal": "in_progress", "priority": 1, "version": 0, **more}
    return change_playbook(club, desk, given.pop("relation", "new"), **given)


def page(club, relation="new"):
    with club.reading() as conn:
        return store.playbooks.of(conn, relation)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("language", playbooks.LANGUAGES)
def test_every_relation_ships_with_its_guidance_in_every_language(relation, language):
    words = playbooks.shipped(relation).words[language]
    assert words.means
    assert words.aim
    assert words.steps
    assert words.questions


@pytest.mark.parametrize(
    ("relation", "goal"),
    [
        ("new", "in_progress"), ("in_progress", "current"), ("current", "current"), ("departed", "returned"),
        ("returned", "current"), ("foreign", "in_progress"), ("not_target", None),
    ],
)  # fmt: skip
def test_the_goals_that_ship_are_those_of_the_spec(relation, goal):
    assert playbooks.shipped(relation).goal == goal


def test_a_clubs_own_page_counts_and_the_other_languages_stay(club):
    assert changed(club) == 1

    own = page(club)

    assert (own.words["en"].aim, own.words["en"].steps, own.priority) == ("Call them.", ("Call", "Write down"), 1)
    assert own.words["en"].questions == playbooks.shipped("new").words["en"].questions, "what was left empty is what ships"
    assert own.words["ru"] == playbooks.shipped("new").words["ru"]


def test_a_second_save_is_told_that_somebody_was_faster(club):
    changed(club)
    with pytest.raises(Conflict):
        changed(club, texts={**OWN, "aim": "Never call."})
    assert page(club).words["en"].aim == "Call them."
    assert changed(club, version=1, texts={**OWN, "aim": "Write first."}) == 2


@pytest.mark.parametrize(
    "odd",
    [
        {"relation": "friend"}, {"goal": "friend"}, {"priority": 0}, {"priority": 10}, {"language": "de"},
        {"texts": {**OWN, "aim": "a\0b"}}, {"texts": {**OWN, "steps": "x\n" * 13}}, {"texts": {**OWN, "questions": "x" * 301}},
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_and_nothing_changes(club, odd):
    with pytest.raises(BadInput):
        changed(club, **odd)
    assert page(club) == playbooks.shipped("new")


def test_the_front_desk_reads_and_does_not_write(club):
    with pytest.raises(Refused):
        changed(club, DESK)


def test_the_cards_of_a_relation_take_its_place_in_the_day(club):
    added = add_client(club, OWNER, name="Anna", key="a")
    with club.writing() as conn:
        values = {"key": "c", "client_id": added.client_id, "branch_id": 1, "created_at": club.clock.now(), "changed_at": club.clock.now()}
        more = {"placed": 0, "rule": "manual", "episode": "", "number": 1, "cause": {}, "stages": [], "last_words": "", "comments": 0, "created_by": "", "version": 1}
        conn.execute(store.playbooks._card.insert().values(**values, **more, priority=5))

    changed(club, priority=2)

    with club.reading() as conn:
        assert conn.execute(store.playbooks._card.select()).one().priority == 2
        assert store.playbooks.priorities(conn)["new"] == 2
