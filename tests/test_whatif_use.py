"""The what-if page in use: fields, sliders, links, languages, screen readers, paper, and texts that would be scripts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from alliance_outcomes.contract.loading import build_contract, load_contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.scenarios.whatif import read_setting, what_if
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.csv import parse_csv, read_csv
from alliance_outcomes.statements.whatif_page import write_page
from tests.browser import AXE, chromium
from tests.faulty import CONTRACT, DATA
from tests.test_whatif import across
from tests.tree import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TESOMA = (ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv")
TOTALS = {"en": "18,493,129.88 EUR", "fi": "18 493 129,88 EUR", "sv": "18 493 129,88 EUR"}


@cache
def tesoma_page(settings: tuple[str, ...] = ()) -> str:
    """The page of the example."""
    settlement = settle(load_contract(TESOMA[0]), read_csv(TESOMA[1]), "2023")
    return write_page(what_if(settlement, [read_setting(each) for each in settings]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for every page."""
    with chromium() as found:
        yield found


class Desk:
    """Opens pages, and gathers what they complain of and what they ask of the network."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.context = browser.new_context()
        self.context.set_default_timeout(10_000)
        self.file = folder / "whatif.html"
        self.complaints: list[str] = []
        self.asked: list[str] = []

    def open(self, text: str, address: str = "") -> Page:
        """A page of this text, with what follows the # in its address."""
        self.file.write_text(text, "utf-8")
        page = self.context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(f"{self.file.as_uri()}{address}")
        return page


@pytest.fixture
def desk(browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    """A desk whose pages must end without a complaint, and have asked for nothing but themselves."""
    found = Desk(browser, tmp_path)
    yield found
    found.context.close()
    assert not found.complaints
    assert {url.partition("#")[0] for url in found.asked} <= {found.file.as_uri()}


def summary(page: Page) -> list[str]:
    """Total, difference and score, as they stand on top, spaces made plain."""
    return [text.replace("\u00a0", " ") for text in page.locator(".summary dd").all_inner_texts()]


def field(page: Page, name: str) -> Any:
    """The field that its label calls so."""
    return page.get_by_role("textbox", name=name, exact=True)


NPS = "Clients' satisfaction with the services (NPS)"


def test_a_number_is_written_and_everything_follows(desk: Desk) -> None:
    """Total, difference, score, lines and the bars move; the address holds the scenario, exactly."""
    page = desk.open(tesoma_page())
    assert summary(page) == ["18,493,129.88 EUR", "as measured", "77.1487"]
    field(page, NPS).fill("45")
    assert summary(page) == ["18,460,680.18 EUR", "−32,449.70 EUR", "70.2916 (−6.8571)"]
    row = page.locator("table", has=page.locator("#lines")).locator("tr", has_text="Bonus or malus")
    assert row.locator("td").all_inner_texts() == ["Mehiläinen", "308,594.92", "281,166.35", "−27,428.57"]
    assert page.locator("svg text", has_text="+281,166.35").count() == 1
    assert page.url.endswith("#en&client_nps=45")


def test_a_slider_is_moved_by_the_keyboard(desk: Desk) -> None:
    """An arrow key is a step; the field shows the value, and the slider says it with its unit."""
    page = desk.open(tesoma_page())
    slider = page.get_by_role("slider", name=NPS, exact=True)
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert field(page, NPS).input_value() == "68"
    assert slider.get_attribute("aria-valuetext") == "68 NPS points"
    page.keyboard.press("End")
    assert field(page, NPS).input_value() == "100"
    assert page.evaluate("document.activeElement.type") == "range"


def test_a_link_brings_the_scenario_back(desk: Desk) -> None:
    """Loaded anew, and in another tab, the page shows what was set, in the language it was set in."""
    page = desk.open(tesoma_page())
    page.get_by_role("button", name="Suomi").click()
    field(page, "Asiakkaiden tyytyväisyys palveluihin (NPS)").fill("-20,5")
    field(page, "Kustannukset (Mehiläinen)").fill("16 000 000")
    there, address = summary(page), page.url
    assert address.endswith("#fi&client_nps=-41%2F2&cost%5Bmehilainen%5D=16000000")
    page.reload()
    assert summary(page) == there
    assert page.evaluate("document.documentElement.lang") == "fi"
    other = desk.open(tesoma_page(), f"#{address.partition('#')[2]}")
    assert summary(other) == there
    assert field(other, "Asiakkaiden tyytyväisyys palveluihin (NPS)").input_value() == "-20,5"
    other.get_by_role("button", name="Takaisin mitattuun").click()
    assert summary(other)[1] == "kuten mitattu"
    assert other.url.endswith("#fi")


def test_the_link_is_copied_or_selected(desk: Desk) -> None:
    """Either the clipboard takes it or it stands selected; a person is told which."""
    page = desk.open(tesoma_page(), "#en&client_nps=45")
    assert page.get_by_role("textbox", name="Link to this scenario").input_value() == page.url
    page.get_by_role("button", name="Copy link").click()
    told = page.locator(".actions .note", has_text="The link is").inner_text()
    assert told in ("The link is copied.", "The link is selected: copy it.")


def test_settings_open_the_page(desk: Desk) -> None:
    """What --set says is what the page shows first; the address of a link is stronger."""
    page = desk.open(tesoma_page(("client_nps=45",)))
    assert summary(page)[1] == "−32,449.70 EUR"
    assert summary(desk.open(tesoma_page(("client_nps=45",)), "#en&client_nps=69"))[1] == "as measured"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("abc", "Write a number, such as 7.5, 7.5 %, 16 993 210 or 1/3."),
        ("4,5", "Write a decimal point, such as 7.5."),
        ("1/0", "A ratio needs a divisor other than 0."),
        ("101", "From −100 to 100."),
        ("", "A value is needed here."),
        ("1e1", "Write a number, such as 7.5, 7.5 %, 16 993 210 or 1/3."),
    ],
)
def test_an_entry_that_is_refused(desk: Desk, text: str, told: str) -> None:
    """It is marked, told beside the field and on top, and the amounts stay those of the value before."""
    page = desk.open(tesoma_page())
    field(page, NPS).fill(text)
    assert field(page, NPS).get_attribute("aria-invalid") == "true"
    described = field(page, NPS).get_attribute("aria-describedby").split()[1]
    assert page.locator(f"#{described}").inner_text() == told
    assert page.get_by_role("alert").inner_text().startswith("One entry is refused")
    assert summary(page)[:2] == ["18,493,129.88 EUR", "as measured"]
    field(page, NPS).fill("70")
    assert not page.get_by_role("alert").inner_text()


def test_a_percentage_that_is_100_times_off_is_refused(desk: Desk) -> None:
    """62 where 62 % was meant is no full pay: the page says what to write."""
    page = desk.open(tesoma_page())
    plan = page.get_by_role("textbox", name="Care plan made for clients of oral health care", exact=False).first
    plan.fill("62")
    assert "From 0 % to 100 %. Write 62 %." in [
        text.replace("\u00a0", " ") for text in page.locator(".wrong").all_inner_texts()
    ]
    plan.fill("62 %")
    assert not any(page.locator(".wrong").all_inner_texts())


def test_a_share_stands_without_a_unit_beside_it(desk: Desk) -> None:
    """0.5 is half, and 1/3 a third: a sign of percent beside the field would say otherwise. A number keeps its unit."""
    page = desk.open(tesoma_page(), "#en&chronic_care_balance=1%2F3")
    told = page.evaluate(
        """() => [...document.querySelectorAll(".entry")].map((each) =>
            [each.querySelector("input[type=text], select").value, each.querySelector(".unit").textContent])"""
    )
    assert ["1/3", ""] in told
    assert ["74.8", "points"] in told
    assert not [value for value, unit in told if "%" in unit]


def test_a_link_holds_every_digit(desk: Desk) -> None:
    """A number as long as may be written comes back whole."""
    page = desk.open(tesoma_page())
    field(page, "Costs (Mehiläinen)").fill("12345678.123456789012")
    there = summary(page)
    assert there[1] != "as measured"
    page.reload()
    assert (summary(page), field(page, "Costs (Mehiläinen)").input_value()) == (there, "12345678.123456789012")


def test_a_link_that_is_not_of_this_page(desk: Desk) -> None:
    """What it does not know or cannot read is told, and the rest is done."""
    page = desk.open(tesoma_page(), "#sv&client_nps=45&nothing=3&own_cost=cheap&city_cost=%E0%A4%A")
    assert "nothing, own_cost, city_cost" in page.get_by_role("alert").inner_text()
    assert summary(page)[0] == "18 460 680,18 EUR"


@pytest.mark.parametrize("address", ["#constructor", "#__proto__&client_nps=69", "#toString&&", "#en&"])
def test_a_link_in_no_language_of_the_page(desk: Desk, address: str) -> None:
    """Words that every object of a browser knows are no languages; the page opens as it was written."""
    page = desk.open(tesoma_page(), address)
    assert summary(page)[1] == "as measured"
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.get_by_role("alert").inner_text() == ""


def test_a_link_that_names_much(desk: Desk) -> None:
    """Some of what is not known is told, each once, and cut where it is long."""
    much = "&".join([*["x=1"] * 2000, *(f"y{number}=1" for number in range(50)), "z" * 5000 + "=1"])
    told = desk.open(tesoma_page(), f"#en&{'w' * 500}=1&{much}").get_by_role("alert").inner_text()
    assert told.endswith(f"{'w' * 60}…, x, y0, y1, y2, ….")


def test_names_of_lines_leave_room_for_their_amounts(desk: Desk) -> None:
    """Narrow letters and wide ones: no two texts of the figure lie on one another, on a desk and on a phone."""
    names = ("W" * 400, "i" * 400, "장" * 90, "Plain")
    clauses = "".join(
        f"  - c{at}: {{kind: formula, amount: -91 234 567, to: all, title: {each}}}\n" for at, each in enumerate(names)
    )
    contract = CONTRACT.rstrip("\n") + "\n" + clauses
    settlement = settle(
        build_contract(parse_document(contract.encode(), "c.yaml")), parse_csv(DATA.encode(), "d.csv"), "2020"
    )
    page = desk.open(write_page(what_if(settlement, [])))
    for width in (1200, 380):
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        rows = page.evaluate(
            """() => [...document.querySelectorAll("figure .name")].map((name) => {
                const [a, b] = [name.getBBox(), name.nextSibling.getBBox()];
                return [name.textContent.slice(-1), a.x + a.width < b.x, b.x + b.width <= name.ownerSVGElement.viewBox.baseVal.width];
            })"""
        )
        assert [each[0] for each in rows[-5:-1]] == ["…", "…", "…", "n"]
        assert all(clear and inside for _, clear, inside in rows), rows


def test_what_cannot_be_settled_is_told(desk: Desk) -> None:
    """A computed value out of its range, or a division by zero, is a sentence; no amount stands there."""
    contract = CONTRACT.replace("pool: pool\n", "pool: pool * pool / over_parties(cost)\n")
    settlement = settle(
        build_contract(parse_document(contract.encode(), "c.yaml")), parse_csv(DATA.encode(), "d.csv"), "2020"
    )
    page = desk.open(write_page(what_if(settlement, [])))
    field(page, "cost (Firm)").fill("0")
    assert page.get_by_role("alert").inner_text() == "This cannot be settled: incentive divides by zero."
    assert summary(page)[0] == "–"
    field(page, "cost (Firm)").fill("10")
    assert summary(page)[0] != "–"


def test_what_comes_from_all_payees_stands_apart(desk: Desk) -> None:
    """It is marked as kept, in words, and has no slider."""
    page = desk.open(write_page(what_if(across(), [], "c")))
    group = page.locator("fieldset", has=page.locator("legend", has_text="From outside this page"))
    assert group.locator(".kept").all_inner_texts() == ["kept"]
    assert "percentile" in group.locator("label").inner_text()
    assert group.get_by_role("slider").count() == 0
    assert group.get_by_role("textbox").count() == 1


WICKED = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{data}}${alert(3)}\u2028"


def test_what_people_wrote_is_only_ever_text(desk: Desk) -> None:
    """Titles and names that are scripts are shown as they are written, and do nothing."""
    title = "'" + WICKED.replace("'", "''") + "'"
    contract = CONTRACT.replace("contract: care\n", f"contract: care\ntitle: {title}\n").replace(
        "title: Firm", f"title: {title}"
    )
    contract = contract.replace("kind: pool\n", f"kind: pool\n      title: {title}\n")
    contract = contract.replace("visits: {unit: count,", f"visits: {{title: {title}, unit: count,")
    settlement = settle(
        build_contract(parse_document(contract.encode(), "c.yaml")), parse_csv(DATA.encode(), "d.csv"), "2020"
    )
    page = desk.open(write_page(what_if(settlement, [])), "#en&<script>alert(4)</script>=<b>")
    assert page.locator("h1").inner_text().startswith("What if: </script><script>alert(1)</script><img src=x")
    assert page.locator("img, b").count() == 0
    assert page.locator("script").count() == 0
    assert page.locator("#lines").count() == 1


def test_the_policy_lets_nothing_else_run(desk: Desk) -> None:
    """A script that is put into the page does not run, and nothing can be fetched."""
    page = desk.open(tesoma_page())
    refused = page.evaluate(
        """async () => {
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", "<p style='color: red' onclick='window.ran = true'>x</p>");
          document.body.lastElementChild.click();
          let fetched = true;
          try { await fetch(location.href); } catch { fetched = false; }
          return [window.ran === undefined, fetched];
        }"""
    )
    assert refused == [True, False]
    desk.complaints.clear()  # the browser reports what it refused


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
@pytest.mark.parametrize("language", ["en", "fi", "sv"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_violation(browser: Browser, tmp_path: Path, language: str, width: int) -> None:
    """In each language, on a desk and on a phone, with an entry refused and one moved."""
    file = tmp_path / "whatif.html"
    file.write_text(tesoma_page(), "utf-8")
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{file.as_uri()}#{language}&client_nps=45&primary_school_wellbeing.now=")
    assert summary(page)[0] != TOTALS[language]
    page.locator("#input-0").fill("x")
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert not [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found["violations"]]
    assert len(found["passes"]) > 20
    context.close()


def test_focus_goes_down_the_page(desk: Desk) -> None:
    """Tab leads from the languages through the inputs in their order, each slider before its field."""
    page = desk.open(tesoma_page())
    seen = []
    for _ in range(9):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.lang || document.activeElement.id"))
    assert seen == ["en", "fi", "sv", "input-0-slider", "input-0", "input-1-slider", "input-1", "input-2", "input-3"]


def test_a_screen_reader_hears_the_total(desk: Desk) -> None:
    """A moment after a change the status says the total and the difference, once."""
    page = desk.open(tesoma_page())
    field(page, NPS).fill("45")
    told = page.get_by_role("status").filter(has_text="18,460,680.18").inner_text().replace("\u00a0", " ")
    assert told == "Total 18,460,680.18 EUR, −32,449.70 EUR against what was measured. Score 70.2916."
    assert str(page.locator("svg desc").text_content()).endswith("Total 18,460,680.18.")


def test_paper_shows_numbers_and_no_buttons(desk: Desk) -> None:
    """In print there are no sliders and no buttons; fields, lines and totals stay."""
    page = desk.open(tesoma_page())
    page.emulate_media(media="print")
    assert not page.get_by_role("slider").first.is_visible()
    assert not page.get_by_role("button", name="Copy link").is_visible()
    assert field(page, NPS).is_visible()
    assert page.locator("#lines").is_visible()


def test_the_page_says_so_without_javascript(browser: Browser, tmp_path: Path) -> None:
    """Where scripts are switched off there is a sentence, not an empty page."""
    file = tmp_path / "whatif.html"
    file.write_text(tesoma_page(), "utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert "needs JavaScript" in page.locator("body").inner_text()
    context.close()
