"""The indicators of the other four systems from records by plain loops: the standard library, and nothing of this package.

Each function gives the values by period, payee and indicator, as a reader of the definitions would count them.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path

Values = dict[tuple[str, str, str], Fraction]
Cells = dict[str, str]


def rows_of(folder: Path, table: str) -> list[Cells]:
    """The rows of a table."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def quarter_of(day: str) -> str:
    """The quarter that a day lies in."""
    return f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}"


def share(tests: Iterable[bool]) -> Fraction | None:
    """The share that holds, None of nothing."""
    found = list(tests)
    return Fraction(sum(found), len(found)) if found else None


def mean(numbers: Iterable[str | int]) -> Fraction:
    """The mean of numbers."""
    found = [Fraction(number) for number in numbers]
    return sum(found, Fraction(0)) / len(found)


def kept(values: dict[tuple[str, str, str], Fraction | None]) -> Values:
    """Those that have a value."""
    return {key: value for key, value in values.items() if value is not None}


def lahitori(folder: Path) -> Values:
    """Each site and quarter."""
    visits, answers, hours, people = (
        rows_of(folder, table) for table in ("visits", "answers", "opening_hours", "population")
    )
    found: dict[tuple[str, str, str], Fraction | None] = {}
    for label in ("2025Q1", "2025Q2"):
        for site in ("site A", "site B", "site C"):
            at = (label, site)
            own = [row for row in answers if (quarter_of(row["day"]), row["site"]) == at]
            came = sum((quarter_of(row["day"]), row["site"]) == at for row in visits)
            residents = sum(int(row["residents"]) for row in people if (row["quarter"], row["site"]) == at)
            weeks = [row["hours"] for row in hours if (quarter_of(row["day"]), row["site"]) == at]
            found[*at, "visits_per_1000_residents"] = Fraction(1000 * came, residents)
            found[*at, "opening_hours"] = mean(weeks)
            found[*at, "client_feedback"] = mean(row["grade"] for row in own)
            found[*at, "help_at_first_encounter"] = share(row["helped"] == "yes" for row in own if row["helped"])
    return kept(found)


def rantakyla(folder: Path) -> Values:
    """Each quarter."""
    found: dict[tuple[str, str, str], Fraction | None] = {}
    for label in ("2020Q1", "2020Q2", "2020Q3"):
        concerns = [row for row in rows_of(folder, "concerns") if quarter_of(row["raised"]) == label]
        families = [row for row in rows_of(folder, "families") if row["quarter"] == label]
        meetings = [row for row in rows_of(folder, "network_meetings") if quarter_of(row["day"]) == label]
        agreements = [row for row in rows_of(folder, "agreements") if quarter_of(row["day"]) == label]
        points = ("concern", "actions", "responsible", "consequences")
        joint = ("first_meeting", "key_worker_came", "resident_came")
        found[label, "", "concern_reaction_in_time"] = share(map(within_three_days, concerns))
        found[label, "", "joint_meeting_held"] = share(all(row[name] == "yes" for name in joint) for row in families)
        found[label, "", "network_meeting_led_by_outsider"] = share(row["led_by"] == "outsider" for row in meetings)
        found[label, "", "key_worker_named"] = share(row["key_worker"] == "yes" for row in families)
        found[label, "", "joint_service_plan"] = share(row["joint_plan"] == "yes" for row in families)
        for name in points:
            found[label, "", f"agreement_{name}"] = share(row[name] == "yes" for row in agreements)
        whole = share(all(row[name] == "yes" for name in points) for row in agreements)
        found[label, "", "agreement_complete"] = whole
    return kept(found)


def within_three_days(concern: Cells) -> bool:
    """Whether somebody reacted within 72 hours by the clock; a weekend stops no clock."""
    if not concern["reacted"]:
        return False
    raised, reacted = (datetime.fromisoformat(concern[name]) for name in ("raised", "reacted"))
    return reacted - raised <= timedelta(hours=72)


def omatori(folder: Path) -> Values:
    """March to June 2019 from records, and what was told later."""
    whole = ("2019H1", "")
    events = rows_of(folder, "events")
    found = {
        (*whole, "guidance_contacts"): Fraction(len(rows_of(folder, "contacts"))),
        (*whole, "open_events"): Fraction(len(events)),
        (*whole, "open_event_participants"): Fraction(sum(int(row["participants"]) for row in events)),
    }
    return found | {(row["period"], "", row["indicator"]): Fraction(row["value"]) for row in rows_of(folder, "facts")}


def workshop(folder: Path) -> Values:
    """Both years that the contract settles."""
    found: dict[tuple[str, str, str], Fraction | None] = {}
    for year in ("2019", "2020"):

        def of(table: str, column: str = "year", year: str = year) -> list[Cells]:
            return [row for row in rows_of(folder, table) if row[column][:4] == year]

        for make in (family, older_person, young_man):
            found |= {(year, "", name): value for name, value in make(of).items()}
        before = Fraction(
            len(of("specialist_visits", "day", str(int(year) - 1))),
            len(of("older_clients", "year", str(int(year) - 1))),
        )
        now = Fraction(len(of("specialist_visits", "day")), len(of("older_clients")))
        found[year, "", "specialist_use_change"] = now / before - 1
    return kept(found)


Of = Callable[..., list[Cells]]


def family(of: Of) -> dict[str, Fraction | None]:
    """The family with children."""
    uses, parents = of("service_uses", "day"), of("parents")
    kinds = [row["service"] for row in uses]
    days = sorted(int(row["days"]) for row in of("care_requests", "day"))
    children: dict[str, list[bool]] = defaultdict(list)
    for row in of("checkups", "day"):
        children[row["child"]].append(int(row["days_since"]) <= int(row["interval"]))
    work = of("family_work")
    return {
        "preventive_to_care_ratio": Fraction(kinds.count("preventive"), kinds.count("care")),
        "preventive_providers": Fraction(sum(row["preventive"] == row["new"] == "yes" for row in of("providers"))),
        "providers_in_use": Fraction(len({row["provider"] for row in uses})),
        "parents_employed": share(row["employed"] == "yes" for row in parents),
        "parents_study_progress": share(row["progressed"] == "yes" for row in parents if row["studying"] == "yes"),
        "parents_work_trial": share(row["work_trial"] == "yes" for row in parents),
        "days_to_care_mean": mean(days),
        "days_to_care_p90": Fraction(days[ceil(Fraction(9, 10) * len(days)) - 1]),
        "checkups_on_time": share(all(kept) for kept in children.values()),
        "clients_per_worker": Fraction(len({row["family"] for row in work}), len({row["worker"] for row in work})),
    }


def older_person(of: Of) -> dict[str, Fraction | None]:
    """The older person who uses many services."""
    changes: dict[str, list[int]] = defaultdict(list)
    for row in of("assessments"):
        changes[row["form"]].append(int(row["last"]) - int(row["first"]))
    gaps: dict[str, list[bool]] = defaultdict(list)
    for row in of("ldl_controls", "day"):
        since = date.fromisoformat(row["day"]) - date.fromisoformat(row["previous"])
        gaps[row["client"]].append(since.days <= 183)
    care, interviews = of("diabetes_care"), of("interviews")
    return {
        "alcohol_use_change": mean(changes["AUDIT-C"]),
        "depressive_symptoms_change": mean(changes["PHQ-9"]),
        "social_contacts": mean(row["contacts"] for row in interviews),
        "ldl_control_interval": share(all(each) for each in gaps.values()),
        "control_measurements_done": share(bool(row["hba1c"] and row["ldl"]) for row in care),
        "ldl_in_balance": share(row["ldl"] != "" and Fraction(row["ldl"]) < Fraction("2.6") for row in care),
        "sugar_in_balance": share(row["hba1c"] != "" and int(row["hba1c"]) < 53 for row in care),
        "perceived_loneliness": share(row["lonely"] == "yes" for row in interviews),
        "relatives_experience": mean(row["grade"] for row in of("relatives")),
        "peer_group_participation": share(row["peer_group"] == "yes" for row in of("older_clients")),
        "single_counter_use": share(row["began_at"] == "single counter" for row in of("matters", "day")),
    }


def young_man(of: Of) -> dict[str, Fraction | None]:
    """The young man in work."""
    members, events = of("group_members"), of("library_events", "day")
    visits = sum(int(row["visits"]) for row in of("library_days", "day"))
    return {
        "participation_group_members": Fraction(len({row["member"] for row in members})),
        "participation_groups": Fraction(len({row["group"] for row in members})),
        "library_use": Fraction(1000 * visits, sum(int(row["residents"]) for row in of("residents"))),
        "library_content_services": Fraction(len(events)),
        "library_content_participants": Fraction(sum(int(row["participants"]) for row in events)),
    }
