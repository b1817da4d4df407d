"""What an import would do with the rows of some clients: who is new, who is known, which facts, what is refused.

Made before anything is written; a dry run stops here. Only reads the database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Final, NamedTuple

from sqlalchemy import Connection

from lifecycle import store
from lifecycle.days import Day, day_of
from lifecycle.errors import BadInput
from lifecycle.facts import Fact, check_history
from lifecycle.importing import rows
from lifecycle.importing.people import Person
from lifecycle.importing.prepare import Likeness, Prepared, Tables, prepare, read_facts
from lifecycle.importing.problems import Problem
from lifecycle.importing.rows import NewFact, Source
from lifecycle.importing.staging import Group, Staged
from lifecycle.importing.table import Here
from lifecycle.importing.vocabulary import VALUES, plain
from lifecycle.policy import Policies
from lifecycle.store.branches import BranchRow
from lifecycle.summary import summarise


@dataclass
class Planned:
    """One client of the import: known by `client_id` or to be made from `person`, and what is new of them."""

    ref: str
    key: str
    person: Person | None
    first: Staged | None
    told: list[Staged]
    likenesses: list[Likeness]
    read_for: BranchRow
    facts: list[NewFact]
    problems: list[Problem]
    client_id: int | None = None
    home: BranchRow | None = None
    since: datetime | None = None
    same_as: Met | None = None
    known: list[NewFact] = field(default_factory=list)


class Met(NamedTuple):
    """Somebody this import made known: by which row, and in which branch."""

    ref: str
    line: int
    file: str
    home: BranchRow


@dataclass
class Chunk:
    """The plan for some clients, with what there is to say about their rows."""

    clients: list[Planned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    counts: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


@dataclass
class Planner:
    """Plans clients chunk by chunk; remembers whom this import made known, by number and name."""

    tables: Tables
    here: Here
    policies: Policies
    as_of: Day
    holds_against: bool
    dry: bool
    met: dict[Likeness, Met] = field(default_factory=dict)

    def plan(
        self, conn: Connection, groups: Sequence[Group], prepared: Sequence[Prepared], *, careful: bool = False
    ) -> Chunk:
        """What to do with these. `careful` looks for facts that somebody else's client has already."""
        chunk = Chunk()
        for table in self.tables.values():
            table.problems = chunk.problems
        planned = [self._begin(group, one) for group, one in zip(groups, prepared, strict=True)]
        for group, said in zip(groups, prepared, strict=True):
            chunk.problems += said.named.problems
            for row in group.rows:
                chunk.counts[row.file]["rows"] += 1
        self._find(conn, planned)
        chunk.clients = [one for one in self._joined(planned) if self._settled(one)]
        for one in chunk.clients:
            self._complete(one, chunk)
        self._leave_known(conn, chunk.clients, careful=careful)
        self._judge(conn, chunk.clients)
        _count(chunk)
        return chunk

    def remember(self, groups: Sequence[Group]) -> None:
        """Whom an import that was cut off had already made known, so that its second half says the same."""
        for group in groups:
            self._note_met(self._begin(group, prepare(self.tables, group)))

    def _begin(self, group: Group, prepared: Prepared) -> Planned:
        return Planned(
            ref=group.ref,
            key=self._key(group.ref),
            person=prepared.named.person,
            first=prepared.named.first,
            told=list(prepared.named.told),
            likenesses=prepared.likenesses,
            read_for=prepared.home,
            facts=list(prepared.facts),
            problems=prepared.problems,
        )

    def _key(self, ref: str) -> str:
        return f"import:{self.here.told.source}:client:{ref}"

    # --- who it is ---------------------------------------------------------------------------

    def _find(self, conn: Connection, planned: Sequence[Planned]) -> None:
        """Known by the source's own id, else by number and name together."""
        owners = store.imports.owners_of_keys(conn, [one.key for one in planned])
        for one in planned:
            one.client_id = owners.get(one.key)
        alike, taken = self._alike(conn, [one for one in planned if one.client_id is None])
        for one in planned:
            self._match(one, alike, taken)
            self._note_met(one)
        self._find_same(conn, planned)
        self._find_homes(conn, planned)

    def _alike(self, conn: Connection, unknown: Sequence[Planned]) -> tuple[dict[Likeness, list[int]], set[int]]:
        """Clients with these numbers and names, and who of them has an id of this source already."""
        numbers = {number for one in unknown for number, _name in one.likenesses}
        alike: dict[Likeness, list[int]] = defaultdict(list)
        for client in store.imports.alike(conn, numbers):
            if self.here.reaches(client.branch_id):
                alike[client.e164, " ".join(sorted(client.name.split()))].append(client.client_id)
        candidates = {client_id for found in alike.values() for client_id in found}
        prefix = f"import:{self.here.told.source}:client:id:"
        return alike, store.imports.own_ids(conn, candidates, prefix) if candidates else set()

    def _match(self, one: Planned, alike: Mapping[Likeness, list[int]], taken: set[int]) -> None:
        """One with an id of its own is never somebody else of the same source, however alike: that is only said."""
        has_id = one.ref.startswith("id:")
        if one.client_id is None:
            found = [client_id for each in one.likenesses for client_id in alike.get(each, ())]
            one.client_id = next((client_id for client_id in found if not has_id or client_id not in taken), None)
            known_twice = one.client_id is None and bool(found)
        else:
            known_twice = False
        before = next((self.met[each] for each in one.likenesses if each in self.met), None)
        if before is not None and before.ref != one.ref and (one.client_id is None or has_id):
            one.same_as = None if has_id else before
            if has_id and one.first:
                self._remark(one.first, "same_person", line=before.line, file=before.file)
        elif known_twice and one.first:
            self._remark(one.first, "same_person_known")

    def _note_met(self, one: Planned) -> None:
        if one.first is not None and one.person is not None and one.same_as is None:
            for each in one.likenesses:
                self.met.setdefault(each, Met(one.ref, one.first.line, self._name_of(one.first), one.person.branch))

    def _find_same(self, conn: Connection, planned: Sequence[Planned]) -> None:
        """Whom an earlier chunk made known, by the key they got; in a dry run nobody got one."""
        here = {one.ref for one in planned}
        far = {one.ref: one.same_as.ref for one in planned if one.same_as and one.client_id is None and one.same_as.ref not in here}
        owners = store.imports.owners_of_keys(conn, [self._key(ref) for ref in far.values()])
        for one in planned:
            if one.ref in far:
                one.client_id = owners.get(self._key(far[one.ref]))
                if one.client_id is None and not self.dry:
                    one.same_as = None

    def _find_homes(self, conn: Connection, planned: Sequence[Planned]) -> None:
        homes = store.imports.homes(conn, [one.client_id for one in planned if one.client_id is not None])
        branches = {branch.id: branch for branch in self.here.branches.values()}
        for one in planned:
            if one.client_id is not None:
                branch_id, one.since = homes[one.client_id]
                one.home = branches[branch_id]
            elif one.same_as is not None:
                one.home = one.same_as.home
            elif one.person is not None:
                one.home = one.person.branch

    def _joined(self, planned: Sequence[Planned]) -> list[Planned]:
        """Rows without an id that mean somebody of the same chunk are put with the rest of them."""
        by_ref = {one.ref: one for one in planned}
        kept: list[Planned] = []
        for one in planned:
            same = by_ref.get(one.same_as.ref) if one.same_as is not None and one.client_id is None else None
            if same is None:
                kept.append(one)
            else:
                if one.read_for != same.read_for:
                    one.facts, one.problems = read_facts(self.tables, one.told, same.read_for)
                same.told += one.told
                same.facts += one.facts
                same.problems = [*same.problems, *one.problems]
        return kept

    def _settled(self, one: Planned) -> bool:
        """Whether it is clear whose these rows are; if not they are refused, each by itself."""
        if one.home is not None and self.here.reaches(one.home.id):
            return True
        for row in one.told:
            self._refuse(row, "client", "client_unknown")
        return False

    # --- what happened -----------------------------------------------------------------------

    def _complete(self, one: Planned, chunk: Chunk) -> None:
        """The facts as they stand at home, in order, with what is to be said of them."""
        home = one.home or self.here.home
        if home != one.read_for:
            one.facts, one.problems = read_facts(self.tables, one.told, home)
        chunk.problems += one.problems
        new = one.client_id is None and one.same_as is None
        if one.first and (new or self.tables[one.first.file].reading.kind == "clients"):
            self._became_known(one, one.first, home)
        one.facts.sort(key=_ORDER)
        self._name_twins(one)

    def _became_known(self, one: Planned, row: Staged, home: BranchRow) -> None:
        """On the day the table says; else with the first thing that happened, or as long as the club knows them."""
        table = self.tables[row.file]
        joined = one.person.joined if one.person else None
        first = min((fact.at for fact in one.facts), default=None)
        moment: date | datetime = joined or one.since or first or self.here.now
        source = Source(row.line, one.key, home)
        fact = rows.inquiry(table, source, moment)
        if fact.at > self.here.now:
            table.remark(row.line, "joined", "in_future", value=str(joined))
            fact = rows.inquiry(table, source, self.here.now)
        one.facts.append(fact)

    def _name_twins(self, one: Planned) -> None:
        """Two rows that tell the same of the same moment may be one deed told twice: taken, and said."""
        seen: dict[tuple[str, datetime], NewFact] = {}
        for fact in one.facts:
            twin = seen.setdefault((fact.type, fact.at), fact) if fact.type in _TWINS else fact
            if twin is not fact and _same(twin.fields, fact.fields):
                values = {"line": twin.line, "file": self.tables[twin.file].reading.name}
                self.tables[fact.file].remark(fact.line, "", "looks_twice", **values)

    def _leave_known(self, conn: Connection, clients: Sequence[Planned], *, careful: bool) -> None:
        """What an earlier import brought is left as it is. Who is new has nothing known, as a rule."""
        old = [one for one in clients if careful or one.client_id is not None]
        known = store.imports.owners_of_keys(conn, [fact.key for one in old for fact in one.facts])
        for one in old:
            one.known = [fact for fact in one.facts if fact.key in known]
            one.facts = [fact for fact in one.facts if fact.key not in known]
            for fact in one.known:
                if known[fact.key] != one.client_id:
                    self.tables[fact.file].remark(fact.line, "client", "known_of_another")

    # --- whether it holds together -----------------------------------------------------------

    def _judge(self, conn: Connection, clients: Sequence[Planned]) -> None:
        old = [one.client_id for one in clients if one.client_id is not None and (one.facts or self._stated(one))]
        histories = _histories(conn, old)
        for one in clients:
            before = histories.get(one.client_id or 0, [])
            after = self._consistent(one, before) if one.facts else before
            if one.first and (stated := self._stated(one)):
                self._hold_against(one.first, stated, after)

    def _consistent(self, one: Planned, before: list[Fact]) -> list[Fact]:
        """The history with the new facts; a fact that cannot stand beside the others is refused."""
        while True:
            after = [fact.fact for fact in one.facts]
            if before:
                after = sorted([*before, *after], key=_at)
            try:
                check_history(after)
            except BadInput as error:
                bad = next((fact for fact in one.facts if fact.key == error.values.get("id")), one.facts[-1])
                self._refuse(Staged(bad.file, bad.line, "", []), error.errors[0].field, "contradiction", why=error.code)
                one.facts = [fact for fact in one.facts if fact.line != bad.line or fact.file != bad.file]
                if one.facts:
                    continue
                return before
            return after

    def _stated(self, one: Planned) -> str | None:
        return one.person.stated if self.holds_against and one.person is not None else None

    def _hold_against(self, row: Staged, stated: str, facts: list[Fact]) -> None:
        """A stated status proves nothing, but where it and the memberships disagree somebody should look."""
        table = self.tables[row.file]
        meaning = table.reading.told.values.get("status", {}).get(plain(stated)) or VALUES["status"].get(plain(stated))
        summary = summarise(facts, self.policies, self.as_of)
        holds = summary.covered_until >= self.as_of or bool(summary.bought)
        if meaning is not None and holds != (meaning == "holds"):
            code = "stated_without" if meaning == "holds" else "stated_despite"
            table.remark(row.line, "status", code, stated=stated, on=date.fromordinal(self.as_of).isoformat())

    def _refuse(self, row: Staged, name: str, code: str, /, **values: object) -> None:
        self.tables[row.file].problems.append(Problem(row.file, row.line, name, code, dict(values)))

    def _remark(self, row: Staged, code: str, /, **values: object) -> None:
        self.tables[row.file].remark(row.line, "", code, **values)

    def _name_of(self, row: Staged) -> str:
        return self.tables[row.file].reading.name


_ORDER: Final = attrgetter("order")

#: Facts of which two at one moment are worth a look.
_TWINS: Final = frozenset({"membership_sold", "visit", "purchase"})


def _count(chunk: Chunk) -> None:
    """How many clients and facts of each file are new, and how many the club has already."""
    for one in chunk.clients:
        if one.first:
            known = one.client_id is not None or one.same_as is not None
            chunk.counts[one.first.file]["clients_known" if known else "clients_new"] += 1
    for name, facts in (("facts_new", "facts"), ("facts_known", "known")):
        for place, more in Counter(fact.file for one in chunk.clients for fact in getattr(one, facts)).items():
            chunk.counts[place][name] += more


def _same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two facts tell the same, but for the name of the membership."""
    names = {*one, *other} - {"membership"}
    return all(one.get(name) == other.get(name) for name in names)


def _histories(conn: Connection, client_ids: Iterable[int | None]) -> dict[int, list[Fact]]:
    wanted = [client_id for client_id in client_ids if client_id is not None]
    return store.facts.of_clients(conn, wanted) if wanted else {}


def _at(fact: Fact) -> datetime:
    return fact.at


def today_of(here: Here) -> Day:
    """The day that stated statuses are held against where the mapping names none."""
    return day_of(here.now, here.home.zone)
