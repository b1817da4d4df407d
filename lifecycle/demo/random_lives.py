"""The other five hundred and some: lives by chance, but the same ones every time.

Everything is drawn from one seeded generator and counted in days from today, so that two clubs made on
different days differ in their dates only.
"""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from typing import Final, NamedTuple

from lifecycle.demo import names
from lifecycle.demo.life import Life, Step

SEED: Final = 20_260_301
#: Visits of the last days are recorded one by one, as the door saw them; older ones some at a time.
ONE_BY_ONE: Final = 7
_AT_ONCE: Final = 100


class Product(NamedTuple):
    name: str
    days: int | None
    visits: int | None
    amount: int
    weight: int


PRODUCTS: Final = (
    Product("Месяц", 30, None, 450000, 38),
    Product("Три месяца", 90, None, 1190000, 24),
    Product("Полгода", 182, None, 1990000, 13),
    Product("Год", 365, None, 3290000, 10),
    Product("12 занятий", 45, 12, 540000, 11),
    Product("Подписка", None, None, 290000, 4),
)
SOURCES: Final = ("site", "social", "messenger", "call", "walk_in", "referral", "promo")
GOODS: Final = (("Вода", 9000), ("Протеиновый коктейль", 35000), ("Массаж", 250000), ("Персональная тренировка", 180000), ("Полотенце", 50000))
NO: Final = ("Дорого", "Далеко", "Нет времени", "Выбрал другой клуб", "Переезжаю")


def lives(count: int, taken: Collection[str] = ()) -> list[Life]:
    """So many people, the same ones every time, none of a name that is taken."""
    rng = Random(SEED)
    return [_life(rng, taken) for _ in range(count)]


def _life(rng: Random, taken: Collection[str]) -> Life:
    name = names.somebody(rng)
    while name in taken:
        name = names.somebody(rng)
    life = Life(name, names.number(rng), branch="main" if rng.random() < 0.62 else "park")
    # The club grows: of two years' people more came lately.
    day = -1 - int(728 * rng.random() ** 1.25)
    life.inquired(day, rng.choice(SOURCES), minute=rng.randrange(8 * 60, 21 * 60))
    way = rng.random()
    if way < 0.2:
        _stays_a_lead(rng, life, day)
    elif way < 0.33:
        _stays_a_guest(rng, life, day)
    else:
        _buys(rng, life, day)
    life.steps = _gathered(life.in_order())
    return life


def _stays_a_lead(rng: Random, life: Life, day: int) -> None:
    for _ in range(rng.randrange(3)):
        day += rng.randrange(1, 9)
        life.called(day, "invite", rng.choice(("no_answer", "thinking", "will_come")))
    if rng.random() < 0.35:
        life.called(day + 3, "invite", "wont_come", rng.choice(NO))
    if day < -180 and rng.random() < 0.5:
        life.did(day + 120, {"type": "archived"})


def _stays_a_guest(rng: Random, life: Life, day: int) -> None:
    day += rng.randrange(1, 6)
    if rng.random() < 0.5:
        life.did(day - 1, {"type": "trial_booked", "session": rng.choice(("Йога", "Пилатес", "Бокс", "Бассейн"))})
        life.tried(day)
    else:
        life.toured(day)
    if rng.random() < 0.4:
        life.promoted(day + 1)
    if rng.random() < 0.35:
        life.called(day + rng.randrange(2, 12), "sell_to_potential", "wont_buy", rng.choice(NO))


def _buys(rng: Random, life: Life, day: int) -> None:
    day += rng.randrange(0, 8)
    (life.tried if rng.random() < 0.4 else life.toured)(day)
    day += rng.randrange(0, 7)
    habit = rng.choice((0.4, 1.0, 1.5, 2.0, 2.5, 3.5))
    number, last = 0, day - 1
    while day <= 0 and number < 14:
        number += 1
        last = _term(rng, life, f"m{number}", day, last, habit)
        if last >= 0:
            if last <= 12 and rng.random() < 0.25:
                life.called(last - 13, "renewal", rng.choice(("thinking", "will_come", "no_answer")))
            return
        day = _goes_on(rng, life, last, habit)


def _term(rng: Random, life: Life, key: str, day: int, covered: int, habit: float) -> int:
    """One membership with its visits, after one that covers up to a day; gives its last day (1 for none in sight)."""
    product = rng.choices(PRODUCTS, [one.weight for one in PRODUCTS])[0]
    minute = rng.randrange(11 * 60, 21 * 60)
    life.sold(
        day, key, days=product.days, visits=product.visits, amount=product.amount, product=product.name,
        minute=minute,
    )  # fmt: skip
    first = day + rng.choice((0, 0, 0, 1, 3, 8))
    if covered >= day:
        first = covered + 1
        life.activated(day, key, first, minute=minute)
    elif first == day or rng.random() < 0.5:
        life.activated(first, key, minute=minute)
    else:
        life.visited(first)
    last = first + product.days - 1 if product.days else 1
    if product.days and product.days >= 90 and rng.random() < 0.35 and (begins := first + rng.randrange(20, product.days - 20)) <= 0:
        rests = rng.randrange(6, 22)
        life.frozen(begins, key, begins, begins + rests)
        last += rests + 1
    if product.days is None and first < -60 and rng.random() < 0.6:
        last = first + rng.randrange(50, -first)
        life.ended(last, key, last, "terminated")
    _comes(rng, life, first, min(last, 0), habit, product.visits)
    return last


def _comes(rng: Random, life: Life, first: int, last: int, habit: float, visits: int | None) -> None:
    """Visits in the rhythm of this person, and now and then something from the bar."""
    day, came = float(first), 1
    while (day := day + rng.expovariate(habit / 7) + 0.6) <= last and (visits is None or came < visits):
        came += 1
        life.visited(int(day), minute=rng.choice((8, 12, 18, 19, 20)) * 60 + rng.randrange(60))
        if rng.random() < 0.03:
            what, amount = rng.choice(GOODS)
            life.paid(int(day), what, amount, minute=21 * 60)
    if rng.random() < 0.02:
        life.did(last, {"type": "complaint", "comment": "Тесно в раздевалке вечером"})


def _goes_on(rng: Random, life: Life, last: int, habit: float) -> int:
    """The day of the next membership after one that ended; a day in the future where there is none."""
    chance = rng.random()
    stays = 0.45 + habit / 10
    if chance < stays * 0.5:
        return last - rng.randrange(0, 8)
    if chance < stays:
        return last + rng.randrange(1, 15)
    if rng.random() < 0.5 and last < -8:
        life.called(last + 5, "renewal", rng.choice(("thinking", "no_answer", "will_come")))
    if rng.random() < 0.4 and last < -45:
        life.called(last + rng.randrange(20, 40), "win_back", rng.choice(("thinking", "no_answer")))
    if rng.random() < 0.3:
        return last + rng.randrange(40, 320)
    return 1


def _gathered(steps: list[Step]) -> list[Step]:
    """Old visits in one step with those after them, as a reader sends them after an outage."""
    found: list[Step] = []
    waiting: list[Step] = []
    for step in steps:
        # The first visit after a sale may activate: it stays a step of its own.
        if _is_old_visit(step) and (waiting or not found or found[-1].facts[0]["type"] != "membership_sold"):
            waiting.append(step)
            if step.day - waiting[0].day >= _AT_ONCE:
                found.append(_late(waiting))
                waiting = []
            continue
        if waiting:
            found.append(_late(waiting))
            waiting = []
        found.append(step)
    return [*found, _late(waiting)] if waiting else found


def _is_old_visit(step: Step) -> bool:
    return step.day < -ONE_BY_ONE and step.facts[0]["type"] == "visit"


def _late(waiting: list[Step]) -> Step:
    last = waiting[-1]
    return Step(last.day, last.minute, tuple({**step.facts[0], "at": (step.day, step.minute)} for step in waiting))
