"""Believable people by number: the same number is the same person with the same history, whatever the size of the club.

Four years of a fitness club: who asked and never came, who looked and refused, who bought, froze, came
back or was lost. About a dozen facts each, legal, in order, none later than today.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from lifecycle.days import Day, day_of, day_start
from lifecycle.facts import SOURCES, Fact

YEARS = 4 * 365
LENGTHS = (30, 30, 30, 30, 90, 90, 90, 180, 180, 365)
LIMITS = (None, None, None, None, None, None, 8, 12)

SURNAMES = (
    "Алексеев Андреев Антонов Афанасьев Баранов Беляев Белов Бондаренко Борисов Васильев Виноградов Власов Волков "
    "Воробьёв Гаврилов Герасимов Григорьев Гусев Давыдов Данилов Дмитриев Егоров Ершов Ефимов Жуков Журавлёв Зайцев "
    "Захаров Иванов Ильин Исаев Калинин Карпов Киселёв Ковалёв Козлов Комаров Кондратьев Королёв Кравченко Кузнецов "
    "Кузьмин Кудрявцев Куликов Лебедев Макаров Максимов Мартынов Медведев Мельников Миронов Михайлов Морозов Никитин "
    "Николаев Новиков Орлов Осипов Павлов Петров Поляков Попов Потапов Пономарёв Романов Рыбаков Савельев Семёнов "
    "Сергеев Сидоров Смирнов Соболев Соколов Соловьёв Сорокин Степанов Суханов Тарасов Тимофеев Титов Ткаченко Филатов "
    "Филиппов Фомин Фролов Цветков Чернов Чистяков Шевченко Широков Щербаков Яковлев"
).split()
FIRST_NAMES = (
    "Алексей Алёна Анастасия Андрей Анна Антон Артём Богдан Борис Вадим Валерия Василий Вера Виктор Виктория Виталий "
    "Галина Глеб Григорий Дарья Денис Дмитрий Евгений Екатерина Елена Елизавета Иван Игорь Ирина Карина Кирилл Ксения "
    "Лариса Лев Лидия Людмила Максим Марина Мария Михаил Надежда Наталья Никита Николай Оксана Олег Ольга Павел Пётр "
    "Полина Роман Светлана Семён Сергей Софья Степан Татьяна Тимофей Фёдор Юлия Юрий Яна Ярослав"
).split()
PATRONYMICS = (
    "Алексеевич Андреевич Борисович Викторович Дмитриевич Иванович Игоревич Михайлович Николаевич Олегович Павлович "
    "Петрович Сергеевич Фёдорович Юрьевич"
).split()


class Person(NamedTuple):
    """Somebody as they became known: the number of their branch, their name, their phone as E.164, their source."""

    branch: int
    name: str
    phone: str
    source: str
    facts: list[Fact]


def person(number: int, zones: tuple[ZoneInfo, ...], now: datetime, ids: Iterator[int]) -> Person:
    """The person of this number with everything that happened until now; the facts take the next ids."""
    chance = Random(number)
    branch = 0 if chance.random() < 0.65 else 1
    name = f"{chance.choice(SURNAMES)} {chance.choice(FIRST_NAMES)}"
    if chance.random() < 0.4:
        name = f"{name} {chance.choice(PATRONYMICS)}"
    source = chance.choice(SOURCES)
    story = _Story(chance, zones[branch], day_of(now, zones[branch]))
    return Person(branch, name, f"+79{chance.randrange(10**9):09}", source, story.told(source, ids))


class _Story:
    """One person's facts while they are told; the order and the ids come at the end."""

    def __init__(self, chance: Random, zone: ZoneInfo, today: Day) -> None:
        self.chance = chance
        self.zone = zone
        self.today = today
        self.moments: list[tuple[datetime, Day, str, dict[str, Any]]] = []

    def told(self, source: str, ids: Iterator[int]) -> list[Fact]:
        day = self.today - 1 - int(YEARS * self.chance.random() ** 1.5)  # a club that grows
        self.add(day, "inquiry", source=source)
        self._contact(day + self.chance.randrange(4), "invite")
        if self.chance.random() < 0.75:
            self._come(day + self.chance.randrange(12))
        self.moments.sort(key=lambda moment: moment[0])
        facts = [Fact(next(ids), *moment) for moment in self.moments]
        if self.chance.random() < 0.01 and facts[-1].type == "purchase":
            last = facts[-1]
            facts.append(Fact(next(ids), last.at + timedelta(minutes=1), last.day, "voided", {"fact": last.id}))
        return facts

    def add(self, day: Day, fact_type: str, /, **fields: Any) -> bool:
        """Something that happened on a day, unless that day is still to come."""
        if day >= self.today:
            return False
        at = _morning(day, self.zone) + timedelta(minutes=self.chance.randrange(840))
        self.moments.append((at, day, fact_type, fields))
        return True

    def _contact(self, day: Day, kind: str) -> None:
        die = self.chance.random()
        if die < 0.5:
            outcome = "wont_come" if die < 0.1 else "will_come" if die < 0.3 else "no_answer"
            fields = {"direction": "out", "kind": kind, "outcome": outcome}
            self.add(day, "contact", **fields, **({"reason": "далеко"} if outcome == "wont_come" else {}))

    def _come(self, day: Day) -> None:
        die = self.chance.random()
        if die < 0.6:
            self.add(day, "guest_visit", kind="tour" if die < 0.4 else "trial")
        elif die < 0.7:
            self.add(day, "trial_booked", session=f"s{day}")
        else:
            self.add(day, "moved_to_guest")
        if self.chance.random() < 0.2:
            self._contact(day + 2, "sell_to_potential")
            return
        self.add(day + 1, "promoted")
        self._stay(day + 2)

    def _stay(self, day: Day) -> None:
        """Memberships one after another, with gaps, until they stay away or today comes."""
        number = 0
        while day < self.today and number < 12:
            number += 1
            end = self._membership(f"m{number}", day)
            die = self.chance.random()
            if die < 0.6:
                day = end + self.chance.randrange(-9, 30)
            elif die < 0.7:
                day = end + self.chance.randrange(40, 400)
            else:
                self._leave(end)
                return

    def _membership(self, key: str, day: Day) -> Day:
        """One membership with what happened during it; gives its last day."""
        chance = self.chance
        length, visits = chance.choice(LENGTHS), chance.choice(LIMITS)
        self.add(
            day, "membership_sold", membership=key, product=f"{length}", billing="term", days=length,
            **({"visits": visits} if visits else {}), amount=length * 9000,
        )  # fmt: skip
        start = day if chance.random() < 0.8 else day + chance.randrange(1, 20)
        self.add(start, "membership_activated", membership=key, starts_on=start)
        end = start + length - 1
        for _ in range(chance.randrange(1, 9)):
            came = start + chance.randrange(length)
            self.add(came, "visit", kind="membership")
            if chance.random() < 0.25:
                self.add(came, "purchase", amount=chance.randrange(50, 900) * 100, what="вода")
        if length >= 90 and chance.random() < 0.1:
            first = start + chance.randrange(length - 20)
            if self.add(first, "membership_frozen", membership=key, **{"from": first, "to": first + 13}):
                end += 14
        if chance.random() < 0.04:
            self.add(end - 3, "membership_extended", membership=key, days=7)
        if chance.random() < 0.04:
            cut = start + chance.randrange(length)
            self.add(cut, "membership_ended", membership=key, on=cut, why="terminated")
        return end

    def _leave(self, day: Day) -> None:
        die = self.chance.random()
        if die < 0.03:
            self.add(day - 2, "complaint", comment="душно")
        elif die < 0.08:
            self.add(day + 20, "warmth_set", warmth="cold" if die < 0.06 else "warm")
        elif die < 0.1:
            self.add(day + 30, "marked", relation="not_target")
        elif die < 0.16 and self.add(day + 60, "archived") and die < 0.12:
            self.add(day + 90, "restored")


@lru_cache(maxsize=2 * YEARS)
def _morning(day: Day, zone: ZoneInfo) -> datetime:
    """Eight in the morning, when the club opens; it closes at ten in the evening."""
    return day_start(day, zone) + timedelta(hours=8)
