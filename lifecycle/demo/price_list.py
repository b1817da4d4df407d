"""What the demo club sells. The lives name a product by its Russian name; in the facts stands its code."""

from __future__ import annotations

from typing import Final, NamedTuple

from lifecycle.actions import products
from lifecycle.club import Club
from lifecycle.desk import Desk


class Priced(NamedTuple):
    """One line, called in Russian, Ukrainian and English."""

    ru: str
    uk: str
    en: str
    price: int
    days: int | None
    visits: int | None = None
    kind: str = "membership"
    billing: str = "term"
    sold_to: tuple[str, ...] = ()
    free_because: str = ""


PRICES: Final = (
    Priced("Месяц", "Місяць", "Month", 450000, 30),
    Priced("Три месяца", "Три місяці", "Three months", 1190000, 90),
    Priced("Полгода", "Пів року", "Half a year", 1990000, 182),
    Priced("Год", "Рік", "Year", 3290000, 365),
    Priced("12 занятий", "12 занять", "12 visits", 540000, 45, 12),
    Priced("Подписка", "Підписка", "Subscription", 290000, 30, billing="recurring"),
    Priced("Персональные тренировки", "Персональні тренування", "Personal training", 1500000, 90, 10, kind="service"),
    Priced("С возвращением", "З поверненням", "Welcome back", 390000, 30, sold_to=("former",)),
    Priced("Корпоративный", "Корпоративний", "Corporate", 24000000, 365, sold_to=("company",)),
    Priced("Гостевой день", "Гостьовий день", "Guest day", 0, 1, sold_to=("newcomer",), free_because="Познакомиться с залом"),
)


def put_up(club: Club, desk: Desk) -> dict[str, str]:
    """Make the price list; gives the code of each product by its Russian name."""
    return {
        one.ru: products.add(
            club, desk, names={"ru": one.ru, "uk": one.uk, "en": one.en}, kind=one.kind, billing=one.billing, price=one.price,
            days=one.days, visits=one.visits, free_because=one.free_because, sold_to=one.sold_to,
        ).code
        for one in PRICES
    }  # fmt: skip
