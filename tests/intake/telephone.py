"""Exchanges as their makers document them: the very bytes they post, and what the club made of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

import httpx

from lifecycle import store
from lifecycle.club import Club
from lifecycle.desk import CLUB
from lifecycle.store.calls import CallRow
from tests.intake.conftest import Connected

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ANNA = "+79161234567"


def calls(club: Club) -> list[CallRow]:
    """All calls of the club, the first begun first."""
    with club.reading() as conn:
        branches = [branch.id for branch in store.branches.every(conn)]
        now = club.clock.now()
        found = store.calls.of_days(conn, branches, now.replace(year=2000), now.replace(year=2100))
        return list(reversed(found))


def the_call(club: Club) -> CallRow:
    """The one call there is."""
    [found] = calls(club)
    return found


def said(club: Club, client_id: int | None) -> list[dict[str, Any]]:
    """The facts of a client in their order, as far as a call makes them; what was taken back is left out."""
    if client_id is None:
        return []
    with club.reading() as conn:
        facts = store.facts.of_client(conn, client_id)
    void = {fact.fields["fact"] for fact in facts if fact.type == "voided"}
    shown = ("direction", "kind", "outcome", "seconds", "comment", "source")
    return [
        {"type": fact.type, **{name: fact.fields[name] for name in shown if fact.fields.get(name) is not None}}
        for fact in facts
        if fact.type in ("contact", "inquiry") and fact.id not in void
    ]


def told(club: Club) -> dict[str, Any]:
    """All that a call left behind, without ids and keys: equal where the club knows the same."""
    with club.reading() as conn:
        clients = [store.clients.get(conn, CLUB, client_id) for client_id in store.clients.ids(conn)]
    names = ("direction", "typed", "e164", "line", "extension", "state", "seconds", "answered_at", "ended_at")
    return {
        "calls": [{name: getattr(call, name) for name in names} for call in calls(club)],
        "clients": [(client.name, said(club, client.id)) for client in clients],
    }


def contact(direction: str, outcome: str | None = None, **more: Any) -> dict[str, Any]:
    """The contact that a call leaves."""
    said = {"type": "contact", "direction": direction, "kind": "other", **more}
    return said | ({"outcome": outcome} if outcome else {})


# --- Binotel ----------------------------------------------------------------------------------------

RECEIVED = (
    "requestType=receivedTheCall&generalCallID=4711&callType=0&companyID=31&method=apiCall"
    "&didNumber=0443334455&did=0443334455&srcNumber=0671234567&pbxNumber=0443334455"
    "&externalNumber=0671234567&internalNumber=901"
)
TAKEN_UP = (
    "requestType=answeredTheCall&generalCallID=4711&callType=0&companyID=31&pbxNumber=0443334455"
    "&externalNumber=0671234567&internalNumber=902"
)
HUNG_UP = "requestType=hangupTheCall&generalCallID=4711&billsec=31&disposition=ANSWER&method=apiCall"


def completed(start: int, **other: str) -> str:
    """apiCallCompleted, with the fields that its makers list."""
    details = {
        "companyID": "31", "generalCallID": "4711", "callID": "4712", "startTime": str(start), "callType": "0",
        "internalNumber": "902", "internalAdditionalData": "", "externalNumber": "0671234567", "srcNumber": "0671234567",
        "customerData": "", "employeeName": "Ivan", "employeeEmail": "ivan@club.example", "waitsec": "9", "billsec": "31",
        "disposition": "ANSWER", "isNewCall": "1", "did": "0443334455", "didNumber": "0443334455", "didName": "Main", **other,
    }  # fmt: skip
    pairs = [("requestType", "apiCallCompleted"), ("attemptsCounter", "1")]
    pairs += [(f"callDetails[{name}]", value) for name, value in details.items()]
    pairs += [("callDetails[dstNumbers][0][dstNumber]", "902"), ("callDetails[dstNumbers][0][waitsec]", "9")]
    return urlencode(pairs)


async def binotel(source: Connected, body: str, *, secret: str | None = None) -> httpx.Response:
    """Post as Binotel does: with the secret in the address."""
    key = source.secret if secret is None else secret
    return await source.send(body.encode(), headers=FORM, params={"key": key})


# --- Mango ------------------------------------------------------------------------------------------


def mango_event(at: int, seq: Any, state: str, *, call: str = "MToxMDA=", location: str = "abonent", **other: str) -> str:
    """An event of a call as it stands in the field `json`; `other` replaces whole parts."""
    parts = {
        "entry_id": '"Nzg1MTQ="', "call_id": f'"{call}"', "timestamp": f"{at}", "seq": f"{seq}", "call_state": f'"{state}"',
        "location": f'"{location}"', "from": '{"number":"79161234567"}',
        "to": '{"extension":"101","number":"sip:ivan@vpbx.example","line_number":"74951234567"}',
        "dct": '{"number":"79161234567","type":"0"}', **other,
    }  # fmt: skip
    return "{" + ",".join(f'"{name}":{value}' for name, value in parts.items() if value) + "}"


def mango_summary(began: int, talked: int, ended: int, **other: str) -> str:
    """The summary of a call; `talked` is 0 where nobody did."""
    parts = {
        "entry_id": '"Nzg1MTQ="', "call_direction": "1", "from": '{"number":"79161234567"}',
        "to": '{"extension":"101","number":"sip:ivan@vpbx.example"}', "line_number": '"74951234567"',
        "create_time": f"{began}", "forward_time": f"{began + 2}", "talk_time": f"{talked}", "end_time": f"{ended}",
        "entry_result": "1", "disconnect_reason": "1110", **other,
    }  # fmt: skip
    return "{" + ",".join(f'"{name}":{value}' for name, value in parts.items() if value) + "}"


async def mango(source: Connected, told: str | None, *, tail: str = "/events/call", salt: str | None = None, key: str = "vpbx-key") -> httpx.Response:
    """Post as Mango does: the signature is over the text of the field."""
    sign = hashlib.sha256((key + (told or "") + (source.secret if salt is None else salt)).encode()).hexdigest()
    form = {"vpbx_api_key": key, "sign": sign} | ({} if told is None else {"json": told})
    return await source.send(urlencode(form).encode(), tail=tail, headers=FORM)


# --- Zadarma ----------------------------------------------------------------------------------------

_IN, _OUT = ("caller_id", "called_did", "call_start"), ("internal", "destination", "call_start")
ZADARMA_SIGNED = {
    "NOTIFY_START": _IN, "NOTIFY_INTERNAL": _IN, "NOTIFY_END": _IN, "NOTIFY_IVR": _IN,
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"), "NOTIFY_OUT_START": _OUT, "NOTIFY_OUT_END": _OUT,
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
}  # fmt: skip


def zadarma_event(event: str, **other: str) -> dict[str, str]:
    """A notification with the fields that its makers list."""
    base = {"event": event, "call_start": "2026-03-02 12:00:00", "pbx_call_id": "in_8d5c1a", "caller_id": "+79161234567", "called_did": "74951234567"}
    more = {
        "NOTIFY_INTERNAL": {"internal": "101"},
        "NOTIFY_ANSWER": {"destination": "101", "internal": "101"},
        "NOTIFY_END": {
            "internal": "101", "duration": "31", "disposition": "answered", "status_code": "16", "is_recorded": "0", "call_id_with_rec": "",
        },
        "NOTIFY_OUT_START": {"internal": "101", "destination": "79161234567"},
        "NOTIFY_OUT_END": {
            "internal": "101", "destination": "79161234567", "duration": "12", "disposition": "answered", "status_code": "16",
            "is_recorded": "1", "call_id_with_rec": "1.2",
        },
        "NOTIFY_RECORD": {"call_id_with_rec": "1.2"},
    }.get(event, {})  # fmt: skip
    return base | more | other


async def zadarma(source: Connected, fields: dict[str, str], *, secret: str | None = None) -> httpx.Response:
    """Post as Zadarma does: some fields are signed, in a header."""
    message = "".join(fields.get(name, "") for name in ZADARMA_SIGNED.get(fields.get("event", ""), _IN))
    key = (source.secret if secret is None else secret).encode()
    digits = hmac.new(key, message.encode(), hashlib.sha1).hexdigest()
    return await source.send(urlencode(fields).encode(), headers=FORM | {"Signature": base64.b64encode(digits.encode()).decode()})
