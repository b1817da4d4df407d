"""Forms of Tilda, as Tilda posts them: field names as clubs give them, in three languages."""

from __future__ import annotations

import json

import pytest

from lifecycle import store
from lifecycle.desk import CLUB
from tests.intake.conftest import Connected, Doors

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RECORDED = (
    b"Name=%D0%90%D0%BD%D0%BD%D0%B0&Phone=%2B7+%28916%29+123-45-67&Email=anna%40example.com"
    b"&utm_source=ads&utm_campaign=spring&tranid=1046567%3A2435345&formid=form12345678&formname=Trial"
    b"&COOKIES=_ga%3D1%3B+TILDAUTM%3Dutm_source%253Dads"
)


async def send(tilda: Connected, body: bytes, headers: dict[str, str] = FORM):
    return await tilda.send(body, headers=headers, params={"key": tilda.secret})


def client(tilda: Connected):
    with tilda.club.reading() as conn:
        return store.clients.get(conn, CLUB, tilda.deliveries()[-1].client_id)


async def test_the_probe_is_answered_and_nothing_is_stored(connect: Doors):
    tilda = connect("tilda")

    answer = await send(tilda, b"test=test")

    assert (answer.status_code, answer.text) == (200, "ok")
    assert tilda.deliveries() == []


async def test_a_recorded_form_makes_a_client(connect: Doors):
    tilda = connect("tilda")

    answer = await send(tilda, RECORDED)

    assert answer.status_code == 200
    anna = client(tilda)
    assert (anna.name, anna.phone.e164, anna.email) == ("Анна", "+79161234567", "anna@example.com")
    assert tilda.facts() == [("inquiry", {"source": "site", "campaign": "utm_source=ads&utm_campaign=spring"})]


async def test_what_a_visitor_typed_that_nobody_can_read_costs_no_lead(connect: Doors):
    tilda = connect("tilda")

    answer = await send(tilda, b'{"Phone": "+79161234567", "Wish": "\\ud83d yoga"}', {"Content-Type": "application/json"})

    assert answer.status_code == 200
    assert tilda.facts() == [("inquiry", {"source": "site", "comment": "Wish: ? yoga"})]


async def test_the_two_further_tries_of_tilda_change_nothing(connect: Doors):
    tilda = connect("tilda")

    for _ in range(3):
        await send(tilda, RECORDED)

    assert len(tilda.facts()) == 1


@pytest.mark.parametrize("key", ["", "wrong"])
async def test_without_the_key_in_the_address_nobody_gets_in(connect: Doors, key):
    tilda = connect("tilda")

    answer = await tilda.send(RECORDED, headers=FORM, params={"key": key})

    assert answer.status_code == 401
    assert tilda.deliveries() == []


@pytest.mark.parametrize(
    "names",
    [
        ("Телефон", "Имя", "Почта"),
        ("Номер телефону", "Ім'я", "Електронна пошта"),
        ("PHONE_2", "NAME", "E-mail"),
        ("Ваш номерок", "ФИО", "email"),
        ("Мобильный телефон", "Как вас зовут?", "Mail"),
        ("phone", "Піб", "Пошта"),
    ],
)
async def test_fields_are_understood_however_they_are_called(connect: Doors, names):
    tilda = connect("tilda")
    body = dict(zip(names, ("8 916 123 45 67", "Анна", "anna@example.com"), strict=True)) | {"tranid": "1:1"}

    answer = await send(tilda, json.dumps(body).encode(), {"Content-Type": "application/json"})

    assert answer.status_code == 200, answer.text
    anna = client(tilda)
    assert (anna.name, anna.phone.e164, anna.email) == ("Анна", "+79161234567", "anna@example.com")


async def test_what_else_was_typed_is_the_comment(connect: Doors):
    tilda = connect("tilda")

    await send(tilda, "Phone=89161234567&Цель=Похудеть&Удобное время=вечер&formid=x&utm_source=a".encode())

    [(_, fields)] = tilda.facts()
    assert fields["comment"] == "Цель: Похудеть\nУдобное время: вечер"


async def test_a_form_without_phone_and_email_is_named(connect: Doors):
    tilda = connect("tilda")

    answer = await send(tilda, b"Name=Anna&tranid=1")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Phone")


@pytest.mark.parametrize("body", [b"%ff=%fe", b"&" * 600 + b"a=1", b"=", b"Phone=1"])
async def test_odd_forms_are_refused_in_words(connect: Doors, body):
    tilda = connect("tilda")

    assert (await send(tilda, body)).status_code == 422
