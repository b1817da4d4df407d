"""A client's account on the profile and in the forms of money: what is shown, what may be done, what a form begins with."""

from __future__ import annotations

from datetime import timedelta

import pytest
import reflex as rx

from club_ui import access, forms, money_forms
from club_ui import products as words
from club_ui.money_rows import money_row
from club_ui.state.board import BoardState
from club_ui.state.client import ClientState
from lifecycle import accounts, overview, store
from lifecycle.actions import cards, clients, contract_clock, contracts, deeds, products, staff
from lifecycle.actions.recording import record
from lifecycle.clock import FixedClock
from lifecycle.desk import Desk
from lifecycle.errors import Conflict, IllegalMove, NotFound

NAMES = {"en": "Month", "ru": "Месяц", "uk": "Місяць"}


@pytest.fixture
def listed(small_club, owner):
    """A month, a club card paid monthly, ten trainings, and an offer for those who come back."""
    made = [
        products.add(small_club, owner, names=NAMES, price=390000, days=30),
        products.add(small_club, owner, names={"en": "Club card"}, price=290000, days=30, billing="recurring"),
        products.add(small_club, owner, names={"en": "Training"}, price=300000, kind="service", visits=2),
        products.add(small_club, owner, names={"en": "Come back"}, price=190000, days=30, sold_to=["former"]),
    ]
    words.know(made)
    return {one.code: one for one in made}


@pytest.fixture
def buyer(small_club, owner, given):
    """Somebody to whom things may be sold."""
    client_id = given()
    deeds.move_to_guest(small_club, owner, client_id, key="g")
    deeds.promote(small_club, owner, client_id, key="p")
    return client_id


def sells(club, desk, client_id, product, **more):
    return contracts.sell(club, desk, client_id, key=f"sale of {product}", product=product, **more)


def account(club, desk, client_id, now=None):
    with club.reading() as conn:
        return accounts.account(conn, desk, client_id, now or club.clock.now())


def shown(club, desk, client_id, *, now=None, language="ru", sale="allowed"):
    return money_row(language, account(club, desk, client_id, now), desk, "RUB", sale=sale)


def codes(line):
    return [deed.code for deed in line.deeds]


@pytest.mark.usefixtures("listed")
class TestAccount:
    def test_what_was_sold_and_paid_asks_for_nothing(self, small_club, owner, buyer):
        sells(small_club, owner, buyer, "month")

        row = shown(small_club, owner, buyer)

        (line,) = row.contracts
        assert (line.title, line.state.code, line.paid, line.asks, row.owes) == ("Месяц", "paid", "Оплачено: 3\u00a0900\u00a0₽", "", "")
        assert (line.pay, codes(line)) == (False, ["refund"])

    def test_an_unpaid_one_says_what_it_asks_and_when_the_board_will(self, small_club, owner, buyer):
        sells(small_club, owner, buyer, "month", paid_by="later")

        row = shown(small_club, owner, buyer)

        (line,) = row.contracts
        asks = (small_club.clock.now() + timedelta(minutes=15)).astimezone(account(small_club, owner, buyer).branch.zone)
        assert (line.state.code, line.asks, line.pay, codes(line)) == ("started", "К оплате: 3\u00a0900\u00a0₽", True, ["cancel_contract"])
        assert line.next == [f"Без оплаты в {asks:%H:%M} на доске появится карточка"]
        assert (row.owes, row.owed, row.late) == ("Месяц. К оплате: 3\u00a0900\u00a0₽", line.name, False)

    def test_where_the_gate_is_shut_the_first_payment_is_not_offered(self, small_club, owner, buyer):
        sells(small_club, owner, buyer, "month", paid_by="later")

        (line,) = shown(small_club, owner, buyer, sale="promote").contracts

        assert (line.pay, codes(line)) == (False, ["cancel_contract"])
        assert line.next[0].startswith("Первая оплата — это продажа")

    def test_a_subscription_says_when_it_is_charged_next_and_what_happens_in_debt(self, small_club, owner, buyer):
        sells(small_club, owner, buyer, "club_card", starts_on="2026-03-02")
        (line,) = shown(small_club, owner, buyer).contracts
        assert (line.state.code, line.next, line.terms) == (
            "running", ["Следующее списание 2\u00a0апреля: 2\u00a0900\u00a0₽"], "№ 1-1 · раз в месяц",
        )  # fmt: skip

        row = shown(small_club, owner, buyer, now=small_club.clock.now() + timedelta(days=40))
        (line,) = row.contracts
        assert (line.state.code, line.asks, line.late, row.late) == ("in_debt", "Долг: 2\u00a0900\u00a0₽", True, True)
        assert line.next == [
            "Просрочен с 2\u00a0апреля; турникет не пропускает", "22\u00a0апреля на доске появится карточка",
            "Без оплаты 2\u00a0мая договор будет расторгнут",
        ]  # fmt: skip

    def test_a_failed_try_is_told_with_its_reason(self, small_club, owner, buyer):
        sells(small_club, owner, buyer, "club_card", paid_by="later")
        failed = {"type": "payment", "contract": f"{buyer}-1", "state": "failed", "amount": 290000, "why": "Недостаточно средств"}
        record(small_club, owner, buyer, [failed], key="f", happened=True)

        (line,) = shown(small_club, owner, buyer).contracts

        assert line.tries == ["Не прошёл 2\u00a0мар: Недостаточно средств"]

    def test_a_contract_cancelled_or_given_back_stands_in_the_past(self, small_club, owner, buyer):
        sells(small_club, owner, buyer, "month", paid_by="later")
        contracts.cancel(small_club, owner, buyer, key="x", contract=f"{buyer}-1")

        row = shown(small_club, owner, buyer)

        assert (row.contracts, [line.state.code for line in row.past], row.owes) == ([], ["cancelled"], "")

    def test_the_desk_gives_no_money_back(self, small_club, owner, buyer):
        sells(small_club, owner, buyer, "month")

        (line,) = shown(small_club, Desk(None, "Dina", "front_desk", frozenset({1})), buyer).contracts

        assert codes(line) == []

    def test_a_pack_says_what_is_left_and_ends(self, small_club, owner, buyer):
        sells(small_club, owner, buyer, "training")
        pack = f"{buyer}-1"
        contracts.use_service(small_club, owner, buyer, key="1", service=pack, trainer="Timur")
        (line,) = shown(small_club, owner, buyer).packs
        assert (line.title, line.left, line.share, line.used, line.usable) == (
            "Training", "Осталось 1 из 2 занятий", "50%", "последнее: сегодня, Timur", True,
        )  # fmt: skip

        contracts.use_service(small_club, owner, buyer, key="2", service=pack)
        (line,) = shown(small_club, owner, buyer).packs
        assert (line.state.code, line.left, line.usable) == ("used_up", "Осталось 0 из 2 занятий", False)
        with pytest.raises(IllegalMove, match="pack_used_up"):
            contracts.use_service(small_club, owner, buyer, key="3", service=pack)

    @pytest.mark.parametrize(("expires", "over"), [("02/26", True), ("03/26", False), ("04/2027", False), ("", False), ("13-2020", False)])
    def test_a_card_is_masked_and_red_when_its_month_has_passed(self, small_club, owner, buyer, expires, over):
        with small_club.writing() as conn:
            store.payment_means.note(
                conn, buyer, contract="x", provider="yookassa", brand="Visa", last4="4242", expires=expires, recurring=True,
                token="secret", at=small_club.clock.now(),
            )  # fmt: skip

        (line,) = shown(small_club, owner, buyer).means

        assert (line.title, line.over, line.recurring) == ("Visa ···· 4242", over, "списывается автоматически")
        assert "secret" not in repr(line)

    def test_a_card_taken_away_is_shown_no_more(self, small_club, owner, buyer):
        with small_club.writing() as conn:
            store.payment_means.note(
                conn, buyer, contract="x", provider="p", brand="Mir", last4="1", expires="", recurring=False, token="t", at=small_club.clock.now()
            )
        (line,) = shown(small_club, owner, buyer).means

        forms.DEEDS["forget_means"].door(small_club, owner, buyer, key="k", **forms.taken("forget_means", {"means": line.id}))

        assert shown(small_club, owner, buyer).means == []

    @pytest.mark.parametrize(
        ("code", "said", "told"),
        [
            ("insufficient_funds", "Declined", "недостаточно денег на карте"), ("odd_code", "Declined", "Declined"), ("odd_code", None, "odd_code"),
            (None, None, "причина не указана"),
        ],
    )  # fmt: skip
    def test_why_a_try_failed_is_told_in_the_readers_language_where_the_code_is_known(self, small_club, owner, buyer, code, said, told):
        sells(small_club, owner, buyer, "club_card", paid_by="later")
        failed = {"type": "payment", "contract": f"{buyer}-1", "state": "failed", "amount": 290000, "why": said, "why_code": code}
        record(small_club, owner, buyer, [failed], key="f", happened=True)

        (line,) = shown(small_club, owner, buyer).contracts

        assert line.tries == [f"Не прошёл 2\u00a0мар: {told}"]

    async def test_an_opened_card_shows_the_same(self, here, small_club, owner, buyer, monkeypatch):
        async def as_owner(_state):
            return owner

        monkeypatch.setattr(access, "desk_of", as_owner)
        monkeypatch.setattr(access, "address_of", lambda _state: "")
        sells(small_club, owner, buyer, "training")
        card = cards.make(small_club, owner, key="c", client_id=buyer, due=None, status=None, step="call").card
        shown_in = {}
        for part in ("general", "contracts", "services"):
            state = rx.State(_reflex_internal_init=True).substates[BoardState.get_name()]
            state.card, state.part = str(card.id), part
            await state._load(here)
            shown_in[part] = state.money

        assert [line.title for line in shown_in["contracts"].contracts] == ["Training"]
        assert [line.left for line in shown_in["services"].packs] == ["Осталось 2 из 2 занятий"]
        assert (shown_in["contracts"].may_sell, shown_in["general"].contracts) == (True, [])

    @pytest.mark.parametrize("language", ["en", "ru", "uk"])
    def test_an_account_can_be_told_in_every_language(self, small_club, owner, buyer, language):
        for product in ("month", "club_card", "training"):
            sells(small_club, owner, buyer, product, paid_by="later")

        row = shown(small_club, owner, buyer, language=language)

        assert len(row.contracts) == 3
        assert all(line.asks and line.next for line in row.contracts)

    async def test_the_profile_shows_the_account_and_says_products_by_their_names(self, here, small_club, owner, buyer):
        sells(small_club, owner, buyer, "training")
        contracts.use_service(small_club, owner, buyer, key="1", service=f"{buyer}-1")
        state = ClientState(_reflex_internal_init=True)
        state.number = str(buyer)

        await state._load(here)

        assert [line.title for line in state.money.contracts] == ["Training"]
        told = {line.says for line in state.history}
        assert {"Услуга: Training", "Договор начат: Training", "Покупка: Training, 3\u00a0000\u00a0₽"} <= told
        assert "Платёж 3\u00a0000\u00a0₽ прошёл: Training" in told


class TestForms:
    @pytest.fixture
    def row(self, small_club, owner, buyer):
        with small_club.reading() as conn:
            return overview.standing_rows(conn, owner, small_club.clock.now(), [buyer])[0]

    @pytest.mark.usefixtures("listed")
    def test_only_what_may_be_sold_to_the_client_is_offered(self, small_club, owner, buyer):
        with small_club.reading() as conn:
            offered = accounts.offers(conn, owner, buyer, small_club.clock.now())

        assert [one.code for one in offered] == ["month", "club_card", "training"]

    def test_a_sale_begins_with_nothing_chosen_and_choosing_fills_it(self, listed, row):
        products_ = list(listed.values())
        begun = money_forms.sale_begins(forms.likely("sell", row), products_)
        filled = money_forms.filled(listed["month"])

        assert (begun["product"], begun["paid_by"]) == ("", "cash")
        assert (filled["days"], filled["amount"], filled["billing"], filled["kind"]) == ("30", "3900", "term", "membership")

    def test_without_a_price_list_everything_is_asked(self, row):
        assert money_forms.sale_begins(forms.likely("sell", row), [])["product"] == money_forms.OTHER

    @pytest.mark.parametrize("before", ["month", "Месяц"])
    def test_a_renewal_begins_with_the_same_product_on_the_terms_of_today(self, listed, row, before):
        likely = {**forms.likely("sell", row), "product": before, "amount": "2500"}

        begun = money_forms.sale_begins(likely, list(listed.values()))

        assert (begun["product"], begun["amount"]) == ("month", "3900")

    @pytest.mark.usefixtures("listed")
    def test_a_form_sells_from_the_price_list_at_the_price_agreed(self, small_club, owner, buyer):
        typed = {"product": "month", "days": "30", "visits": "", "amount": "3 500", "starts_on": "2026-03-02", "paid_by": "terminal"}

        forms.DEEDS["sell"].door(small_club, owner, buyer, key="s", **forms.taken("sell", typed))

        (one,) = account(small_club, owner, buyer).contracts
        assert (one.product, one.state, one.amount, one.days) == ("month", "paid", 350000, 30)

    def test_what_the_price_list_does_not_hold_can_be_sold(self, small_club, owner, buyer):
        typed = {"product": "-", "title": "Массаж", "kind": "service", "billing": "term", "days": "", "visits": "5", "amount": "900", "paid_by": "later"}

        forms.DEEDS["sell"].door(small_club, owner, buyer, key="s", **forms.taken("sell", typed))

        (one,) = account(small_club, owner, buyer).contracts
        assert (one.product, one.kind, one.state, one.visits) == ("Массаж", "service", "started", 5)

    @pytest.mark.usefixtures("listed")
    def test_a_form_about_a_contract_begins_with_what_is_to_be_paid(self, small_club, owner, buyer):
        sells(small_club, owner, buyer, "month", paid_by="later")
        read = account(small_club, owner, buyer)

        begun = money_forms.begins("ru", "take_payment", read, f"{buyer}-1", "RUB")

        assert (begun["amount"], begun["said"]) == ("3900", "Месяц. К оплате: 3\u00a0900\u00a0₽")
        assert money_forms.begins("ru", "take_payment", read, "another", "RUB") == {}
        assert begun["begins"]
        taken = forms.taken("take_payment", {**begun, "starts_on": "2026-03-05"})
        contracts.take_payment(small_club, owner, buyer, key="first", **taken)
        assert not money_forms.begins("ru", "take_payment", account(small_club, owner, buyer), f"{buyer}-1", "RUB")["begins"]

    @pytest.mark.parametrize("means", ["²", "-1", "9" * 5000, ""])
    def test_a_card_that_is_no_number_is_not_there(self, small_club, owner, buyer, means):
        with pytest.raises(NotFound):
            forms.DEEDS["forget_means"].door(small_club, owner, buyer, key="f", means=means)

    @pytest.mark.usefixtures("listed")
    def test_taking_a_sale_back_takes_the_contract_and_the_money_back(self, small_club, owner, buyer):
        sold = sells(small_club, owner, buyer, "month", starts_on="2026-03-02")

        deeds.void(small_club, owner, buyer, key="undo", fact_ids=sold.new_ids)

        assert account(small_club, owner, buyer).contracts == ()


@pytest.mark.parametrize(("typed", "waits"), [({"paid_by": "later", "amount": "3 900"}, True), ({"paid_by": "later", "amount": "0"}, False), ({"paid_by": "cash", "amount": "1"}, False)])
def test_only_what_costs_something_waits_for_its_money(typed, waits):
    assert money_forms.only_begun("sell", typed) is waits


def test_the_clock_ends_the_contract_the_profile_warned_of(small_club, owner, buyer, listed):
    sells(small_club, owner, buyer, listed["club_card"].code, starts_on="2026-03-02")
    small_club.clock = FixedClock(small_club.clock.now() + timedelta(days=70))

    assert contract_clock.settle_due(small_club) == 1

    (line,) = shown(small_club, owner, buyer).contracts
    assert (line.state.code, line.asks, line.next) == ("terminated", "Долг: 2\u00a0900\u00a0₽", ["Просрочен с 2\u00a0апреля"])


class TestDrafts:
    """What was typed into a form about money comes back only while it is about the same money."""

    @pytest.fixture
    def opens(self, small_club, owner, buyer, monkeypatch):
        async def as_owner(_state):
            return owner

        monkeypatch.setattr(access, "desk_of", as_owner)

        async def opened(deed, about=""):
            state = rx.State(_reflex_internal_init=True).substates[ClientState.get_name()]
            assert await state._open(owner, "ru", deed, str(buyer), about)
            return state

        return opened

    @pytest.mark.usefixtures("listed")
    async def test_choosing_another_product_brings_its_terms_and_late_news_of_the_first_are_dropped(self, opens):
        state = await opens("sell")
        assert [one.code for one in state.offers] == ["month", "club_card", "training"]
        await ClientState.choose.fn(state, "month")
        await ClientState.choose.fn(state, "training")

        await ClientState.keep.fn(state, {"product": "month", "amount": "3900"})

        assert (state.given["product"], state.given["amount"], state.given["kind"]) == ("training", "3000", "service")

    async def test_a_sale_typed_and_not_sent_is_there_again_until_the_price_changes(self, small_club, owner, listed, opens):
        state = await opens("sell")
        await ClientState.choose.fn(state, "month")
        await ClientState.keep.fn(state, {"product": "month", "amount": "3500", "paid_by": "terminal"})
        assert (await opens("sell")).given["amount"] == "3500"

        month = listed["month"]
        products.change(small_club, owner, "month", version=month.version, names=NAMES, price=420000, days=30)

        assert (await opens("sell")).given["product"] == ""

    @pytest.mark.usefixtures("listed")
    async def test_what_was_typed_about_one_contract_is_not_said_of_another_nor_of_another_sum(self, small_club, owner, buyer, opens):
        for product in ("month", "training"):
            sells(small_club, owner, buyer, product, paid_by="later")
        first, second = f"{buyer}-1", f"{buyer}-2"
        await ClientState.keep.fn(await opens("take_payment", first), {"amount": "1000", "paid_by": "cash"})
        assert (await opens("take_payment", first)).given["amount"] == "1000"
        assert (await opens("take_payment", second)).given["amount"] == "3000"

        contracts.take_payment(small_club, owner, buyer, key="part", contract=first, amount=190000)

        assert (await opens("take_payment", first)).given["amount"] == "2000"

    async def test_a_sale_is_of_the_price_list_that_the_form_was_filled_from(self, small_club, owner, buyer, listed, opens):
        state = await opens("sell")
        await ClientState.choose.fn(state, "month")
        typed = forms.taken("sell", {**state.given, "paid_by": "later"})
        products.change(small_club, owner, "month", version=listed["month"].version, names=NAMES, price=420000, days=30)

        with pytest.raises(Conflict):
            forms.DEEDS["sell"].door(small_club, owner, buyer, key="s", **typed)

    @pytest.mark.usefixtures("listed")
    async def test_a_payment_is_for_what_was_asked_when_the_form_was_opened(self, small_club, owner, buyer, opens):
        sells(small_club, owner, buyer, "month", paid_by="later")
        typed = forms.taken("take_payment", (await opens("take_payment", f"{buyer}-1")).given)
        contracts.take_payment(small_club, owner, buyer, key="part", contract=f"{buyer}-1", amount=100000)

        with pytest.raises(Conflict):
            forms.DEEDS["take_payment"].door(small_club, owner, buyer, key="all", **typed)

    @pytest.mark.usefixtures("listed")
    async def test_no_address_opens_a_form_that_the_contract_does_not_allow(self, small_club, owner, buyer):
        sells(small_club, owner, buyer, "month")
        state = rx.State(_reflex_internal_init=True).substates[ClientState.get_name()]

        opened = [deed for deed in sorted(money_forms.OF_A_CONTRACT) if await state._open(owner, "ru", deed, str(buyer), f"{buyer}-1")]

        assert opened == ["refund"]

    async def test_what_was_typed_over_a_client_is_dropped_where_a_colleague_saved_meanwhile(self, small_club, owner, buyer, opens):
        state = await opens("change_client")
        await ClientState.keep.fn(state, {**state.given, "comment": "Утром"})
        assert (await opens("change_client")).given["comment"] == "Утром"

        clients.change_client(small_club, owner, buyer, version=int(state.given["version"]), name="Анна", phone="+7 912 000-00-01")

        again = (await opens("change_client")).given
        assert (again["phone"], again["comment"]) == ("+7 912 000-00-01", "")

    async def test_a_form_about_nothing_that_is_there_does_not_open(self, small_club, owner, buyer):
        state = rx.State(_reflex_internal_init=True).substates[ClientState.get_name()]

        assert not await state._open(owner, "ru", "refund", str(buyer), "another")

    @pytest.mark.usefixtures("listed")
    async def test_who_trains_is_offered_first_the_one_of_the_last_time(self, small_club, owner, buyer, opens):
        for name, role in (("Timur", "trainer"), ("Zoya", "trainer"), ("Dina", "front_desk")):
            staff.add(small_club, owner, login=name.lower(), name=name, role=role, password="three blue kettles", branches=[1])
        sells(small_club, owner, buyer, "training")
        contracts.use_service(small_club, owner, buyer, key="1", service=f"{buyer}-1", trainer="Zoya")

        state = await opens("use_service", f"{buyer}-1")

        assert ([one.value for one in state.people], state.given["trainer"]) == (["", "Timur", "Zoya"], "Zoya")
