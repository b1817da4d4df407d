"""What is typed and not yet sent lies with the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from club_ui import forms
from lifecycle.actions import drafts
from lifecycle.errors import BadInput


def test_a_draft_is_there_again(small_club, owner):
    drafts.keep_draft(small_club, owner, "deed:sell:1", {"product": "Йога"})

    assert drafts.draft_at(small_club, owner, "deed:sell:1") == {"product": "Йога"}


def test_a_draft_is_nobody_elses(small_club, owner):
    drafts.keep_draft(small_club, owner, "add", {"phone": "1"})

    assert drafts.draft_at(small_club, replace(owner, staff_id=2), "add") == {}


def test_an_emptied_draft_is_forgotten(small_club, owner):
    drafts.keep_draft(small_club, owner, "add", {"phone": "1"})
    drafts.keep_draft(small_club, owner, "add", {"phone": ""})

    assert drafts.draft_at(small_club, owner, "add") == {}


def test_what_was_sent_leaves_no_draft(small_club, owner):
    drafts.keep_draft(small_club, owner, "add", {"phone": "1"})
    drafts.drop_draft(small_club, owner, "add")

    assert drafts.draft_at(small_club, owner, "add") == {}


def test_a_draft_nobody_came_back_to_is_swept(small_club, owner):
    drafts.keep_draft(small_club, owner, "old", {"phone": "1"})
    small_club.clock.at = small_club.clock.now() + drafts.KEPT + timedelta(days=1)
    drafts.keep_draft(small_club, owner, "new", {"phone": "2"})

    assert drafts.draft_at(small_club, owner, "old") == {}


def test_keeping_a_draft_announces_nothing(small_club, owner):
    heard = []
    small_club.listeners.append(lambda _whose: heard.append(1))

    drafts.keep_draft(small_club, owner, "add", {"phone": "1"})

    assert heard == []


@pytest.mark.parametrize("text", [{"name": "a" * 5000}, {"name": "\0"}, {"name": "\ud800"}, {"name": 1}, dict.fromkeys(map(str, range(100)), "x")])
def test_what_no_store_can_hold_is_refused(small_club, owner, text):
    with pytest.raises(BadInput):
        drafts.keep_draft(small_club, owner, "add", text)


def test_a_draft_holds_what_was_typed_and_nothing_that_stands_behind_the_form():
    assert "version" not in forms.typed_fields("change_client")
    assert "name" in forms.typed_fields("change_client")
