"""Tables of a big club to import: `python -m tests.bench.make_import FOLDER [--clients N] [--facts N]`.

Always the same rows for the same numbers. The facts are shared out as clubs have them: most are visits, then
purchases, memberships and talks; each fact counts once, a membership row twice (sold and activated), and the
clients' first inquiries come on top.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

LAST = date(2026, 2, 28)
LAST_NAMES = ("Иванов", "Петров", "Соловьёв", "Кузнецов", "Шевченко", "Бондаренко", "Попов", "Волков", "Лебедев", "Козлов")
FIRST_NAMES = ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Захар", "Ирина", "Кирилл", "Лада", "Мирон")
PRODUCTS = (("Месяц", 30, 3900), ("Полгода", 182, 15900), ("Год", 365, 24900), ("8 занятий", 30, 3200))
GOODS = (("Вода", 80), ("Полотенце", 150), ("Массаж", 2500), ("Батончик", 140))
RESULTS = ("Думает", "Придёт", "Не дозвонились", "Не придёт", "Купил")


def make(folder: Path, clients: int = 100_000, facts: int = 1_000_000) -> list[Path]:
    """Write the tables; gives their paths, the clients' first."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(clients * 31 + facts)
    joined = [LAST - timedelta(days=chance.randrange(1, 900)) for _ in range(clients)]
    memberships, purchases, contacts = facts * 14 // 100, facts * 12 // 100, facts * 4 // 100
    visits = facts - 2 * memberships - purchases - contacts
    tables = {
        "clients": (("ID клиента", "ФИО", "Телефон", "Дата регистрации", "Источник"), _clients(chance, joined)),
        "memberships": (
            ("ID клиента", "Номер договора", "Вид абонемента", "Дата продажи", "Дата активации", "Действует до", "Сумма"),
            _memberships(chance, joined, memberships),
        ),
        "visits": (("ID клиента", "Дата визита"), _visits(chance, joined, visits)),
        "purchases": (("ID клиента", "Дата", "Товар", "Сумма", "Чек"), _purchases(chance, joined, purchases)),
        "contacts": (("ID клиента", "Дата звонка", "Направление", "Результат", "Причина"), _contacts(chance, joined, contacts)),
    }
    return [_write(folder / f"{name}.csv", headings, rows) for name, (headings, rows) in tables.items()]


def _write(path: Path, headings: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(headings)
        writer.writerows(rows)
    return path


def _clients(chance: random.Random, joined: list[date]) -> Iterator[tuple[object, ...]]:
    for number, day in enumerate(joined):
        name = f"{chance.choice(LAST_NAMES)} {chance.choice(FIRST_NAMES)}"
        phone = f"8 (9{number % 90 + 10:02d}) {number // 1000 % 900 + 100}-{number // 10 % 100:02d}-{number % 100:02d}"
        yield number, name, phone, f"{day:%d.%m.%Y}", chance.choice(("Сайт", "Друзья", "Instagram", ""))


def _some_day(chance: random.Random, joined: list[date]) -> tuple[int, date]:
    client = chance.randrange(len(joined))
    return client, joined[client] + timedelta(days=chance.randrange((LAST - joined[client]).days + 1))


def _memberships(chance: random.Random, joined: list[date], count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        client, day = _some_day(chance, joined)
        product, days, price = chance.choice(PRODUCTS)
        ends = day + timedelta(days=days - 1)
        yield client, f"Д-{number}", product, f"{day:%d.%m.%Y}", f"{day:%d.%m.%Y}", f"{ends:%d.%m.%Y}", f"{price},00"


def _visits(chance: random.Random, joined: list[date], count: int) -> Iterator[tuple[object, ...]]:
    for _ in range(count):
        client, day = _some_day(chance, joined)
        at = datetime(day.year, day.month, day.day, 7, 0) + timedelta(minutes=chance.randrange(900))  # noqa: DTZ001
        yield client, f"{at:%d.%m.%Y %H:%M}"


def _purchases(chance: random.Random, joined: list[date], count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        client, day = _some_day(chance, joined)
        what, price = chance.choice(GOODS)
        yield client, f"{day:%d.%m.%Y}", what, f"{price},00", number


def _contacts(chance: random.Random, joined: list[date], count: int) -> Iterator[tuple[object, ...]]:
    for _ in range(count):
        client, day = _some_day(chance, joined)
        at = datetime(day.year, day.month, day.day, 9, 0) + timedelta(minutes=chance.randrange(600))  # noqa: DTZ001
        result = chance.choice(RESULTS)
        yield client, f"{at:%d.%m.%Y %H:%M}", chance.choice(("Входящий", "Исходящий")), result, "дорого" if result == "Не придёт" else ""


def main() -> None:
    """Write the tables of the sizes asked for and name them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--clients", type=int, default=100_000)
    options.add_argument("--facts", type=int, default=1_000_000)
    given = options.parse_args()
    for path in make(given.folder, given.clients, given.facts):
        print(path)


if __name__ == "__main__":
    main()
