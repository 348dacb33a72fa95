"""Lays an amendment over what it amends: what is merged how, and what an amendment may not change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from ..problems import Place, Problem, did_you_mean
from .located import Listing, Table, Text, child, place_of
from .model import Amendment, Periods
from .parts import to_day
from .periods import Period, is_label, periods_of

HEAD = ("amends", "effect", "decision", "adds", "removes")
Steps = tuple[str, ...]
# What makes another contract of it, and no amendment.
_FIXED = {("contract",), ("kind",), ("currency",), ("periods", "length"), ("periods", "from")}
# Nothing that was settled can differ by these: words, and terms that say from which day on they hold themselves.
_WORDS = {
    "title", "source", "assumed", "intended", "diary_number", "decisions", "status", "approvals", "terms", "yearly_report",
    "follows", "business_id", "clause", "owner", "schedule", "reference",
}  # fmt: skip
_SECTIONS = {"parties", "splits", "facts", "amounts", "figures", "tables", "result_areas", "settlement"}
_DAY = timedelta(days=1)


def laid_over(old: Table, head: Amendment, new: Table, problems: list[Problem]) -> Table:
    """``new``, which begins with ``head``, over ``old``; what it may not change is added to ``problems`` (AO144 to AO147)."""
    return _Laying(head, old, new, problems).whole()


def wrong(code: str, sentence: str, instead: str, at: object) -> Problem:
    """A problem at a place, or where something was written."""
    return Problem(code, sentence, instead, at if isinstance(at, Place) else place_of(at))


@dataclass(frozen=True, slots=True)
class _Days:
    """The periods of the amended contract, and the day on which the amendment takes effect."""

    effect: date
    rule: Periods
    periods: list[Period]

    @property
    def within(self) -> Period | None:
        """The period in the midst of which the amendment takes effect, if in any."""
        return next((each for each in self.periods if each.first < self.effect <= each.last), None)

    def labels(self, table: object) -> bool:
        """Whether a table gives values by period."""
        return isinstance(table, Table) and bool(table) and all(is_label(self.rule, key) for key in table)

    def begins(self, label: str) -> date | None:
        """The first day of a period, or None for one after the contract; the earliest there is for one before it."""
        if label < self.periods[0].label:
            return date.min
        return next((each.first for each in self.periods if each.label == label), None)


class _Laying:
    """Lays an amendment over what it amends, and tells what it may not change."""

    def __init__(self, head: Amendment, old: Table, new: Table, problems: list[Problem]) -> None:
        self.head, self.old, self.new, self.problems = head, old, new, problems
        self.days: _Days | None = None
        self.added: set[str] = set()
        self.removed: set[str] = set()

    def whole(self) -> Table:
        """Both as one."""
        told = {key: value for key, value in self.new.items() if key not in HEAD}
        self.days = self._days()
        root = self._table((), self.old, Table(self.new.place, told, self.new.keys_at))
        root = self._without(root) if self.head.removes else root
        for key, named, done, how in (
            ("adds", self.head.adds, self.added, "is not in this file, or stands in the amended one already"),
            ("removes", self.head.removes, self.removed, "is not in the amended file"),
        ):
            for id_ in named:
                if id_ not in done:
                    known = sorted(self.removed | _ids(root)) if key == "removes" else ()
                    self._tell("AO144", f"{id_} {how}.", did_you_mean(id_, known) or "Take it out.", self.new[key])
        decisions = root.get("decisions")
        listed = [*decisions] if isinstance(decisions, Listing) else []
        root["decisions"] = Listing(self.new.place, [*listed, self.new["decision"]])
        root.keys_at["decisions"] = self.new.keys_at["decision"]
        return root

    def _tell(self, code: str, sentence: str, instead: str, at: object) -> None:
        self.problems.append(wrong(code, sentence, instead, at))

    def _days(self) -> _Days | None:
        """The periods as amended, or None where they cannot be read, which is told where they are checked."""
        old, new = self.old.get("periods"), self.new.get("periods")
        both = Table(old.place, {**old, **new}) if isinstance(old, Table) and isinstance(new, Table) else old
        try:
            rule = Periods.model_validate(both, context=[])
        except ValidationError:
            return None
        if not rule.first <= self.head.effect <= rule.last:
            sentence = f"The contract runs from {rule.first} to {rule.last}, so the amendment never takes effect."
            self._tell("AO146", sentence, "Write a day of the contract.", self.new["effect"])
            return None
        return _Days(self.head.effect, rule, periods_of(rule))

    # -- laying one over the other --------------------------------------------------------------------------------

    def _table(self, path: Steps, old: Table, new: Table) -> Table:
        both, keys_at = dict(old), {**old.keys_at, **new.keys_at}
        for key, value in new.items():
            at = (*path, key)
            if key not in old and _names_entries(path):
                if self._adds(at, value, old):
                    both[key] = value
            else:
                both[key] = self._value(at, old.get(key), value)
        return Table(new.place, both, keys_at)

    def _value(self, path: Steps, old: object, new: object) -> object:
        if new is None:
            return old
        if path in _FIXED:
            if old != new:
                sentence = f"An amendment cannot change {path[-1]}: it would be another contract."
                self._tell("AO147", sentence, "Take it out, or write a contract that follows this one.", new)
            return old
        if path == ("settlement",) and isinstance(old, Listing) and isinstance(new, Listing):
            return self._clauses(old, new)
        if _is_dated_list(path) and isinstance(new, Listing):
            return self._entries(path, old, new)
        if isinstance(new, Table):
            if self.days and self.days.labels(new) and not self._by_code(path):
                return self._by_period(old, new)
            if isinstance(old, Table) and new.get("kind", old.get("kind")) == old.get("kind"):
                return self._table(path, old, new)
        if path[:1] == ("parties",) and path[-1] in ("from", "to", "succeeded_by"):
            self._party(path, old, new)
        elif path == ("periods", "to"):
            self._last_day(old, new)
        elif not (_says_only(path) or (path[-1] == "pro_rata" and old is None)) and old != new:
            self._undated(path[-1], new)
        return new

    def _adds(self, path: Steps, value: object, among: Table) -> bool:
        """Whether an entry that the amended file does not have is meant to be new (AO144)."""
        self.added.add(path[-1])
        key = child(self.new, path[0])
        for step in path[1:-1]:
            key = child(key, step)
        at = key.keys_at.get(path[-1]) if isinstance(key, Table) else place_of(value)
        if path[-1] not in self.head.adds:
            near = did_you_mean(path[-1], [str(each) for each in among])
            instead = near or f"Write adds: [{path[-1]}] where it is meant to be new."
            self._tell("AO144", f"The amended file has no {path[-1]} here.", instead, at or place_of(value))
            return False
        if path[0] == "parties" and isinstance(value, Table):
            if "from" in value:
                self._not_before(value["from"], value["from"])
            else:
                self._undated(path[-1], at)
        elif path[0] in ("result_areas", "settlement"):
            self._undated(path[-1], at)
        return True

    def _clauses(self, old: Listing, new: Listing) -> Listing:
        """Clauses by id; a new one stands after the one that is listed before it, else last."""
        if any(not isinstance(each, Table) or len(each) != 1 for each in (*old, *new)):
            return new  # told where clauses are read
        found = [each for each in old if isinstance(each, Table)]
        after = len(found)
        for item in new:
            assert isinstance(item, Table)
            ((name, clause),) = item.items()
            index = next((at for at, each in enumerate(found) if name in each), None)
            if index is None:
                among = Table(new.place, {key: None for each in found for key in each})
                if self._adds(("settlement", name), clause, among):
                    found.insert(after, item)
                    after += 1
                continue
            value = self._value(("settlement", name), found[index][name], clause)
            found[index] = Table(item.place, {name: value}, item.keys_at)
            after = index + 1
        return Listing(new.place, list(found))

    def _entries(self, path: Steps, old: object, new: Listing) -> Listing:
        """Dated entries of a split or of an amount's changes: added, in the order of their days."""
        dated: list[object] = list(old) if isinstance(old, Listing) else []
        for item in new:
            day = item.get("from") if isinstance(item, Table) else None
            self._not_before(day, day)
            if path[0] == "splits":
                dated = [each for each in dated if not (isinstance(each, Table) and each.get("from") == day)]
            dated.append(item)
        if all(isinstance(each, Table) and isinstance(each.get("from"), Text) for each in dated):
            dated.sort(key=lambda each: str(each["from"]) if isinstance(each, Table) else "")
        return Listing(new.place, dated)

    def _by_period(self, old: object, new: Table) -> Table:
        """Values by period: added to those that hold; one value that held always holds from the first period on."""
        assert self.days
        for label in new:
            begins = self.days.begins(label)
            if begins is not None and begins < self.head.effect:
                self._early(f"The period {label}", new.keys_at[label])
        if isinstance(old, Text) and re.match(r"-?\d", old):
            first = self.days.periods[0].label
            old = Table(old.place, {first: old}, {first: old.place})
        if not isinstance(old, Table):
            return new
        return Table(new.place, {**old, **new}, {**old.keys_at, **new.keys_at})

    def _by_code(self, path: Steps) -> bool:
        """Whether these are an amount's values by a payee's attribute, whose codes may look like periods."""
        amount = child(self.old.get("amounts"), path[1]) if len(path) == 3 and path[0] == "amounts" else None
        return isinstance(amount, Table) and "by" in amount

    # -- what an amendment may not change -------------------------------------------------------------------------

    def _early(self, what: str, at: object) -> None:
        sentence = f"{what} begins before the amendment takes effect, on {self.head.effect}."
        self._tell("AO145", sentence, "An amendment changes what holds from then on; write a later one.", at)

    def _not_before(self, day: object, at: object, least: date | None = None) -> None:
        """A day on which something changes lies on the day of effect or after it (AO145)."""
        found = _day(day)
        if found is not None and found < (least or self.head.effect):
            self._early(f"What changes on {found}", at)

    def _undated(self, key: str, at: object) -> None:
        """A term that says no day holds for whole periods, so it changes with the first day of one (AO146)."""
        if self.days and (within := self.days.within):
            following = next((each.first for each in self.days.periods if each.first > self.head.effect), None)
            sentence = f"{key} holds for whole periods, and the amendment takes effect within {within.label}."
            instead = f"Let it take effect on {following}." if following else "Let it take effect with a period."
            self._tell("AO146", sentence, instead, at)

    def _party(self, path: Steps, old: object, new: object) -> None:
        """Who comes does so from the day of effect on; who leaves, the day before it at the earliest."""
        before = self.head.effect - _DAY
        if path[-1] == "succeeded_by":
            there = child(child(self.old["parties"], path[1]), "to")
            self._not_before(there, new, before)
            return
        least = before if path[-1] == "to" else self.head.effect
        self._not_before(new, new, least)
        if old is None and path[-1] == "from":
            self._early(f"{path[1]}, who is there from the first day,", new)
        else:
            self._not_before(old, new, least)

    def _last_day(self, old: object, new: object) -> None:
        """The contract may end later or earlier than it would have, after the amendment took effect."""
        ends = _day(old)
        if ends is not None and ends < self.head.effect - _DAY:
            self._early(f"The contract ended on {ends}, so what", new)
        elif ends is not None and ends < self.head.effect:
            self._undated("periods", new)

    def _without(self, root: Table, path: Steps = ()) -> Table:
        """``root`` without the entries that are taken out."""
        both: dict[str, object] = {}
        for key, value in root.items():
            if _names_entries(path) and key in self.head.removes:
                self._take_out(key)
            elif (*path, key) == ("settlement",) and isinstance(value, Listing):
                gone = [each for each in value if isinstance(each, Table) and set(each) & set(self.head.removes)]
                for each in gone:
                    self._take_out(next(iter(each)))
                both[key] = Listing(value.place, [each for each in value if each not in gone])
            else:
                both[key] = self._without(value, (*path, key)) if isinstance(value, Table) else value
        return Table(root.place, both, root.keys_at)

    def _take_out(self, id_: str) -> None:
        self.removed.add(id_)
        self._undated(id_, self.new["removes"])


def _day(value: object) -> date | None:
    """A day as it was written, or None for what is none, which is told where it is read."""
    try:
        return to_day(value)
    except PydanticCustomError:
        return None


def _says_only(path: Steps) -> bool:
    return path[-1] in _WORDS or path[-2:-1] == ("title",) or path[0] in ("terms", "yearly_report")


def _names_entries(path: Steps) -> bool:
    """Whether the keys below ``path`` are ids of entries, not words of the language."""
    if len(path) == 1:
        return path[0] in _SECTIONS
    return path[:1] == ("result_areas",) and (path[2:] == ("indicators",) or path[4:] == ("levels",))


def _is_dated_list(path: Steps) -> bool:
    return len(path) == 3 and (path[0], path[2]) in (("splits", "shares"), ("amounts", "changes"))


def _ids(root: object, path: Steps = ()) -> set[str]:
    """The ids of all entries below ``root``."""
    found: set[str] = set()
    for key, value in _pairs(root):
        found |= {key} if _names_entries(path) else set()
        found |= _ids(value, (*path, key))
    return found


def _pairs(here: object) -> Iterator[tuple[str, object]]:
    if isinstance(here, Table):
        yield from here.items()
    elif isinstance(here, Listing):
        for each in here:
            yield from _pairs(each)
