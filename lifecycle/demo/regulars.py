"""The named regulars: somebody at every edge of every rule, today (spec: lifecycle, sections 7 to 9).

Each line says where they stand and why; the tests look whether they do, and `docs/demo.md` lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lifecycle.demo.life import Life


@dataclass(frozen=True, slots=True)
class Regular:
    """Somebody with a name, the edge they stand at, and where that is today."""

    name: str
    edge: str
    folders: str
    tell: Callable[[Life], Life]
    stage: str = "active"
    relation: str = "current"
    warmth: str | None = None
    branch: str = "main"
    source: str = "walk_in"
    kind: str = "person"
    phone: str | None = None
    tax_id: str | None = None

    def life(self, phone: str) -> Life:
        """Their life up to today."""
        began = Life(
            self.name, self.phone or phone, self.branch, self.source, self.kind, self.tax_id, comment=""
        )
        return self.tell(began)


_FAMILY = "+7 921 555-10-20"


def _old(life: Life) -> Life:
    """A member of two years ago, gone since."""
    return life.member(-500)


def _in_debt(life: Life, name: str, since: int) -> Life:
    """A subscriber whose second charge, a month after the first, nobody paid."""
    life.inquired(since - 5).toured(since - 3).promoted(since - 2)
    terms = {"billing": "recurring", "days": 30}
    life.agreed(since, name, "Подписка", 290000, **terms).settled(since, name, 290000)
    return life.activated(since, name, minute=12 * 60)


REGULARS: Final = (
    # The end of a term, day by day.
    Regular("Ирина Соколова", "15 days before the end: not yet to renew", "active",
            lambda life: life.member(15).visited(-3, -1)),
    Regular("Максим Лисенко", "14 days before the end: to renew since today", "active to_renew",
            lambda life: life.member(14).visited(-5)),
    Regular("Олена Шевчук", "the term ends today, still covered", "active to_renew",
            lambda life: life.member(0).visited(-2, 0)),
    Regular("Анна Журавлёва", "day 1 after the end, since midnight", "active not_renewed",
            lambda life: life.member(-1).visited(-1)),
    Regular("Тимур Галиев", "day 16 after the end: the last day of grace", "active not_renewed",
            lambda life: life.member(-16)),
    Regular("Николай Фадеев", "day 17 after the end: lost since midnight, warm", "lost churn",
            lambda life: life.member(-17), relation="departed", warmth="warm"),
    Regular("Светлана Дроздова", "day 90 after the end: the last day of churn", "lost churn",
            lambda life: life.member(-90), relation="departed", warmth="warm"),
    Regular("Руслан Ибрагимов", "day 91 after the end: lost, cold, a sale needs Guest first", "lost",
            lambda life: life.member(-91), relation="departed", warmth="cold"),
    Regular("Павел Громов", "tomorrow is the first day after the end", "active to_renew",
            lambda life: life.member(0, days=365, product="Год", amount=3290000).visited(-9), branch="park"),
    Regular("Вера Ахметова", "a term of one day, today", "active to_renew",
            lambda life: life.inquired(-3).toured(-2).promoted(-1).sold(0, "m1", days=1).activated(0, "m1")),
    # Bought, activated, to come.
    Regular("Юлия Санина", "bought yesterday within the sale window, not activated", "active not_activated",
            lambda life: life.inquired(-5).toured(-4).promoted(-2).sold(-1, "m1"), stage="lead"),
    Regular("Софія Бондар", "bought 30 days ago and never activated: in no other folder", "not_activated",
            lambda life: life.inquired(-36).toured(-34).promoted(-31).sold(-30, "m1", days=90), stage="lead"),
    Regular("Сергій Гриценко", "activated today by the first visit", "active",
            lambda life: life.inquired(-9).toured(-7).promoted(-6).sold(-3, "m1").visited(0)),
    Regular("Ірина Савчук", "renewed early: the new one waits", "active to_renew not_activated",
            lambda life: life.member(5).sold(-1, "m2", days=182, product="Полгода", amount=1990000)),
    Regular("Вікторія Шульга", "renewed early, the new one begins the day after the old ends", "active",
            lambda life: life.member(5).sold(-1, "m2", days=90).activated(-1, "m2", 6)),
    Regular("Юрій Павленко", "activated ahead: the term begins tomorrow", "active",
            lambda life: life.inquired(-8).toured(-6).promoted(-4).sold(-2, "m1").activated(-1, "m1", 1)),
    Regular("Катерина Руденко", "bought again the day after the end, not activated", "active not_activated not_renewed",
            lambda life: life.member(-3).sold(-2, "m2")),
    Regular("Кирилл Носов", "renewed on the last day", "active",
            lambda life: life.member(-10).sold(-10, "m2", days=90).activated(-9, "m2")),
    # Freezes, packs, subscriptions, endings.
    Regular("Борис Вольский", "froze yesterday for two weeks: the end moved away from to renew", "active",
            lambda life: life.member(10).frozen(-1, "m1", -1, 12)),
    Regular("Зоя Мельникова", "frozen until today", "active",
            lambda life: life.member(20, days=90).frozen(-8, "m1", -7, 0)),
    Regular("Андрій Коваль", "a freeze begins tomorrow", "active",
            lambda life: life.member(40, days=90).frozen(-1, "m1", 1, 7)),
    Regular("Роман Бойко", "a pack with one visit left", "active",
            lambda life: life.inquired(-34).toured(-33).promoted(-32)
            .sold(-31, "m1", days=60, visits=8, product="8 занятий", amount=380000)
            .activated(-30, "m1").visited(-28, -24, -20, -16, -12, -8, -4)),
    Regular("Ганна Остапенко", "used up the pack with today's visit", "active to_renew",
            lambda life: life.inquired(-34).toured(-33).promoted(-32)
            .sold(-31, "m1", days=60, visits=4, product="4 занятия", amount=220000)
            .activated(-30, "m1").visited(-21, -14, -7, 0)),
    Regular("Денис Вовк", "a subscription without an end", "active",
            lambda life: life.member(0, days=200).sold(0, "m2", days=None, product="Подписка", amount=290000)
            .activated(0, "m2").visited(0), branch="park"),
    Regular("Тетяна Мороз", "terminated as of today", "active to_renew",
            lambda life: life.member(60, days=182).ended(0, "m1", 0, "terminated")),
    Regular("Віктор Сидоренко", "refunded before it was activated: void, back to Guest", "guest",
            lambda life: life.inquired(-60).toured(-58).promoted(-45).sold(-44, "m1").ended(-40, "m1", -40, "refunded"),
            stage="lead", relation="in_progress"),
    Regular("Лариса Клименко", "extended by a week: out of to renew again", "active",
            lambda life: life.member(10).did(-1, {"type": "membership_extended", "membership": "m1", "days": 7})),
    # Purchases and single visits.
    Regular("Назар Паламар", "a single visit 16 days ago, never a member", "active",
            lambda life: life.inquired(-30).toured(-20).promoted(-18).came_once(-16)),
    Regular("Павло Гнатюк", "a single visit 17 days ago: lost since midnight", "lost churn",
            lambda life: life.inquired(-30).toured(-20).promoted(-18).came_once(-17), relation="departed", warmth="warm"),
    Regular("Оксана Дяченко", "a purchase on day 10 kept her: 12 days after the end of the term", "active not_renewed",
            lambda life: life.member(-20).paid(-10, "Массаж", 250000)),
    Regular("Ярослав Мазур", "back after years for one visit: active alone", "active",
            lambda life: _old(life).to_guest(-3).came_once(-2), relation="returned"),
    # The sale window.
    Regular("Инна Лозова", "promoted 16 days ago: the last day of the sale window", "active",
            lambda life: life.inquired(-25).toured(-20).promoted(-16), stage="lead", relation="in_progress"),
    Regular("Алина Котова", "promoted 17 days ago and bought nothing: a guest again", "guest",
            lambda life: life.inquired(-25).toured(-20).promoted(-17), stage="lead", relation="in_progress"),
    Regular("Дарина Мельник", "promoted today", "active",
            lambda life: life.inquired(-3).tried(-1).promoted(0), relation="in_progress"),
    # Those who come back.
    Regular("Людмила Ткаченко", "came back 89 days ago: still returned", "active",
            lambda life: _old(life).toured(-90).sold(-89, "m2", days=182, product="Полгода", amount=1990000).activated(-89, "m2"),
            relation="returned"),
    Regular("Аліна Харченко", "came back 90 days ago: current again", "active",
            lambda life: _old(life).toured(-91).sold(-90, "m2", days=182, product="Полгода", amount=1990000).activated(-90, "m2")),
    Regular("Евгений Поляков", "lost for years, moved to Guest yesterday: a sale is open", "guest",
            lambda life: _old(life).to_guest(-1), relation="in_progress"),
    Regular("Лидия Чернова", "lost for years, came to look today: moved to Guest by it", "guest",
            lambda life: _old(life).toured(0), relation="in_progress"),
    # Leads.
    Regular("Яна Тихонова", "asked on the site this very day", "potential",
            lambda life: life.inquired(0, "site", minute=23 * 60), stage="lead", relation="new", source="site"),
    Regular("Микола Зінченко", "asked two months ago, nobody has called", "potential",
            lambda life: life.inquired(-60, "social"), stage="lead", relation="new", source="social"),
    Regular("Наталя Гончар", "called back, will come", "potential",
            lambda life: life.inquired(-4, "site").called(-3, "invite", "will_come"),
            stage="lead", relation="in_progress", source="site"),
    Regular("Богдан Кравець", "a trial is booked", "potential",
            lambda life: life.inquired(-2, "call").did(-1, {"type": "trial_booked", "session": "Йога, завтра 19:00"}),
            stage="new", relation="in_progress", source="call"),
    Regular("Анна Лисенко", "came to look", "guest", lambda life: life.inquired(-6).toured(-1),
            stage="lead", relation="in_progress"),
    Regular("Антон Бережной", "was at a trial yesterday", "guest", lambda life: life.inquired(-6).tried(-1),
            relation="in_progress"),
    Regular("Инга Рябова", "will not come: a deal lost beside Potential", "potential deal_lost",
            lambda life: life.inquired(-20, "promo").called(-15, "invite", "wont_come", "Далеко ехать"),
            stage="lead", relation="foreign", source="promo"),
    Regular("Марина Ковалёва", "a guest who will not buy: a deal lost beside Guest", "guest deal_lost",
            lambda life: life.inquired(-20).toured(-16).called(-10, "sell_to_potential", "wont_buy", "Дорого"),
            stage="lead", relation="foreign"),
    Regular("Глеб Третьяков", "refused, then asked again today", "potential",
            lambda life: life.inquired(-30).called(-25, "invite", "wont_come", "Нет времени").inquired(0, "site"),
            stage="lead", relation="new"),
    # Lost, with more to it.
    Regular("Вероника Лапина", "lost and complained: cold at once", "lost churn",
            lambda life: life.member(-30).did(-29, {"type": "complaint", "comment": "Холодная вода в душе"}),
            relation="departed", warmth="cold"),
    Regular("Игорь Синицын", "lost long ago, warmed by hand", "lost",
            lambda life: life.member(-120).called(-20, "win_back", "thinking").did(-20, {"type": "warmth_set", "warmth": "warm"}),
            relation="departed", warmth="warm"),
    Regular("Екатерина Белозёрская", "in churn, called twice, did not answer", "lost churn",
            lambda life: life.member(-40).called(-20, "win_back", "no_answer").called(-6, "win_back", "no_answer"),
            relation="departed", warmth="warm"),
    # Archive and marks.
    Regular("Софья Климова", "archived", "archive",
            lambda life: life.inquired(-300).called(-290, "invite", "wont_come", "Переехала").did(-100, {"type": "archived"}),
            stage="archived", relation="foreign"),
    Regular("Пётр Завьялов", "archived, then asked again: back by himself", "potential",
            lambda life: life.inquired(-300).did(-200, {"type": "archived"}).inquired(-2, "messenger"),
            stage="lead", relation="new"),
    Regular("Кира Савельева", "not a person for this club", "potential",
            lambda life: life.inquired(-50).did(-49, {"type": "marked", "relation": "not_target", "reason": "Ищет детский лагерь"}),
            stage="lead", relation="not_target"),
    Regular("ООО «Ромашка»", "a company with a membership for its people", "active",
            lambda life: life.member(100, days=365, product="Корпоративный", amount=24000000),
            kind="company", tax_id="7701234567"),
    Regular("ТОВ «Калина»", "a company that was wound up", "lost",
            lambda life: life.member(-200, days=365, product="Корпоративный", amount=18000000)
            .did(-150, {"type": "marked", "relation": "liquidated", "reason": "Ликвидирована"}),
            relation="liquidated", warmth="cold", kind="company", tax_id="7709876543", branch="park"),
    # Money.
    Regular("Вадим Сорока", "began a contract this morning and has not paid", "active",
            lambda life: life.inquired(-3).tried(-1).promoted(-1).agreed(0, "D-103", "Год", 3290000, days=365), relation="in_progress"),
    Regular("Степан Жук", "a subscription in debt for days: the turnstile says no", "active",
            lambda life: _in_debt(life, "D-102", -40).visited(-20, -9)),
    Regular("Зарема Хасанова", "in debt for weeks: the contract ends in a few days", "active",
            lambda life: _in_debt(life, "D-104", -54).bounced(-22, "D-104", 290000, 1).bounced(-20, "D-104", 290000, 2).visited(-30)),
    Regular("Герман Орлик", "the bank refused the charge, yesterday and today", "active",
            lambda life: _in_debt(life, "D-105", -33).bounced(-1, "D-105", 290000, 1).bounced(0, "D-105", 290000, 2).visited(-12, -5)),
    Regular("Эльвира Кац", "a pack of ten trainings with one left", "active",
            lambda life: life.member(30, days=90, product="Три месяца", amount=1190000).agreed(-40, "D-101", "Персональные тренировки", 1500000, kind="service", visits=10, days=90)
            .settled(-40, "D-101", 1500000).used("D-101", *range(-38, -10, 3)[:9])),
    # A family: one number, three lives.
    Regular("Мария Орлова", "shares a number with her family: a member", "active",
            lambda life: life.member(45, days=90).visited(-4, -2), phone=_FAMILY),
    Regular("Дмитрий Орлов", "the same number: lost since spring", "lost",
            lambda life: life.member(-210), phone=_FAMILY, relation="departed", warmth="cold"),
    Regular("Ольга Орлова", "the same number: asked yesterday", "potential",
            lambda life: life.inquired(-1, "referral"), phone=_FAMILY, stage="lead", relation="new", source="referral"),
    # The other branch has its own midnight.
    Regular("Наталья Грин", "ends today by the time of the other branch", "active to_renew",
            lambda life: life.member(0).visited(-1), branch="park"),
    Regular("Артём Лисин", "day 17 after the end by the time of the other branch", "lost churn",
            lambda life: life.member(-17), relation="departed", warmth="warm", branch="park"),
)  # fmt: skip
