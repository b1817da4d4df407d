"""Names and numbers of people who do not exist, as the region writes them."""

from __future__ import annotations

from random import Random
from typing import Final

_WOMEN: Final = (
    "Анна", "Мария", "Елена", "Ольга", "Наталья", "Ирина", "Татьяна", "Светлана", "Екатерина", "Юлия", "Дарья",
    "Ксения", "Полина", "Вероника", "Алёна", "Марина", "Оксана", "Олена", "Катерина", "Софія", "Дарина", "Ганна",
    "Соломія", "Зоряна", "Леся", "Ярина",
)  # fmt: skip
_MEN: Final = (
    "Александр", "Дмитрий", "Сергей", "Андрей", "Алексей", "Максим", "Иван", "Михаил", "Артём", "Никита", "Павел",
    "Роман", "Тимур", "Кирилл", "Глеб", "Пётр", "Олександр", "Дмитро", "Сергій", "Андрій", "Богдан", "Тарас",
    "Назар", "Юрій", "Євген", "Остап",
)  # fmt: skip
_WOMENS: Final = (
    "Соколова", "Иванова", "Кузнецова", "Попова", "Лебедева", "Новикова", "Морозова", "Волкова", "Белозёрская",
    "Журавлёва", "Ахметова", "Лапина", "Дроздова", "Савельева", "Климова", "Тихонова", "Орлова", "Гусева",
)  # fmt: skip
_MENS: Final = (
    "Соколов", "Иванов", "Кузнецов", "Попов", "Лебедев", "Новиков", "Морозов", "Волков", "Синицын", "Фадеев",
    "Громов", "Третьяков", "Завьялов", "Носов", "Орлов", "Гусев", "Галиев", "Ибрагимов",
)  # fmt: skip
_EITHER: Final = (
    "Шевченко", "Коваленко", "Бондаренко", "Ткаченко", "Кравченко", "Лисенко", "Мельник", "Руденко", "Савчук",
    "Поліщук", "Мороз", "Гончар", "Бойко", "Дяченко", "Остапенко", "Кравець", "Гриценко", "Зінченко", "Павленко",
    "Мазур",
)  # fmt: skip


def somebody(rng: Random) -> str:
    """A first and a family name that go together."""
    woman = rng.random() < 0.56
    first = rng.choice(_WOMEN if woman else _MEN)
    family = rng.choice(_EITHER if rng.random() < 0.42 else _WOMENS if woman else _MENS)
    return f"{first} {family}"


def number(rng: Random) -> str:
    """A telephone number nobody is asked to call, in one of the ways people type them."""
    if rng.random() < 0.2:
        digits = f"{rng.choice(('50', '63', '67', '93', '97'))}{rng.randrange(10**7):07d}"
        return f"+380 {digits[:2]} {digits[2:5]} {digits[5:7]} {digits[7:]}"
    digits = f"9{rng.choice(('03', '16', '21', '62', '85'))}{rng.randrange(10**7):07d}"
    way = rng.choice(("+7 {} {}-{}-{}", "8 ({}) {}-{}-{}", "8{}{}{}{}", "+7{}{}{}{}"))
    return way.format(digits[:3], digits[3:6], digits[6:8], digits[8:])
