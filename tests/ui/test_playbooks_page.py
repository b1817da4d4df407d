"""The page of playbooks, and the box on the profile, loaded without a browser."""

from club_ui.state.client import ClientState
from club_ui.state.playbooks import PlaybooksState
from lifecycle.actions.playbooks import change_playbook


async def test_the_page_lists_every_relation_in_the_readers_language(here):
    state = PlaybooksState(_reflex_internal_init=True)

    await state._load(here)

    assert [row.relation for row in state.pages][:3] == ["new", "in_progress", "current"]
    assert state.pages[0].aim == "Квалифицировать: узнать, чего хочет и когда."
    assert (state.pages[0].goal.code, state.pages[2].stays) == ("in_progress", True)
    assert state.may_change


async def test_the_profile_shows_what_to_do_with_this_client(here, given, small_club):
    texts = {"means": "", "aim": "Позвонить сейчас", "steps": "", "questions": ""}
    change_playbook(small_club, here.desk, "new", language="ru", texts=texts, goal="in_progress", priority=1, version=0)
    state = ClientState(_reflex_internal_init=True)
    state.number = str(given())

    await state._load(here)

    assert (state.playbook.relation, state.playbook.aim) == ("new", "Позвонить сейчас")
