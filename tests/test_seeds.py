"""The five systems of the seeds are contracts that lint and score, and that say what their seeds say and no more."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from alliance_outcomes.calculation.compile import compile_periods
from alliance_outcomes.contract.coverage import uncovered_numbers
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.contract.model import Contract
from tests.running import alliance
from tests.tree import ROOT

SCORECARDS = ("omatori", "lahitori", "rantakyla")
NAMES = ("tesoma", "tesoma-workshop", *SCORECARDS)
NOTHING = {
    "en": "This contract is a scorecard: it scores and reports, and pays nothing.",
    "fi": "Tämä sopimus on mittaristo: se pisteyttää ja raportoi, eikä maksa mitään.",
    "sv": "Detta avtal är ett styrkort: det poängsätter och rapporterar, och betalar inget.",
}

# The five focus areas of seed 003, the steps of seed 004 and the clients of seed 000, as they are spelled there; of
# seed 001 two headings. A title holds them whole; where it begins a sentence it begins with a capital.
AREAS = {
    "omatori": {
        "value_creation": "arvon luominen",
        "processes": "asiakaslähtöiset ja toimivat prosessit",
        "innovation": "innovatiivisuus",
        "people": "hyvinvoivat toimijat ja houkutteleva organisaatio",
        "results": "talous- ja tuloksellisuus",
    },
    "lahitori": {
        "availability": "Palveluverkosto ja palvelutarjonta sekä saatavuus",
        "experience": "Lähitorin lupaus sinulle",
    },
    "rantakyla": {
        "recognition": "Tunnistaminen ja reagointi 3 vuorokauden sisällä",
        "joint_meeting": "Yhteistapaaminen: ainakin vastuutyöntekijä ja asukas",
        "network_meeting": "Ulkopuolisen vetämä verkostopalaveri ja sen käytänteet",
        "key_worker_and_plan": "asiakasvastaava",
        "agreement": "sopimu",
    },
    "tesoma-workshop": {
        "family": "Lapsiperhe",
        "older_person": "Paljon palveluita käyttävä ikääntynyt",
        "young_man": "Työssäkäyvä nuori mies",
    },
}

# Words of the seed that the Finnish title of each indicator holds, in the order of the contract.
WORDS = {
    "omatori": {
        "client_participation": "asiakasosallisuu",
        "multi_actor_benefit": "hyöty",
        "prevention_effect": "ennaltaehkäisevän toiminnan vaikuttavuu",
        "guidance_contacts": "Omatorin info, puhelin ja sähköinen ohjaus",
        "visitors_per_week_low": "keskimääräinen kävijämäärä",
        "visitors_per_week_high": "keskimääräinen kävijämäärä",
        "client_grade": "asteikolla 0-10",
        "multi_actor_fluency": "monitoimijuuden sujuvuu",
        "remote_care_clients": "Etähoivan asiakasmäärä",
        "staff_satisfaction": "henkilöstön tyytyväisyy",
        "open_events": "tapahtuma",
        "open_event_participants": "osallistu",
    },
    "lahitori": {
        "visits_per_1000_residents": "käynn",
        "opening_hours": "saatavuus",
        "client_feedback": "asiakaspalaute",
        "help_at_first_encounter": "ensi kohtaamisella",
    },
    "rantakyla": {
        "concern_reaction_in_time": "3 vuorokauden sisällä",
        "joint_meeting_held": "Yhteistapaaminen: ainakin vastuutyöntekijä ja asukas",
        "network_meeting_led_by_outsider": "Ulkopuolisen vetämä verkostopalaveri",
        "key_worker_named": "vastuutyöntekijä",
        "joint_service_plan": "palvelusuunnitelma",
        "agreement_concern": "mistä asiasta ollaan huolissaan",
        "agreement_actions": "mitä tekoja/toimia tapahtuu seuraavaksi",
        "agreement_responsible": "kuka vastaa mistäkin (myös perhe)",
        "agreement_consequences": "mitä seuraa (ja miten seurataan) jos sovitut asiat eivät tapahdu",
        "agreement_complete": "sopimu",
    },
    "tesoma-workshop": {
        "preventive_to_care_ratio": "Ennaltaehkäisevien palveluiden käytön määrän kasvaminen ja vastaavasti sote "
        "palveluiden käytön määrän väheneminen",
        "preventive_providers": "Ennaltaehkäisevän palvelun tarjoajien määrän lisääminen ja uusien tahojen mukaanotto",
        "providers_in_use": "Erilaisten palveluntarjoajien määrä ja niiden käyttö",
        "parents_employed": "Työllistyminen",
        "parents_study_progress": "Opiskelun eteneminen, valmistuminen",
        "parents_work_trial": "Työkokeilu",
        "days_to_care_mean": "Miten nopeasti pääsee hoitoon",
        "days_to_care_p90": "Miten nopeasti pääsee hoitoon",
        "checkups_on_time": "Säännölliset tarkastusvälit",
        "clients_per_worker": "Asiakkaan määrä yhdellä henkilöllä ei saa olla liian suuri",
        "alcohol_use_change": "alkoholin käytön väheneminen",
        "depressive_symptoms_change": "masennusoireiden väheneminen",
        "social_contacts": "Sosiaalisten kontaktien määrä / aikayksikkö",
        "ldl_control_interval": "LDL-kolesteroli – kontrollit 3-6 kk välein",
        "control_measurements_done": "Onko kontrollimitaukset tehty",
        "ldl_in_balance": "Onko LDL-kolesteroli tasapainossa",
        "sugar_in_balance": "Onko sokeritaso tasapainossa",
        "perceived_loneliness": "Koettuyksinäisyys – haastattelut/kysely",
        "relatives_experience": "Omaisten kokemus",
        "peer_group_participation": "Osallistumis% vertaisryhmiin",
        "single_counter_use": "Yhden luukun käyttöaste",
        "specialist_use_change": "Erikoissairaanhoidon palvelujen käytön väheneminen/asiakas",
        "participation_group_members": "Osanottajien määrä erilaisissa osallistuutta lisäävissä ryhmissä",
        "participation_groups": "ryhmien määrä",
        "library_use": "Kirjaston käyttöaste",
        "library_content_services": "kirjaston sisältöpalvelujen määrä",
        "library_content_participants": "osallistujien määrä",
    },
}

# What the workshop aims at, under "TAVOITTEET, TOIMENPITEET", for the client of each area.
GOALS = {
    "family": {
        "Matala kynnyks hakea apua",
        "Vertistukea&ryhmä arkeen",
        "Ei tuoteta ennalta räätälöityjä tuotteita",
        "Työnhaku -> Ohjaus, työkokeilu",
        "Opiskelu",
        "Avun pitää olla saatavilla heti, ei viidenviikon päästä",
        "Neuvolassa asiaan puuttuminen, ohjaus",
        "Luottamussuhteen syntyminen vie aikaa",
    },
    "older_person": {
        "Saada asiakas elämään omassa kodissa inhimillistä elämää",
        "Elämä, sisältö, virkistystä",
        "Diabeteshoitaja voisi toimia kokonaisvaltaisena hyvinvointikeskuksen yhteyshenkilönä ja tarpeiden havainnoijana",
        "Yhteisöllisyys",
        "Yhden luukun palvelutarjonta",
        "Palveluverkosto ja ohjaus",
    },
    "young_man": {"Yhteisöllisyys", "Kirjaston käyttö ja palvelujen tarjoaman oltava rikkaampi"},
}

# The first sixteen digits of the SHA-256 of each name, in small letters, of a person in the seeds.
PERSONS = {
    "03a5f02ccfa90532",
    "13250737c8a3d0e8",
    "43bdc2bce3dea9fa",
    "45459d77888ad4b5",
    "4dce6ddd047c8b8c",
    "6c56b40dd28afd4d",
    "8c47d54f71f5a0a5",
    "b1b212a1f74bbf36",
    "cb8ea02dd23dac27",
    "e90848760fd04376",
    "efb9e97dbc7fdc94",
    "fbc835d2c63c85a2",
}
ADDRESS = re.compile(r"\S@\S|\(ät\)|\(at\)")
TELEPHONE = re.compile(r"\+358|(?<![\d.-])0[1-9]\d?[ -]?\d{3}[ -]?\d{2,4}(?![\d.])")
PLACEHOLDERS = re.compile(r"(?<!\d)(?:568|167|789)(?!\d)")


@cache
def contract(name: str) -> Contract:
    """The contract of this name."""
    return load_contract(ROOT / "contracts" / f"{name}.yaml")


def data(name: str) -> Path:
    """The example data of a contract."""
    return ROOT / "examples" / name / "measured.csv"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a contract's example."""
    with data(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written() -> list[Path]:
    """Every contract of the seeds, every definition and every file of their examples."""
    examples = [file for name in NAMES for file in (ROOT / "examples" / name).rglob("*") if file.is_file()]
    contracts = [ROOT / "contracts" / f"{name}.yaml" for name in (*NAMES, "tesoma-development")]
    return sorted([*contracts, *(ROOT / "indicators").glob("*.yaml"), *examples])


def persons(text: str) -> list[str]:
    """The words of a text that are the name of a person in the seeds."""
    return [
        word
        for word in re.findall(r"[^\W\d_]+", text)
        if hashlib.sha256(word.casefold().encode()).hexdigest()[:16] in PERSONS
    ]


def finnish(title: dict[str, str] | None) -> str:
    """A Finnish title."""
    assert title is not None
    return title["fi"]


@pytest.mark.parametrize("name", NAMES)
def test_it_lints(name: str) -> None:
    """No contract of the seeds has a problem, in any period."""
    assert compile_periods(contract(name))[1] == []
    run = alliance("lint", ROOT / "contracts" / f"{name}.yaml")
    assert (run.code, run.out) == (0, "")


@pytest.mark.parametrize("name", NAMES)
def test_it_scores_its_example(name: str) -> None:
    """Every indicator of every contract has a value in some period of its example, or the seed gives no figure."""
    run = alliance("score", ROOT / "contracts" / f"{name}.yaml", data(name), "-f", "json")
    assert run.code == 0, run.err
    scores = [row for row in json.loads(run.out)["scores"] if row["level"] == "indicator"]
    assert {row["id"] for row in scores} == set(contract(name).indicators)
    silent = {row["id"] for row in scores} - {row["id"] for row in scores if row["value"] is not None}
    unmeasured = {"client_participation", "multi_actor_benefit", "prevention_effect", "multi_actor_fluency"}
    assert silent == (unmeasured | {"staff_satisfaction"} if name == "omatori" else set())


@pytest.mark.parametrize("language", NOTHING)
@pytest.mark.parametrize("name", SCORECARDS)
def test_a_scorecard_says_that_it_pays_nothing(name: str, language: str) -> None:
    """Score and settle both say so, in every language, and there is no clause."""
    file = ROOT / "contracts" / f"{name}.yaml"
    assert contract(name).kind == "scorecard"
    assert not contract(name).settlement
    period = rows(name)[0]["period"]
    for command in ("score", "settle"):
        run = alliance(command, file, data(name), "--period", period, "--lang", language)
        assert run.code == 0, run.err
        assert NOTHING[language] in run.out


@pytest.mark.parametrize("name", AREAS)
def test_areas_are_named_as_in_the_seed(name: str) -> None:
    """These areas and no others, in this order, each in the seed's words."""
    areas = contract(name).result_areas
    assert list(areas) == list(AREAS[name])
    for area, words in AREAS[name].items():
        assert words.casefold() in finnish(areas[area].title).casefold()


@pytest.mark.parametrize("name", WORDS)
def test_indicators_are_named_as_in_the_seed(name: str) -> None:
    """These indicators and no others, in this order, each in the seed's words."""
    indicators = contract(name).indicators
    assert list(indicators) == list(WORDS[name])
    for indicator, words in WORDS[name].items():
        assert words.casefold() in finnish(indicators[indicator].title).casefold()


@pytest.mark.parametrize("name", WORDS)
def test_every_indicator_is_defined_in_full(name: str) -> None:
    """Title, goal, population and source system in three languages; unit, direction, owner, schedule, reference."""
    for id_, each in contract(name).indicators.items():
        for words in (each.title, each.goal_text, each.population, each.source_system):
            assert set(words or {}) == {"fi", "sv", "en"}, id_
        assert None not in (each.unit, each.range, each.direction, each.schedule, each.reference), id_
        assert each.owner in contract(name).parties, id_


def test_every_measure_of_the_workshop_hangs_on_a_goal() -> None:
    """Goal, measure and criterion: a goal of the same client in the workshop's words, and levels to earn by."""
    for area, goals in GOALS.items():
        indicators = contract("tesoma-workshop").result_areas[area].indicators
        assert {finnish(each.goal_text) for each in indicators.values()} == goals
        assert all(each.score is not None for each in indicators.values())


def test_the_weights_of_the_workshop_sum() -> None:
    """All to 100 %, and each area to its own."""
    areas = contract("tesoma-workshop").result_areas.values()
    assert sum(area.weight or 0 for area in areas) == 1
    for area in areas:
        assert sum((Fraction(each.weight) for each in area.indicators.values()), Fraction(0)) == area.weight


def test_the_concert_ticket_stays_outside_the_settlement() -> None:
    """It is named in a comment as left out; nothing of the contract itself knows of it."""
    lines = (ROOT / "contracts" / "tesoma-workshop.yaml").read_text("utf-8").splitlines()
    assert [line[0] for line in lines if "konserttilippu" in line or "concert ticket" in line] == ["#"]


def test_omatori_has_the_one_goal_of_its_seed() -> None:
    """150 clients of remote care a year, with its source; nothing else has a goal."""
    goals = {id_: each.goal.value for id_, each in contract("omatori").indicators.items() if each.goal}
    assert goals == {"remote_care_clients": 150}
    assert contract("omatori").yearly_report is not None
    assert all(each.goal is None for name in ("lahitori", "rantakyla") for each in contract(name).indicators.values())


def test_the_figures_of_omatori_are_those_of_its_seed() -> None:
    """Seed 003; what it tells of March-June 2019 stands in a period of exactly those four months."""
    figures = rows("omatori")
    assert [(row["period"], row["indicator"], row["value"]) for row in figures] == [
        ("2019H1", "guidance_contacts", "1358"),
        ("2019H1", "open_events", "146"),
        ("2019H1", "open_event_participants", "2511"),
        ("2019H2", "visitors_per_week_low", "500"),
        ("2019H2", "visitors_per_week_high", "700"),
        ("2019H2", "client_grade", "9"),
        ("2019H2", "remote_care_clients", "100"),
    ]
    periods = contract("omatori").periods
    assert (periods.length, periods.first.isoformat()) == ("half_year", "2019-03-01")
    assert all("no span given" in row["source"] for row in figures if row["period"] == "2019H2")


@pytest.mark.parametrize("name", ["tesoma", "tesoma-workshop", "lahitori", "rantakyla"])
def test_invented_figures_say_that_they_are_invented(name: str) -> None:
    """Every row of an example that no document supports, and its README."""
    assert all(row["source"].startswith("invented (") for row in rows(name))
    assert re.search(r"\*\*Every figure .*invented\.?\*\*", (data(name).parent / "README.md").read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_sourced_or_assumed(name: str) -> None:
    """No number of a contract stands without the document it comes from, or the reason it is assumed."""
    assert [path for path, _ in uncovered_numbers(contract(name))] == []


@pytest.mark.parametrize("name", ["tesoma", "tesoma-workshop"])
def test_a_settlement_lists_what_its_definitions_assume(name: str) -> None:
    """Every definition says what of it stands in no document, and the settlement lists it beside the contract's own."""
    settled = json.loads(
        alliance("settle", ROOT / "contracts" / f"{name}.yaml", data(name), "--period", "2020", "-f", "json").out
    )
    listed = {each["place"].split(":")[0] for each in settled["assumed"]}
    assert {f"indicators/{id_}.yaml" for id_ in contract(name).indicators} <= listed


@pytest.mark.parametrize("file", written(), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_person_and_no_placeholder_is_in_it(file: Path) -> None:
    """No name, address or telephone number of a person, and no figure that stands beside placeholder text."""
    text = file.read_text("utf-8")
    assert not persons(text)
    assert not ADDRESS.search(text)
    assert not TELEPHONE.search(text)
    generated = "records" in file.parts  # costs and dates of a generator may be any number
    assert generated or not PLACEHOLDERS.search(text)


@pytest.mark.parametrize("text", ["a: 568", "2020Q1,visits,167,", "[789]", "789.", "1,167", "0.568"])
def test_a_placeholder_figure_is_found(text: str) -> None:
    """However it is written, and not as a part of a longer run of digits."""
    assert PLACEHOLDERS.search(text)
    assert not PLACEHOLDERS.search("1679, 2568 and 37890")


@pytest.mark.parametrize("text", ["0401234567", "a,040 123 4567,b", "013 123 456", "+358 40 123"])
def test_a_telephone_number_is_found(text: str) -> None:
    """The forms that Finnish numbers take; a day and an amount are none."""
    assert TELEPHONE.search(text)
    assert not TELEPHONE.search("2019-03-01, 0.123 and 17 218 000")
