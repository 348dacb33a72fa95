"""The Tesoma contract says what the seed says and no more, and its five example years show every clause at work."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from alliance_outcomes.calculation.compile import compile_periods
from alliance_outcomes.contract.coverage import uncovered_numbers
from alliance_outcomes.contract.loading import build_contract, load_contract
from alliance_outcomes.contract.located import Table
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.reading import parse_document, read_document
from alliance_outcomes.measured import Measured
from alliance_outcomes.problems import DataError
from alliance_outcomes.settlement import IndicatorResult, PayeeSettlement, settle
from alliance_outcomes.sources.csv import parse_csv, read_csv
from tests.tree import ROOT

YEARS = ("2019", "2020", "2021", "2022", "2023")

# Seed 002, the table of impact goals (1st contract period, draft), as it is spelled there.
PATIENTS = "Allianssin terveysaseman 18-65-vuotiaat ko. diagnoosin potilaat"
AREAS = {
    "children": ("Lapset, nuoret ja perheet voivat hyvin", "15 %"),
    "adults": ("Aikuisväestö on työ- ja toimintakykyinen ja voi hyvin", "35 %"),
    "older_people": ("Ikääntyneet ovat toimintakykyisiä ja hyvinvoivia", "10 %"),
    "heavy_services": ("Raskaiden palveluiden käyttö vähenee", "20 %"),
    "stakeholders": ("Hyvinvointikeskuksen sidosryhmät ovat tyytyväisiä keskuksen toimintaan", "20 %"),
}
INDICATORS = {
    "primary_school_wellbeing": (
        "children",
        "Alakouluikäisten tyytyväisyys elämään, terveydentilan kokeminen, suun terveys",
        "Tesoman alueen koulujen 4.-5.-luokkalaiset",
        "kouluterveyskysely",
        "7.5 %",
    ),
    "lower_secondary_wellbeing": (
        "children",
        "Yläkouluikäisten koettu terveys oireet ja sairaudet, seksuaaliterveys ja suun terveys, "
        "perheen arjen toimivuus",
        "Tesoman alueen koulujen 8.-9.-luokkalaiset",
        "kouluterveyskysely",
        "7.5 %",
    ),
    "chronic_care_plan": (
        "adults",
        "Merkittävimpien kansansairauksien peittävyys: hoitosuunnitelma tehty tyyppin 2 diabetes- ja "
        "sepelvaltimotautipotilailla, %",
        PATIENTS,
        "Pegasos",
        "15 %",
    ),
    "chronic_care_balance": (
        "adults",
        "Merkittävimpien kansansairauksien hoidon vaikuttavuus ja potilaiden hyvinvointi; Pitkäaikaisen "
        "verensokeritason ja LDL-kolesterolin suhteen suhteen hoitotasapainossa olevien 2-tyypin diabeetikoiden "
        "ja sepelvaltimotautipotilaiden %-osuus",
        PATIENTS,
        "Pegasos",
        "15 %",
    ),
    "oral_care_plan": (
        "adults",
        "Hoitosuunnitelma tehty suun terveydenhuollon asiakkaille, % asiakkaista",
        "Allianssin aikuisten STH:n asiakkaat",
        "Effica",
        "5 %",
    ),
    "home_care_function": (
        "older_people",
        "Ikääntyneiden kotona-asuminen ja toimintakyky; kotihoidon asiakkaiden toimintakyky",
        "Allianssin kotihoidon asiakkaat",
        "Treen sosiaalipalvelujen asiakasjärjestelmä",
        "10 %",
    ),
    "specialist_cost_growth_gap": (
        "heavy_services",
        "Erikoissairaanhoidon kustannusten kasvun hillitseminen ja muutos per asiakas verrattuna koko Tampereeseen",
        "Allianssin terveysasemalle listautuneet asiakkaat",
        "Sairaanhoidopiirien laskutus Tampereen kaupungilta; Treen SAP",
        "20 %",
    ),
    "client_nps": (
        "stakeholders",
        "Asiakkaiden tyytyväisyys palveluihin (NPS)",
        "Allianssin palveluja käyttäneet asiakkaat, joilta tiedossa matkapuhelinnumero ja lupa tekstiviesteihin",
        "NPS-tekstiviestikysely palvelutapahtuman jälkeen",
        "10 %",
    ),
    "partner_satisfaction": (
        "stakeholders",
        "Yhteistyökumppaneiden tyytyväisyys yhteistyöhön",
        "Allianssin yhteistyökumppanit",
        "kyselylomake",
        "10 %",
    ),
}

# What each clause came to, all parties together; recomputed outside the package from the data and the contract's words.
AMOUNTS = {
    "costs": ("17818497.17", "16254494.73", "18275765.11", "16450803.14", "17227606.23"),
    "base_fee": ("405600.00", "403800.00", "403200.00", "410400.00", "420900.00"),
    "risk_fee": ("270400.00", "269200.00", "190357.26", "273600.00", "280600.00"),
    "incentive": ("93506.02", "108927.99", "-14591.28", "248389.65", "308594.92"),
    "gain_share": ("-76841.15", "0", "-268800.00", "309438.03", "219674.83"),
    "quality": ("0", "0", "0", "-16302.41", "5234.65"),
    "limit": ("0", "0", "14591.28", "-18984.07", "0"),
    "additional_clients": ("0", "0", "4543.00", "14899.50", "30519.25"),
}
LIMITED = ("incentive", "gain_share", "quality", "limit")


def percent(text: str) -> Fraction:
    """A percentage as it is written, exactly."""
    return Fraction(text.removesuffix(" %")) / 100


@cache
def contract(name: str = "tesoma") -> Contract:
    """The contract of that name."""
    return load_contract(ROOT / "contracts" / f"{name}.yaml")


@cache
def measured() -> Measured:
    """The example's data."""
    return read_csv(ROOT / "examples" / "tesoma" / "measured.csv")


@cache
def settled(year: str) -> PayeeSettlement:
    """The alliance's settlement of a year."""
    return settle(contract(), measured(), year).only()


def amount(year: str, *clauses: str, party: str | None = None) -> Fraction:
    """What the clauses came to in a year, in all or for one party."""
    lines = [line for line in settled(year).lines if line.clause in clauses]
    return sum((line.amount for line in lines if party in (None, line.party)), Fraction(0))


def result(year: str, indicator: str) -> IndicatorResult:
    """An indicator's result in a year."""
    return next(each for each in settled(year).indicators if each.id == indicator)


def named(year: str, name: str) -> Fraction:
    """The value of a fact, amount or figure in a year."""
    value = settled(year).values[name]
    assert isinstance(value, int | Fraction)
    return Fraction(value)


# -- what the seed says ---------------------------------------------------------------------------------------


def test_the_areas_are_those_of_the_seed() -> None:
    """Five areas in the seed's order, titles and weights."""
    areas = contract().result_areas
    assert list(areas) == list(AREAS)
    for id_, (title, weight) in AREAS.items():
        said = areas[id_].title or {}
        assert said["fi"] == title
        assert set(said) == {"fi", "sv", "en"}
        assert areas[id_].weight == percent(weight)


@pytest.mark.parametrize("id_", INDICATORS)
def test_an_indicator_is_that_of_the_seed(id_: str) -> None:
    """Its title, population and source of data are the seed's words, its weight the seed's draft."""
    area, title, population, source_system, weight = INDICATORS[id_]
    indicator = contract().result_areas[area].indicators[id_]
    texts = (indicator.title, indicator.population, indicator.source_system)
    assert [text and text["fi"] for text in texts] == [title, population, source_system]
    assert indicator.weight == percent(weight)


def test_there_are_nine_indicators_and_they_weigh_100_percent() -> None:
    """The seed's table is whole, and sums exactly."""
    assert list(contract().indicators) == list(INDICATORS)
    assert sum(indicator.weight for indicator in contract().indicators.values()) == 1


@pytest.mark.parametrize("id_", INDICATORS)
def test_an_indicator_speaks_three_languages(id_: str) -> None:
    """Every text that people read is there in Finnish, Swedish and English, and the definition names its origin."""
    indicator = contract().indicators[id_]
    for text in (indicator.title, indicator.goal_text, indicator.population, indicator.source_system):
        assert text is not None
        assert set(text) == {"fi", "sv", "en"}
    assert "Case Tesoman allianssimalli" in (indicator.reference or "")
    assert indicator.direction == ("lower" if id_ == "specialist_cost_growth_gap" else "higher")


def test_only_weights_have_a_source() -> None:
    """`source` stands on the five areas alone; every other number below them is assumed, as is all the rest."""
    written = read_document(ROOT / "contracts" / "tesoma.yaml").root
    assert "assumed" in written
    assert "source" not in written
    areas = written["result_areas"]
    assert isinstance(areas, Table)
    for area in areas.values():
        assert isinstance(area, Table)
        assert isinstance(area["indicators"], Table)
        assert "luonnos" in str(area["source"])
        assert "assumed" not in area
        below = [
            area.get("defaults"),
            *(each["score"] for each in area["indicators"].values() if isinstance(each, Table)),
        ]
        assert all("assumed" in each for each in below if isinstance(each, Table))
    elsewhere = {key: value for key, value in written.items() if key != "result_areas"}
    assert "'source'" not in repr(elsewhere)


@pytest.mark.parametrize("name", ["tesoma", "tesoma-development"])
def test_every_number_is_covered(name: str) -> None:
    """The contracts are drafts, yet each number has its source or is said to be assumed; nothing is at fault."""
    assert contract(name).status == "draft"
    assert not list(uncovered_numbers(contract(name)))
    assert not compile_periods(contract(name))[1]


def test_the_implementation_phase_follows_the_development_phase() -> None:
    """Two contracts, one after the other; the decision to go on is recorded, and its day is assumed."""
    before, after = contract("tesoma-development"), contract()
    assert after.follows == before.contract
    assert before.periods.last < after.periods.first
    (decision,) = after.decisions
    assert before.periods.last <= decision.day < after.periods.first
    assert decision.assumed


def test_no_person_is_named() -> None:
    """No e-mail address and no telephone number stands in any file of the example."""
    folders = (ROOT / "contracts", ROOT / "indicators", ROOT / "examples" / "tesoma")
    for file in (file for folder in folders for file in folder.iterdir() if file.is_file()):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"\w@\w|\b0[45]\d \d{3}|\+358", text), file


# -- what the example shows -----------------------------------------------------------------------------------


def test_the_data_says_that_it_is_invented() -> None:
    """Every row says so, and none is of a payee of its own."""
    assert all(row.source.startswith("invented") and not row.payee for row in measured().rows)


@pytest.mark.parametrize("clause", AMOUNTS)
def test_a_clause_pays_what_was_computed_apart(clause: str) -> None:
    """Each clause, each year, to the cent."""
    assert [amount(year, clause) for year in YEARS] == [Fraction(cents) for cents in AMOUNTS[clause]]


def test_every_clause_pays_in_some_year() -> None:
    """No clause stands in the example for show."""
    assert list(AMOUNTS) == list(contract().settlement)
    assert all(any(amount(year, clause) for year in YEARS) for clause in AMOUNTS)


def test_the_cap_binds_in_a_year_of_gain() -> None:
    """2022: the limit takes money back, and what is left is 3 % of the target cost, less no more than a cent."""
    assert amount("2022", "gain_share") > 0 > amount("2022", "limit")
    short = percent("3 %") * named("2022", "target_cost") - amount("2022", *LIMITED)
    assert 0 <= short < Fraction("0.01")


def test_the_floor_binds_in_a_year_of_loss() -> None:
    """2021: the limit gives money back, and what is lost is 40 % of the fees, no cent more."""
    assert amount("2021", "gain_share") < 0 < amount("2021", "limit")
    lost = -amount("2021", *LIMITED)
    assert 0 <= percent("40 %") * named("2021", "fee[mehilainen]") - lost < Fraction("0.01")


def test_the_gate_holds_back_a_saving() -> None:
    """2020: a saving beyond the deadband, a score below 40, and nothing shared."""
    saved = named("2020", "target_cost") - named("2020", "outturn")
    assert saved > percent("2 %") * named("2020", "target_cost")
    assert 0 < (settled("2020").score or 0) < 40
    assert amount("2020", "gain_share") == 0


@pytest.mark.parametrize("indicator", ["primary_school_wellbeing", "lower_secondary_wellbeing"])
def test_the_school_survey_is_stale_in_even_years(indicator: str) -> None:
    """An even year takes the value of the odd year before it and shows that it does."""
    assert [result(year, indicator).status for year in YEARS] == ["final", "stale", "final", "stale", "final"]
    assert result("2020", indicator).value == result("2019", indicator).value
    assert result("2022", indicator).value == result("2021", indicator).value


def test_too_few_answers_are_not_scored() -> None:
    """2020: seventeen partners answered where twenty are needed, so the area rests on the clients' NPS alone."""
    few = result("2020", "partner_satisfaction")
    assert (few.status, few.score) == ("too_few", None)
    area = next(area for area in settled("2020").areas if area.id == "stakeholders")
    assert area.score == result("2020", "client_nps").score


@pytest.mark.parametrize("small", ["reweight in area", "reweight in contract", "hold", "{score: 0}"])
def test_a_survey_without_its_n_is_refused(small: str) -> None:
    """Where few answers matter, a value that does not say how many there were is no value, whatever holds for few."""
    text = (ROOT / "contracts" / "tesoma.yaml").read_text("utf-8")
    text = text.replace("when_small: reweight in area", f"when_small: {small}", 1)
    agreed = build_contract(parse_document(text.encode(), "tesoma.yaml"), [ROOT / "indicators"])
    rows = [
        replace(row, n="") if (row.indicator, row.period) == ("primary_school_wellbeing", "2023") else row
        for row in measured().rows
    ]
    with pytest.raises(DataError, match="AO505 n of primary_school_wellbeing for 2023 is missing"):
        settle(agreed, replace(measured(), rows=tuple(rows)), "2023")


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_indicator_changes_its_score(indicator: str) -> None:
    """Each of the nine moves between the years."""
    assert len({result(year, indicator).score for year in YEARS}) > 2


def test_the_third_sector_leaves_in_the_middle_of_a_year() -> None:
    """Its share of 2020 is 6 months of 20 %, 3 of 15 % and 3 of nothing; afterwards it has no line."""
    exact = amount("2020", "incentive") * (6 * percent("20 %") + 3 * percent("15 %")) / 12
    assert abs(amount("2020", "incentive", party="third_sector") - exact) < Fraction("0.01")
    assert amount("2020", "costs", party="third_sector") > 0
    assert {line.party for line in settled("2021").lines} == {"mehilainen"}


def test_the_commissioner_pays_and_is_not_paid() -> None:
    """The seed: the commissioner pays the other parties their reimbursable costs."""
    assert all("tampere" not in settled(year).balance for year in YEARS)


def test_2023_has_something_of_everything() -> None:
    """A gain, a change by quality, costs in dispute, payments on account, provisional invoices, odd cents."""
    year = settled("2023")
    assert amount("2023", "gain_share") > 0
    assert amount("2023", "quality") > 0
    assert result("2023", "specialist_cost_growth_gap").status == "provisional"
    balance = year.balance["mehilainen"]
    assert balance.held == Fraction("23416.85")
    assert balance.paid == Fraction("17126130.70")
    assert balance.payable == Fraction("1343582.33")
    assert year.total == balance.earned == Fraction("18493129.88")


def test_the_development_phase_pays_costs_and_nothing_else() -> None:
    """What was spent, less what is not reimbursed, to each party but the commissioner; no score."""
    rows = ["party,period,indicator,value"]
    for party, cost, disallowed in (("mehilainen", "84210.55", "310.05"), ("third_sector", "9120.40", "0")):
        facts = {"cost": cost, "disallowed": disallowed, "disputed": "0", "paid": "5000.00"}
        rows += [f"{party},2017,{fact},{value}" for fact, value in facts.items()]
    phase = settle(contract("tesoma-development"), parse_csv("\n".join(rows).encode(), "2017.csv"), "2017").only()
    assert {line.party: line.amount for line in phase.lines} == {
        "mehilainen": Fraction("83900.50"),
        "third_sector": Fraction("9120.40"),
    }
    assert phase.score is None
