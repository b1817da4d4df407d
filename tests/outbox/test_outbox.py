"""Other systems hear of every change, in order, signed, until they have taken it; and never in a private network."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from lifecycle import store
from lifecycle.actions import clients, out_hooks, recording
from lifecycle.desk import CLUB, Desk
from lifecycle.errors import BadInput, Conflict, NotFound, Refused
from lifecycle.outbox import sending, wire
from lifecycle.scheduler import Scheduler


@pytest.fixture
def hook(club, receiver):
    out_hooks.allow_private(club, CLUB, on=True)
    return out_hooks.create(club, CLUB, name="the warehouse", url=receiver.url)


def anna_comes(club, key="anna"):
    return clients.add_client(club, CLUB, name="Anna Karenina", phone="+79161234567", key=key).client_id


def later(club, **passed):
    club.clock.at += timedelta(**passed)


def states(club):
    with club.reading() as conn:
        return [row.state for row in reversed(store.out_hooks.page(conn))]


def test_a_new_client_is_told_of_signed_and_without_a_name(club, hook, receiver):
    anna = anna_comes(club)

    assert sending.run(club) == 1

    [(headers, body)] = receiver.heard
    told = json.loads(body)
    assert (told["what"], told["client"], told["after"]["folders"]) == ("placement", str(anna), ["potential"])
    assert headers["x-club-event"] == "placement"
    mark = hmac.new(hook.secret.encode(), headers["x-club-timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["x-club-signature"] == mark
    assert b"Anna" not in body
    assert b"916" not in body


def test_what_was_before_the_receiver_is_not_told(club, receiver):
    anna_comes(club)
    out_hooks.allow_private(club, CLUB, on=True)
    out_hooks.create(club, CLUB, name="late", url=receiver.url)

    sending.run(club)

    assert receiver.heard == []


def test_each_change_is_told_once_and_in_order(club, hook, receiver):
    anna = anna_comes(club)
    recording.record(club, CLUB, anna, [{"type": "moved_to_guest"}], key="g")
    recording.record(club, CLUB, anna, [{"type": "promoted"}], key="p")

    for _ in range(3):
        sending.run(club)

    folders = [json.loads(body)["after"]["folders"] for _, body in receiver.heard]
    assert folders == [["potential"], ["guest"], ["active"]] or len(folders) == 3
    assert [json.loads(body)["id"] for _, body in receiver.heard] == sorted({json.loads(body)["id"] for _, body in receiver.heard})


def test_who_cannot_be_reached_hears_everything_in_order_later(club, hook, receiver):
    receiver.down = True
    anna_comes(club)
    sending.run(club)
    anna_comes(club, "boris")
    sending.run(club)
    with club.reading() as conn:
        assert store.out_hooks.every(conn)[0].failing_since == club.clock.now()
    receiver.down = False

    sending.run(club)
    too_early = len(receiver.heard)
    later(club, seconds=6)
    sending.run(club)

    ids = [json.loads(body)["id"] for _, body in receiver.heard]
    assert (too_early, ids == sorted(ids), len(ids)) == (0, True, 2)
    assert states(club) == ["done", "done"]
    with club.reading() as conn:
        assert store.out_hooks.every(conn)[0].failing_since is None


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_receiver_in_trouble_is_asked_ever_more_rarely_and_given_up(club, hook, receiver, status):
    receiver.answers = [status] * 50
    anna_comes(club)
    sending.run(club)
    for _ in range(50):
        later(club, hours=25)
        sending.run(club)

    assert len(receiver.heard) == len(sending.AGAIN_AFTER) + 1
    assert states(club) == ["failed"]


@pytest.mark.parametrize("status", [400, 404, 302])
def test_what_a_receiver_refuses_is_given_up_at_once_and_holds_up_nothing(club, hook, receiver, status):
    receiver.answers = [status]
    anna_comes(club)
    anna_comes(club, "boris")

    sending.run(club)

    assert states(club) == ["failed", "done"]
    assert {headers["host"] for headers, _ in receiver.heard} == {receiver.url.split("/")[2]}
    assert len(receiver.heard) == 2


def test_what_was_given_up_is_sent_again_by_hand(club, hook, receiver):
    receiver.answers = [400]
    anna_comes(club)
    sending.run(club)
    [row] = out_hooks.messages(club, CLUB, state="failed")

    out_hooks.send_again(club, CLUB, row.id)
    sending.run(club)

    assert (row.answered, row.excerpt) == (400, "as you say")
    assert receiver.heard[0][1] == receiver.heard[1][1]
    assert states(club) == ["done"]


def test_a_stopped_receiver_hears_nothing_and_goes_on_where_it_was(club, hook, receiver):
    stopped = out_hooks.change(club, CLUB, hook.hook.id, version=1, name="w", url=receiver.url, active=False)
    anna_comes(club)
    sending.run(club)
    silent = len(receiver.heard)
    out_hooks.change(club, CLUB, hook.hook.id, version=stopped.version, name="w", url=receiver.url, active=True)
    sending.run(club)

    assert (silent, len(receiver.heard)) == (0, 1)


def test_a_receiver_of_one_branch_hears_of_no_other(club, receiver):
    out_hooks.allow_private(club, CLUB, on=True)
    with club.writing() as conn:
        south = store.branches.add(conn, code="south", name="South", timezone="Europe/Kyiv", country="UA")
    out_hooks.create(club, CLUB, name="south", url=receiver.url, branch_id=south)
    anna_comes(club)
    clients.add_client(club, CLUB, name="Olena", key="o", branch="south")

    sending.run(club)

    assert [json.loads(body)["branch"] for _, body in receiver.heard] == ["south"]


def test_who_lost_the_lead_sends_and_notes_nothing(club, hook, receiver):
    anna_comes(club)

    sending.run(club, still_leading=lambda _conn: False)

    assert states(club) == []
    assert receiver.heard == []


def test_the_clock_tells_others(club, hook, receiver):
    anna_comes(club)
    scheduler = Scheduler(club)

    scheduler.tell_others()
    scheduler.lead.let_go()

    assert len(receiver.heard) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x", "https://127.0.0.1/x", "https://localhost/x", "https://10.0.0.5/", "https://192.168.1.1/", "https://169.254.169.254/latest",
        "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[fd00::1]/", "https://[64:ff9b::7f00:1]/", "https://0.0.0.0/", "https://224.0.0.1/",
        "https://club.local/", "https://metadata.google.internal/", "http://club.example/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(club, url):
    with pytest.raises(BadInput):
        out_hooks.create(club, CLUB, name="inside", url=url)


@pytest.mark.parametrize(
    "url",
    ["", "club.example", "ftp://club.example/", "file:///etc/passwd", "gopher://x/", "https://", "https://a b/", "https://user:pw@club.example/",
     "https://club.example:99999/", "https://club.example/\r\nX: y", "https://клуб.example/", "https://club.example/#x", "https://x/" + "a" * 600],
)  # fmt: skip
def test_odd_addresses_are_refused(club, url):
    out_hooks.allow_private(club, CLUB, on=True)

    with pytest.raises(BadInput) as refused:
        out_hooks.create(club, CLUB, name="odd", url=url)

    assert refused.value.errors[0].field == "url"


def test_a_name_that_leads_into_a_private_network_is_not_called(monkeypatch):
    inside = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(wire.socket, "getaddrinfo", lambda *_args, **_how: inside)

    with pytest.raises(wire.NotSent) as refused:
        wire.send("https://rebinding.example/", b"", {}, private=False)

    assert refused.value.code == "private_address"


def test_a_setting_taken_back_holds_for_receivers_that_are_there(club, hook, receiver):
    out_hooks.allow_private(club, CLUB, on=False)
    anna_comes(club)

    sending.run(club)

    assert receiver.heard == []
    assert out_hooks.messages(club, CLUB)[0].excerpt == "url_without_tls"


def test_who_may_not_manage_connections_sees_and_changes_nothing(club, hook):
    desk = Desk(staff_id=None, name="Vera", role="manager")

    for deed in (
        lambda: out_hooks.every(club, desk),
        lambda: out_hooks.messages(club, desk),
        lambda: out_hooks.create(club, desk, name="x", url="https://club.example/"),
        lambda: out_hooks.rotate(club, desk, hook.hook.id),
        lambda: out_hooks.send_again(club, desk, 1),
        lambda: out_hooks.allow_private(club, desk, on=True),
    ):
        with pytest.raises(Refused):
            deed()


def test_secrets_are_shown_once_and_a_new_one_signs_at_once(club, hook, receiver):
    made = out_hooks.rotate(club, CLUB, hook.hook.id)
    anna_comes(club)
    sending.run(club)

    headers, body = receiver.heard[0]
    assert hmac.new(made.secret.encode(), headers["x-club-timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest() == headers["x-club-signature"]
    assert [one.secret for one in out_hooks.every(club, CLUB).hooks] == [""]


def test_what_is_not_there_is_said_so(club, hook):
    with pytest.raises(NotFound):
        out_hooks.send_again(club, CLUB, 999)
    with pytest.raises(NotFound):
        out_hooks.rotate(club, CLUB, 999)
    with pytest.raises(Conflict):
        out_hooks.change(club, CLUB, hook.hook.id, version=9, name="x", url="https://club.example/", active=True)
