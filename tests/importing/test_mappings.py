"""What columns mean: guessed from headings that people use, or told by a file that means what it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, ClubError, Refused
from lifecycle.importing.mapping import mapping_of
from lifecycle.importing.vocabulary import FIELDS, KINDS, field_of, kind_of
from tests.importing.given import a_csv, fields, history, imported, names, refused

DOCS = Path(__file__).resolve().parents[2] / "docs"

HEADINGS = {
    "clients": (
        "ФИО", "ПІБ", "Клиент", "Клієнт", "Фамилия", "Прізвище", "Имя", "Ім'я", "Ім’я", "Отчество", "По батькові", "Телефон",
        "Мобильный телефон", "Рабочий телефон", "Контактный телефон", "E-mail", "Почта", "Пошта", "Дата рождения",
        "Дата народження", "ДР", "Статус", "Папка", "Филиал", "Клуб", "Філія", "Источник", "Джерело", "Ответственный",
        "Менеджер", "Відповідальний", "Комментарий", "Примечание", "full_name", "phone_number", "home_branch", "join_date",
        "Member since",
    ),
    "memberships": (
        "Абонемент", "Вид абонемента", "Контракт", "Договор", "Дата покупки", "Дата продажи", "Дата активации", "Дата начала",
        "Дата окончания", "Действует до", "Годен до", "ДІЄ ДО", "Осталось занятий", "Остаток посещений", "Заморозка",
        "Дней заморозки", "Сумма", "Стоимость", "Последний визит", "Дата последнего посещения", "membership_type", "Valid until",
    ),
    "visits": ("Дата визита", "Дата посещения", "Дата візиту", "check_in_time", "check_out_time"),
    "purchases": ("Дата покупки", "Товар", "Послуга", "Сумма"),
    "contacts": ("Дата звонка", "Направление", "Результат", "Причина отказа"),
}  # fmt: skip

TABLES = {
    "clients": ("люди.csv", ["ФИО", "Телефон", "Дата рождения"]),
    "memberships": ("table.csv", ["ФИО", "Телефон", "Абонемент", "Дата продажи", "Действует до"]),
    "visits": ("table.csv", ["ФИО", "Телефон", "Дата визита"]),
    "purchases": ("table.csv", ["ID клиента", "Дата", "Товар", "Сумма"]),
    "contacts": ("table.csv", ["ID клиента", "Дата звонка", "Результат"]),
}


@pytest.mark.parametrize("kind, heading", [(kind, heading) for kind, every in HEADINGS.items() for heading in every])
def test_a_heading_that_clubs_use_is_understood(kind: str, heading: str):
    assert field_of(heading, kind) is not None
    assert field_of(f" {heading.upper().replace('Е', 'Ё')}: ", kind) == field_of(heading, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_table_holds_is_told_by_its_headings(kind: str):
    name, headings = TABLES[kind]

    assert kind_of(headings, name) == kind


def test_a_mapping_names_columns_constants_and_what_words_mean(club: Club, tmp_path: Path):
    table = a_csv(tmp_path, "zz.csv", "K,N,T,When,Type\n1,Ann,9161234567,12/25/2025,gold\n1,Ann,9161234567,01/26/2026,gold")
    mapping = a_csv(
        tmp_path,
        "m.toml",
        """
        source = "old"
        kind = "memberships"
        activated = "sold"
        month_first = true
        columns = { client = "K", name = "N", phone = "T", sold = "When", product = "Type" }
        constants = { amount = "100", billing = "oui" }
        values = { billing = { oui = "term" } }
        [products]
        Gold = { days = 30, name = "Золотой" }
        """,
    )

    report = imported(club, table, mapping=mapping)

    assert refused(report) == []
    assert [(one["product"], one["days"], one["amount"], one["billing"]) for one in fields(club, "Ann", "membership_sold")] == [
        ("Золотой", 30, 10000, "term")
    ] * 2
    assert [day for day, type_ in history(club, "Ann") if type_ == "membership_activated"] == ["2025-12-25", "2026-01-26"]


def test_tables_of_two_systems_do_not_mix_their_ids(club: Club, tmp_path: Path):
    one = a_csv(tmp_path, "a.csv", "ID клиента;ФИО;Телефон\n1;Анна;9161234567")
    other = a_csv(tmp_path, "b.csv", "ID клиента;ФИО;Телефон\n1;Борис;9161234568")

    imported(club, one, kind="clients")
    imported(club, other, kind="clients", mapping=a_csv(tmp_path, "m.toml", 'source = "other"'))

    assert names(club) == ["Анна", "Борис"]


@pytest.mark.parametrize(
    "raw, code",
    [
        ({"colums": {}}, "import_mapping_unknown"),
        ({"kind": "people"}, "import_mapping_value"),
        ({"values": {"billing": {"да": "yearly"}}}, "import_mapping_value"),
        ({"values": {"mood": {"да": "good"}}}, "import_mapping_unknown"),
        ({"products": {"Год": {"days": 0}}}, "import_mapping_value"),
        ({"products": {"Год": {"price": -1}}}, "import_mapping_value"),
        ({"as_of": "вчера"}, "import_mapping_value"),
        ({"timezone": "Europe/Nowhere"}, "unknown_timezone"),
    ],
)
def test_a_mapping_that_means_nothing_is_refused_by_name(raw: dict[str, Any], code: str):
    with pytest.raises(ClubError) as refusal:
        mapping_of(raw)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    "told, code",
    [
        ('columns = { name = "Имя клиента" }', "import_column_missing"),
        ('columns = { shoe_size = "ФИО" }', "import_mapping_unknown"),
        ("columns = {", "import_mapping_unreadable"),
    ],
)
def test_a_mapping_that_does_not_fit_the_table_stops_before_anything_is_written(club: Club, tmp_path: Path, told: str, code: str):
    table = a_csv(tmp_path, "clients.csv", "ФИО;Телефон\nАнна;9161234567")

    with pytest.raises(ClubError) as refusal:
        imported(club, table, mapping=a_csv(tmp_path, "m.toml", told))

    assert refusal.value.code == code
    assert names(club) == []


@pytest.mark.parametrize(
    "told",
    [
        'branches = "x"', "branches = { main = 5 }", "branches = { main = { spellings = 5 } }", 'products = ["a"]', 'tables = "x"', 'tables = ["x"]',
        "currency = 5", "country = 7", "timezone = 5", "source = 5", "skip = 5", "skip = [5]", "columns = 5", "columns = { name = 5 }", "files = 5",
        "values = { source = 5 }", "constants = 3",
    ],
)  # fmt: skip
def test_a_mapping_of_another_shape_is_refused_by_its_key(told):
    with pytest.raises(ClubError) as refusal:
        mapping_of(tomllib.loads(told))

    assert (refusal.value.code, refusal.value.values["key"].split(".")[0]) == ("import_mapping_value", told.split(" ")[0])


def test_a_branch_that_nobody_has_is_no_home(club: Club, tmp_path: Path):
    with pytest.raises(BadInput, match="unknown_branch"):
        imported(club, a_csv(tmp_path, "clients.csv", "ФИО;Телефон\nАнна;9161234567"), branch="moon")


def test_only_who_may_make_branches_brings_new_ones(club: Club, tmp_path: Path):
    table = a_csv(tmp_path, "clients.csv", "ФИО;Телефон\nАнна;9161234567")
    mapping = a_csv(tmp_path, "m.toml", '[branches]\nnorth = { name = "Север" }')

    with pytest.raises(Refused):
        imported(club, table, mapping=mapping, desk=Desk(None, "Mara", "manager", frozenset({1})))


def test_the_page_about_imports_names_every_field_and_its_mapping_is_one():
    page = (DOCS / "import.md").read_text("utf-8")

    assert {name for kind in KINDS for name in FIELDS[kind] if f"`{name}`" not in page} == set()
    (mapping,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert mapping_of(tomllib.loads(mapping)).tables[0].kind == "memberships"


def test_the_example_mapping_is_one():
    mapping_of(tomllib.loads((DOCS / "examples" / "pulsefit.toml").read_text("utf-8")))
