"""A simulation as a table for the terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from textwrap import wrap
from typing import Any

from ..formula.text import in_words, show_number
from ..scenarios.forecast import Forecast
from ..settlement import PayeeSettlement, Settlement
from ..simulate.drawing import Drawn
from ..simulate.outcome import Distribution, Noise, Simulated
from .json import FORMAT, number, place_text
from .legible import legible_lines
from .text import WIDTH, named, shown_value

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Simulation", "draws": "{rows} draws, seed {seed}", "drawn": "What varies", "assumed": "assumed", "certain": "Taken as certain",
        "paid": "Payment", "actual": "settled", "mean": "mean", "low": "5 %", "middle": "50 %", "high": "95 %", "total": "Total", "risk": "At risk: in the worst 5 % of draws at least so much less",
        "clauses": "Clauses", "bonus": "pays", "malus": "costs", "gates": "Conditions", "holds": "holds", "now": "now", "yes": "yes", "no": "no",
        "noise": "Noise: had nothing truly changed since {reference}, only been measured again, as much or more would have been paid with a chance of",
        "tornado": "What moves the total most (from its 5 % to its 95 % quantile)", "nothing": "Nothing varies: the data has no counts, and no spread was given.",
        "forecast": "Forecast", "known": "Known through {day}, {share} of the period. The rest is taken to go on like it.", "lands": "expected", "score": "Score",
        "whole": "The whole period is known, through {day}.", "over": "Nothing varies: nothing is still to come.",
        "years": "The years to come", "expected": "expected",
        "note": "Drawn in floating point: no official amount.",
    },
    "fi": {
        "title": "Simulointi", "draws": "{rows} arvontaa, siemenluku {seed}", "drawn": "Mikä vaihtelee", "assumed": "oletettu", "certain": "Varmana pidetään",
        "paid": "Maksu", "actual": "tilitetty", "mean": "keskiarvo", "low": "5 %", "middle": "50 %", "high": "95 %", "total": "Yhteensä", "risk": "Riskissä: huonoimmassa 5 %:ssa arvonnoista vähintään näin paljon vähemmän",
        "clauses": "Maksuehdot", "bonus": "maksaa", "malus": "perii", "gates": "Ehdot", "holds": "täyttyy", "now": "nyt", "yes": "kyllä", "no": "ei",
        "noise": "Kohina: jos mikään ei olisi todella muuttunut vuodesta {reference} vaan ainoastaan mitattu uudelleen, olisi maksettu yhtä paljon tai enemmän todennäköisyydellä",
        "tornado": "Mikä liikuttaa kokonaissummaa eniten (5 %:n ja 95 %:n kvantiilien välillä)", "nothing": "Mikään ei vaihtele: tiedoissa ei ole lukumääriä eikä hajontaa ole annettu.",
        "forecast": "Ennuste", "known": "Tiedossa {day} asti, {share} kaudesta. Lopun oletetaan jatkuvan samanlaisena.", "lands": "odotettu", "score": "Pisteet",
        "whole": "Koko kausi on tiedossa, {day} asti.", "over": "Mikään ei vaihtele: mitään ei ole enää tulossa.",
        "years": "Tulevat vuodet", "expected": "odotettu",
        "note": "Arvottu liukuluvuin: ei virallinen summa.",
    },
    "sv": {
        "title": "Simulering", "draws": "{rows} dragningar, frö {seed}", "drawn": "Vad som varierar", "assumed": "antaget", "certain": "Tas som säkert",
        "paid": "Betalning", "actual": "avräknat", "mean": "medeltal", "low": "5 %", "middle": "50 %", "high": "95 %", "total": "Totalt", "risk": "På spel: i de sämsta 5 % av dragningarna minst så mycket mindre",
        "clauses": "Klausuler", "bonus": "betalar", "malus": "kostar", "gates": "Villkor", "holds": "uppfylls", "now": "nu", "yes": "ja", "no": "nej",
        "noise": "Brus: om inget verkligen hade förändrats sedan {reference} utan bara mätts på nytt, hade lika mycket eller mer betalats med sannolikheten",
        "tornado": "Vad som flyttar totalsumman mest (från 5 %- till 95 %-kvantilen)", "nothing": "Inget varierar: uppgifterna har inga antal, och ingen spridning gavs.",
        "forecast": "Prognos", "known": "Känt till och med {day}, {share} av perioden. Resten antas fortsätta likadant.", "lands": "väntat", "score": "Poäng",
        "whole": "Hela perioden är känd, till och med {day}.", "over": "Inget varierar: inget återstår.",
        "years": "Åren som kommer", "expected": "väntat",
        "note": "Dragna i flyttal: inget officiellt belopp.",
    },
}  # fmt: skip
# By what numbers a value varies, and how: the names are those of its spread.
ABOUT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "of": "{} of {}", "answers": "{} of {} answers, {} passive", "error": "{}, standard error {} of {}",
        "varying": "{}, varying by {}", "to_come": "{} of {} so far, {} to come",
        "cost_to_come": "{} so far, {} to come, varying by {}",
    },
    "fi": {
        "of": "{} (n = {})", "answers": "{} (n = {}), passiivisia {}", "error": "{}, keskivirhe {} (n = {})",
        "varying": "{}, vaihtelu {}", "to_come": "tähän asti {} (n = {}), tulossa {}",
        "cost_to_come": "tähän asti {}, tulossa {}, vaihtelu {}",
    },
    "sv": {
        "of": "{} (n = {})", "answers": "{} (n = {}), passiva {}", "error": "{}, medelfel {} (n = {})",
        "varying": "{}, variation {}", "to_come": "hittills {} (n = {}), {} återstår",
        "cost_to_come": "hittills {}, {} återstår, variation {}",
    },
}  # fmt: skip
MODELS: Mapping[str, Mapping[str, str]] = {
    "fi": {
        "binomial": "binomijakauma", "multinomial": "multinomijakauma", "normal": "normaalijakauma", "beta": "beetajakauma",
        "log-normal": "lognormaali jakauma", "beta-binomial": "beeta-binomijakauma",
    },
    "sv": {
        "binomial": "binomialfördelning", "multinomial": "multinomialfördelning", "normal": "normalfördelning", "beta": "betafördelning",
        "log-normal": "lognormalfördelning", "beta-binomial": "betabinomialfördelning",
    },
}  # fmt: skip
_BAR = 40


def simulation_as_data(settlement: Settlement, payee: PayeeSettlement, found: Simulated) -> dict[str, Any]:
    """What ``alliance simulate -f json`` writes: floats are numbers, exact amounts are texts."""
    return {
        "format": FORMAT,
        "contract": settlement.contract.contract,
        "period": settlement.calculation.period,
        "payee": payee.payee,
        "currency": settlement.calculation.currency,
        "draws": found.draws.rows,
        "seed": found.draws.seed,
        "drawn": [_drawn(each) for each in found.drawn],
        "certain": list(found.certain),
        "total": _distribution(found.total),
        "score": None if found.score is None else _distribution(found.score),
        "parties": {party: _distribution(each) for party, each in found.parties.items()},
        "clauses": [
            {
                "clause": each.clause,
                "actual": number(each.actual),
                "mean": each.mean,
                "bonus": each.bonus,
                "malus": each.malus,
            }
            for each in found.clauses
        ],
        "gates": [
            {
                "step": each.step,
                "condition": in_words(each.condition, "en"),
                "place": place_text(each.place),
                "chance": each.chance,
                "holds": each.holds,
            }
            for each in found.gates
        ],
        "noise": _noise(found.noise),
        "tornado": [
            {
                "id": each.id,
                "party": each.party,
                "low": number(each.low),
                "high": number(each.high),
                "total_low": number(each.total_low),
                "total_high": number(each.total_high),
            }
            for each in found.tornado
        ],
        "years": [
            {
                "period": each.period,
                "total": _distribution(each.total),
                "score": None if each.score is None else _distribution(each.score),
            }
            for each in found.years
        ],
    }


def _drawn(each: Drawn) -> dict[str, Any]:
    return {
        "id": each.id,
        "party": each.party,
        "value": number(each.value),
        "model": each.spread.model,
        "about": _about(each, "en"),
        "assumed": each.spread.assumed,
    }


def _about(each: Drawn, language: str) -> str:
    """By what numbers a value varies, in words."""
    form, *numbers = each.spread.about
    mark = "." if language == "en" else ","
    return ABOUT[language][form].format(*(text.replace(".", mark) for text in numbers))


def _noise(noise: Noise | None) -> dict[str, Any] | None:
    if noise is None:
        return None
    return {
        "reference": noise.reference,
        "chance": noise.chance,
        "mean": noise.mean,
        "clauses": dict(noise.clauses),
        "unchanged": list(noise.unchanged),
    }


def _distribution(each: Distribution) -> dict[str, Any]:
    return {
        "actual": number(each.actual),
        "mean": each.mean,
        "deviation": each.deviation,
        "least": each.least,
        "most": each.most,
        "quantiles": {f"{share:g}": value for share, value in each.quantiles.items()},
        "at_risk": each.at_risk,
        "bars": list(each.bars),
    }


def write_simulation_json(settlement: Settlement, payee: PayeeSettlement, found: Simulated) -> str:
    """simulation_as_data as text."""
    return json.dumps(simulation_as_data(settlement, payee, found), ensure_ascii=False, indent=2) + "\n"


def write_simulation(settlement: Settlement, payee: PayeeSettlement, found: Simulated, language: str = "en") -> str:
    """The simulation as text of at most 80 columns."""
    lines = _simulation(settlement, payee, found, language, WORDS[language])
    return legible_lines("\n".join(lines).rstrip()) + "\n"


def forecast_as_data(found: Forecast) -> dict[str, Any]:
    """A simulation with ``through``, the last day known, and the ``share`` of the period's days that it is."""
    data = simulation_as_data(found.settlement, found.payee, found.simulated)
    return data | {"through": found.through.isoformat(), "share": number(found.share)}


def write_forecast_json(found: Forecast) -> str:
    """forecast_as_data as text."""
    return json.dumps(forecast_as_data(found), ensure_ascii=False, indent=2) + "\n"


def write_forecast(found: Forecast, language: str = "en") -> str:
    """The forecast as text of at most 80 columns."""
    words = WORDS[language]
    whole = found.share == 1
    share = _percent(float(found.share), language)
    known = words["whole" if whole else "known"].format(day=found.through.isoformat(), share=share)
    words = {**words, "title": words["forecast"], "actual": words["lands"], "now": words["lands"]}
    words["nothing"] = words["over" if whole else "nothing"]
    lines = _simulation(found.settlement, found.payee, found.simulated, language, words)
    head = [next(lines), next(lines), *wrap(known, WIDTH)]
    return legible_lines("\n".join([*head, *lines]).rstrip()) + "\n"


def _simulation(
    settlement: Settlement, payee: PayeeSettlement, found: Simulated, language: str, words: Mapping[str, str]
) -> Iterator[str]:
    title = named(settlement.contract.title, language, settlement.contract.contract)
    whose = f", {payee.payee}" if payee.payee else ""
    yield f"{words['title']} {settlement.calculation.period}: {title}{whose}"[:WIDTH]
    yield "=" * WIDTH
    rows = show_number(Fraction(found.draws.rows), language)
    yield f"{words['draws'].format(rows=rows, seed=found.draws.seed)}. {words['note']}"
    if found.drawn:
        yield f"\n{words['drawn']}:"
    else:
        yield words["nothing"]
    for each in found.drawn:
        assumed = f" ({words['assumed']})" if each.spread.assumed else ""
        model = MODELS[language][each.spread.model] if language in MODELS else each.spread.model
        yield from _wrapped(f"{_who(each.id, each.party)}: {model}, {_about(each, language)}{assumed}")
    if found.certain:
        yield from _wrapped(f"{words['certain']}: {', '.join(found.certain)}", indent="")
    yield ""
    yield from _scores(found, language, words)
    if settlement.calculation.entries:
        yield from _payments(settlement, found, language, words)
        if found.drawn:
            yield from _spread_out(found, language, words)
        yield from _chances(settlement, found, language, words)
        if found.drawn:
            yield from _moves(found, language)
        yield from _years(settlement, found, language)


def _scores(found: Simulated, language: str, words: Mapping[str, str]) -> Iterator[str]:
    """The score, where there is one; before it what the columns are."""
    if found.score is not None:
        each = found.score
        scores = (float(each.actual), each.quantiles[0.05], each.quantiles[0.5], each.quantiles[0.95])
        yield " " * 28 + _heads(words)
        shown = (shown_value(Fraction(round(score * 100), 100), "", language) for score in scores)
        yield f"{words['score']:28}" + "".join(f"{each:>13}" for each in shown)
        yield ""


def _heads(words: Mapping[str, str]) -> str:
    return "".join(f"{words[key]:>13}" for key in ("actual", "low", "middle", "high"))


def _payments(settlement: Settlement, found: Simulated, language: str, words: Mapping[str, str]) -> Iterator[str]:
    yield f"{words['paid'] + ' (' + settlement.calculation.currency + ')':28}{_heads(words)}"
    for party, each in found.parties.items():
        about = settlement.contract.parties.get(party)
        yield _row("  " + (named(about.title, language, party) if about else party), each, language)
    yield _row(words["total"], found.total, language)


def _spread_out(found: Simulated, language: str, words: Mapping[str, str]) -> Iterator[str]:
    """What is at risk, and how many draws came to how much."""
    yield from _wrapped(f"{words['risk']}: {_whole(found.total.at_risk, language)}", indent="")
    highest = max(found.total.bars)
    step = (found.total.most - found.total.least) / len(found.total.bars)
    for number_, count in enumerate(found.total.bars):
        middle = found.total.least + (number_ + 0.5) * step
        yield f"  {_whole(middle, language):>14} {'#' * round(_BAR * count / highest)}".rstrip()


def _row(title: str, each: Distribution, language: str) -> str:
    amounts = (float(each.actual), each.quantiles[0.05], each.quantiles[0.5], each.quantiles[0.95])
    return f"{title[:27]:28}" + "".join(f"{_whole(amount, language):>13}" for amount in amounts)


def _chances(settlement: Settlement, found: Simulated, language: str, words: Mapping[str, str]) -> Iterator[str]:
    yield f"\n{words['clauses']:36}{words['actual']:>14}{words['mean']:>14}{words['bonus']:>8}{words['malus']:>8}"
    for each in found.clauses:
        title = named(settlement.contract.settlement[each.clause].title, language, each.clause)
        amounts = f"{_whole(float(each.actual), language):>14}{_whole(each.mean, language):>14}"
        yield f"  {title[:33]:34}{amounts}{_percent(each.bonus, language):>8}{_percent(each.malus, language):>8}"
    if found.gates:
        yield f"\n{words['gates']:60}{words['holds']:>10}{words['now']:>9}"
        for gate in found.gates:
            text = f"{gate.step}: {in_words(gate.condition, language)}"
            head, *rest = wrap(text, 56)
            yield f"  {head:58}{_percent(gate.chance, language):>10}{words['yes' if gate.holds else 'no']:>9}"
            yield from (f"    {line}" for line in rest)
    if found.noise is not None:
        noise = f"{words['noise'].format(reference=found.noise.reference)} {_percent(found.noise.chance, language)}."
        yield ""
        yield from _wrapped(noise, indent="")


def _moves(found: Simulated, language: str) -> Iterator[str]:
    """What moves the total, if anything does."""
    widest = max((float(each.width) for each in found.tornado), default=0.0)
    if not widest:
        return
    yield ""
    yield from _wrapped(f"{WORDS[language]['tornado']}:", indent="")
    for each in found.tornado:
        bar = "#" * round(24 * float(each.width) / widest)
        ends = f"{_whole(float(each.total_low), language):>14}{_whole(float(each.total_high), language):>14}"
        yield f"  {_who(each.id, each.party)[:24]:25}{ends} {bar}".rstrip()


def _years(settlement: Settlement, found: Simulated, language: str) -> Iterator[str]:
    """A fan over the years to come, as a table."""
    if not found.years:
        return
    words = WORDS[language]
    heads = "".join(f"{words[key]:>13}" for key in ("expected", "low", "middle", "high"))
    yield f"\n{words['years'] + ' (' + settlement.calculation.currency + ')':28}{heads}"
    for each in found.years:
        yield _row(f"  {each.period}", each.total, language)


def _who(id_: str, party: str) -> str:
    return f"{id_}[{party}]" if party else id_


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def _whole(amount: float, language: str) -> str:
    return show_number(Fraction(round(amount)), language)


def _percent(chance: float, language: str) -> str:
    return shown_value(Fraction(round(chance * 1000), 1000), "share", language)
