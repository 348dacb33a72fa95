"""Tesoma's nine, and seventy rates of three hundred areas, as whoever knows an engine well writes them for it by hand.

Each gives the values under the names of the indicators. The records are known to be clean, so nothing here looks for faults;
rows that are repeated count once.
"""

from __future__ import annotations

from datetime import date
from typing import Any

YEAR, CAP = 2023, 100_000
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
PRIMARY, SECONDARY = ("life", "health", "oral"), ("health", "symptoms", "oral", "family")
RATES = [(f"mark_{n % 10}", 20 + n, 20 + 10 * (n % 5)) for n in range(70)]
"""Of those of at least an age, how many have a mark below a limit: the mark, the limit, the age."""
Values = dict[str, float]


def growth(own: float, own_before: float, all_: float, all_before: float) -> float:
    """The growth of a mean less that of another."""
    return own / own_before - all_ / all_before


def nine_on_polars(folder: str) -> Values:
    """The nine by polars, streaming."""
    import polars as pl

    col = pl.col

    def scan(name: str) -> pl.LazyFrame:
        return pl.scan_parquet(f"{folder}/{name}.parquet")

    def row(frame: pl.LazyFrame) -> Any:
        return frame.collect(engine="streaming").row(0)

    in_year = col("day").is_between(FIRST, LAST)
    balanced = (col("ldl") < 2.6) & ((col("diagnosis") != "E11") | (col("hba1c") < 53))
    patients = (
        scan("diagnoses")
        .filter(col("year") == YEAR, col("age").is_between(18, 65), col("diagnosis").is_in(["E11", "I25"]))
        .group_by("person")
        .agg(
            plan=(col("care_plan") == "yes").all(),
            balance=balanced.fill_null(False).all(),
            moved=(col("moved_away") == "yes").any(),
        )
        .filter(~col("moved"))
    )
    plan, balance = row(patients.select(col("plan").mean(), col("balance").mean()))
    clients = scan("oral_visits").filter(in_year, col("age") >= 18).group_by("person")
    (oral,) = row(clients.agg(plan=(col("care_plan") == "yes").any()).select(col("plan").mean()))
    dated = col("day").cast(pl.Int32).cast(pl.Int64) * 10 + col("adl")
    assessed = scan("rai_assessments").filter(in_year).group_by("person").agg(first=dated.min(), last=dated.max())
    twice = assessed.filter(col("first") // 10 != col("last") // 10)
    (function,) = row(twice.select((col("last") % 10 <= col("first") % 10).mean()))
    invoices = scan("specialist_care").filter(col("year").is_in([YEAR - 1, YEAR])).unique("invoice")
    amount, own = col("amount"), (col("listed") == "yes").any()
    of = {"now": col("year") == YEAR, "before": col("year") == YEAR - 1}
    sums = {name: amount.filter(test).sum().clip(upper_bound=CAP) for name, test in of.items()}
    there = {f"in {name}": test.any() for name, test in of.items()}
    persons = invoices.group_by("person").agg(own=own, **sums, **there)
    means = [
        col(name).filter(f"in {name}", *who).mean().alias(f"{name} {len(who)}") for who in (["own"], []) for name in of
    ]
    gap = growth(*row(persons.select(means)))
    answers = scan("client_answers").filter(in_year).unique("reply")
    (nps,) = row(answers.select(100 * ((col("answer") >= 9).mean() - (col("answer") <= 6).mean())))
    (partners,) = row(scan("partner_answers").filter(col("year") == YEAR).select(col("grade").mean()))
    school = scan("school_survey").filter(col("year") == YEAR)
    wellbeing = []
    for grades, items in (((4, 5), PRIMARY), ((8, 9), SECONDARY)):
        index = pl.sum_horizontal([(col(item) - 1) * 25.0 for item in items]) / len(items)
        pupils = school.filter(col("grade").is_in(grades)).group_by("pupil").agg(index=index.max())
        wellbeing += row(pupils.select(col("index").mean()))
    return named(*wellbeing, plan, balance, oral, function, gap, nps, partners)


def named(*values: Any) -> Values:
    """The nine under their names."""
    names = (
        "primary_school_wellbeing", "lower_secondary_wellbeing", "chronic_care_plan", "chronic_care_balance",
        "oral_care_plan", "home_care_function", "specialist_cost_growth_gap", "client_nps", "partner_satisfaction",
    )  # fmt: skip
    return dict(zip(names, map(float, values), strict=True))


def _queries() -> list[str]:
    """The nine in SQL that DuckDB and Spark both read; ``{table}`` stands for a table."""
    in_year = f"day between date '{FIRST}' and date '{LAST}'"
    pairs = [(year, who) for who in ("own", "true") for year in ("now", "before")]
    means = ", ".join(f"avg(case when n_{year} > 0 and {who} then least({year}, {CAP}) end)" for year, who in pairs)
    wellbeing = [
        f"""select avg(i) from (select max(({" + ".join(f"(({item}) - 1) * 25.0" for item in items)}) / {len(items)}) i
            from {{school_survey}} where year = {YEAR} and grade in {grades} group by pupil)"""
        for grades, items in (((4, 5), PRIMARY), ((8, 9), SECONDARY))
    ]
    return [
        *wellbeing,
        f"""select avg(plan), avg(balance) from (
            select min(case when care_plan = 'yes' then 1 else 0 end) plan,
                   min(case when ldl < 2.6 and (diagnosis <> 'E11' or hba1c < 53) then 1 else 0 end) balance,
                   max(case when moved_away = 'yes' then 1 else 0 end) moved
            from {{diagnoses}} where year = {YEAR} and age between 18 and 65 and diagnosis in ('E11', 'I25')
            group by person) where moved = 0""",
        f"""select avg(plan) from (select max(case when care_plan = 'yes' then 1 else 0 end) plan
            from {{oral_visits}} where {in_year} and age >= 18 group by person)""",
        f"""select avg(case when last % 10 <= first % 10 then 1 else 0 end) from (
            select min(dated) first, max(dated) last from (
                select person, {{days}} * 10 + adl dated
                from {{rai_assessments}} where {in_year}) group by person)
            where floor(first / 10) <> floor(last / 10)""",
        f"""select {means} from (
            select sum(case when year = {YEAR} then amount else 0 end) now, sum(case when year = {YEAR} then 1 else 0 end) n_now,
                   sum(case when year < {YEAR} then amount else 0 end) before, sum(case when year < {YEAR} then 1 else 0 end) n_before,
                   max(case when listed = 'yes' then 1 else 0 end) = 1 own
            from (select distinct invoice, year, person, listed, amount from {{specialist_care}}
                  where year in ({YEAR - 1}, {YEAR})) group by person)""",
        f"""select 100 * (avg(case when answer >= 9 then 1 else 0 end) - avg(case when answer <= 6 then 1 else 0 end))
            from (select distinct reply, answer from {{client_answers}} where {in_year})""",
        f"select avg(grade) from {{partner_answers}} where year = {YEAR}",
    ]


def _by_sql(ask: Any, **stands: str) -> Values:
    tables = (
        "school_survey", "diagnoses", "oral_visits", "rai_assessments", "specialist_care", "client_answers",
        "partner_answers",
    )  # fmt: skip
    found = [
        ask(query.format(**{table: stands["table"].format(table) for table in tables}, days=stands["days"]))
        for query in _queries()
    ]
    primary, secondary, (plan, balance), oral, function, means, nps, partners = found
    return named(*primary, *secondary, plan, balance, *oral, *function, growth(*map(float, means)), *nps, *partners)


def nine_by_sql(folder: str) -> Values:
    """The nine by SQL on DuckDB."""
    import duckdb

    with duckdb.connect() as connection:
        return _by_sql(
            lambda query: connection.sql(query).fetchall()[0],
            table=f"read_parquet('{folder}/{{}}.parquet')",
            days="date_diff('day', date '2000-01-01', day)",
        )


def areas_on_polars(folder: str) -> dict[str, list[int]]:
    """For each area, of each rate how many have the age and how many of them the mark; by polars, streaming."""
    import polars as pl

    of = {age: (pl.col("age") >= age) for _, _, age in RATES}
    met = [
        (of[age] & (pl.col(mark) < limit)).cast(pl.Int64).alias(f"h{n}") for n, (mark, limit, age) in enumerate(RATES)
    ]
    ages = [test.cast(pl.Int64).alias(f"n{age}") for age, test in of.items()]
    rows = pl.scan_parquet(f"{folder}/residents.parquet").filter(pl.col("year") == YEAR).select("area", *ages, *met)
    found = rows.group_by("area").agg(pl.all().sum()).collect(engine="streaming")
    return {
        str(row["area"]): [each for n, (_, _, age) in enumerate(RATES) for each in (row[f"n{age}"], row[f"h{n}"])]
        for row in found.iter_rows(named=True)
    }


def nine_on_pandas(folder: str) -> Values:
    """The nine by pandas, of each table only the columns that are needed."""
    import pandas as pd
    import polars as pl

    def read(name: str, *columns: str) -> pd.DataFrame:  # polars reads Parquet for it: quicker than what pandas has
        frame = pl.read_parquet(f"{folder}/{name}.parquet", columns=list(columns))
        return pd.DataFrame({column: frame[column].to_numpy() for column in columns})

    rows = read("diagnoses", "year", "person", "age", "diagnosis", "care_plan", "hba1c", "ldl", "moved_away")
    rows = rows[(rows.year == YEAR) & rows.age.between(18, 65) & rows.diagnosis.isin(["E11", "I25"])]
    marks = pd.DataFrame(
        {
            "person": rows.person,
            "plan": rows.care_plan == "yes",
            "balance": (rows.ldl < 2.6) & ((rows.diagnosis != "E11") | (rows.hba1c < 53)),
            "stayed": rows.moved_away != "yes",
        }
    )
    patients = marks.groupby("person").min()
    patients = patients[patients.stayed]
    rows = read("oral_visits", "person", "age", "day", "care_plan")
    rows = rows[rows.day.between(pd.Timestamp(FIRST), pd.Timestamp(LAST)) & (rows.age >= 18)]
    oral = (rows.care_plan == "yes").groupby(rows.person).max().mean()
    rows = read("rai_assessments", "person", "day", "adl")
    rows = rows[rows.day.between(pd.Timestamp(FIRST), pd.Timestamp(LAST))]
    dated = (rows.day.to_numpy().astype("datetime64[D]").astype("int64") * 10 + rows.adl).groupby(rows.person)
    first, last = dated.min(), dated.max()
    twice = first // 10 != last // 10
    function = (last % 10 <= first % 10)[twice].mean()
    rows = read("specialist_care", "invoice", "year", "person", "listed", "amount")
    rows = rows[rows.year.isin([YEAR - 1, YEAR])].drop_duplicates("invoice")
    parts = [part[part.year == year] for part in (rows[rows.listed == "yes"], rows) for year in (YEAR, YEAR - 1)]
    means = [part.groupby("person").amount.sum().clip(upper=CAP).mean() for part in parts]
    rows = read("client_answers", "reply", "day", "answer")
    rows = rows[rows.day.between(pd.Timestamp(FIRST), pd.Timestamp(LAST))].drop_duplicates("reply")
    nps = 100 * ((rows.answer >= 9).mean() - (rows.answer <= 6).mean())
    rows = read("partner_answers", "year", "grade")
    partners = rows[rows.year == YEAR].grade.mean()
    rows = read("school_survey", "year", "pupil", "grade", *sorted({*PRIMARY, *SECONDARY}))
    wellbeing = []
    for grades, items in (((4, 5), PRIMARY), ((8, 9), SECONDARY)):
        part = rows[(rows.year == YEAR) & rows.grade.isin(grades)]
        wellbeing.append((((part[list(items)] - 1) * 25).sum(axis=1) / len(items)).groupby(part.pupil).max().mean())
    return named(
        *wellbeing, patients.plan.mean(), patients.balance.mean(), oral, function, growth(*means), nps, partners
    )


def nine_on_spark(folder: str) -> Values:
    """The nine by SQL on Spark, in the session that runs."""
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    return _by_sql(
        lambda query: session.sql(query).first(),
        table=f"parquet.`{folder}/{{}}.parquet`",
        days="datediff(day, date '2000-01-01')",
    )
