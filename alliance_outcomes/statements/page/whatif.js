// The page: a control for each input, the settlement recomputed as one moves, the scenario kept in the address.

const data = JSON.parse(document.getElementById("data").textContent);
const settle = settler(data.calculation);
const names = data.calculation.names.slice(0, data.calculation.inputs);

const valueOf = (given, written) =>
  written === null || typeof written === "boolean" || given.part === "category" ? written : fraction(written);

const measured = data.inputs.map((given, index) => valueOf(given, data.measured[index]));
const original = settle(measured);
const state = { language: data.language, values: [...measured], refused: new Map(), unknown: new Set() };
const controls = [];
let words = WORDS[state.language];

// -- said and shown -----------------------------------------------------------------------------------------------

// An element; what people wrote only ever becomes its text.
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

const say = (title) => (typeof title === "string" ? title : title[state.language]);
const titleOf = (titles, id) => (Object.hasOwn(titles, id) ? say(titles[id]) : id);
const same = (a, b) => (a && b && a.d && b.d ? compare(a, b) === 0 : a === b);
const money = (amount) => showPlaces(amount, data.places, state.language);
const moneySigned = (amount) => signed(amount, money(amount));
const inCurrency = (text) => `${text}\u00a0${data.currency}`;
const scored = (score) => (score === null ? "\u2013" : show(score, state.language));

// -- what is set -------------------------------------------------------------------------------------------------

// The value that a text gives an input, its number read by `read`; throws Unreadable with the word for what is wrong.
function accepted(given, text, read) {
  if (text.trim() === "") {
    if (given.required) throw new Unreadable("needed");
    return null;
  }
  if (given.part === "category") {
    if (!given.codes.includes(text)) throw new Unreadable("notNumber");
    return text;
  }
  const value = read(text);
  if (given.part === "n" && (value.n < 0n || lowest(value).d !== 1n)) throw new Unreadable("count");
  const [least, most] = [given.least, given.most].map((end) => (end === null ? null : fraction(end)));
  if ((least && compare(value, least) < 0) || (most && compare(value, most) > 0)) {
    const error = new Unreadable("range");
    const hundredth = over(value, whole(100));
    const fits = isShare(given.unit) && most && compare(hundredth, most) <= 0 && (!least || compare(hundredth, least) >= 0);
    error.instead = fits ? show(value, state.language, 12) : null;
    throw error;
  }
  return value;
}

function complaint(given, error) {
  if (error.message !== "range") return words[error.message];
  return `${rangeOf(given)}${error.instead ? ` ${words.percent(error.instead)}` : ""}`;
}

function rangeOf(given) {
  const [least, most] = [given.least, given.most].map((end) =>
    end === null ? null : showValue(fraction(end), given.unit, state.language));
  if (least !== null && most !== null) return words.range(least, most);
  return least !== null ? words.atLeast(least) : most !== null ? words.atMost(most) : "";
}

function set(index, value) {
  state.values[index] = value;
  state.refused.delete(index);
}

// -- the address -------------------------------------------------------------------------------------------------

function addressPart() {
  const changed = state.values.flatMap((value, index) => {
    if (same(value, measured[index])) return [];
    const text = value === null ? "" : typeof value === "string" ? value : asText(value);
    return [`${encodeURIComponent(names[index])}=${encodeURIComponent(text)}`];
  });
  return `#${[state.language, ...changed].join("&")}`;
}

// An address holds numbers as the page computes them, which may be longer than a person writes.
const readAddressed = (text) => (/^-?\d{1,80}(\/[1-9]\d{0,79})?$/.test(text) ? fraction(text) : readNumber(text, "en"));

// The first of what a link may name, which may be anything.
function someOf(unknown) {
  const named = [...unknown].slice(0, 5).map((name) => (name.length > 60 ? `${name.slice(0, 60)}…` : name));
  return [...named, ...(unknown.size > 5 ? ["…"] : [])].join(", ");
}

function readAddress() {
  const [language, ...settings] = location.hash.slice(1).split("&");
  if (Object.hasOwn(WORDS, language)) state.language = language;
  state.values = [...measured];
  state.refused.clear();
  state.unknown = new Set();
  for (const setting of settings.filter((each) => each !== "")) {
    const [name, text] = setting.split("=").map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
    const index = names.indexOf(name);
    try {
      if (index < 0 || text === undefined) throw new Unreadable(name);
      set(index, accepted(data.inputs[index], text, readAddressed));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      state.unknown.add(name);
    }
  }
}

// -- controls ----------------------------------------------------------------------------------------------------

function sliderOf(given, index, id) {
  if (!given.slider) return null;
  const [low, high, step] = given.slider.map(fraction);
  const steps = roundTo(over(minus(high, low), step), "ceil", ONE).n;
  const slider = make("input", { type: "range", id: `${id}-slider`, min: "0", max: `${steps}`, step: "1", "aria-labelledby": `${id}-name` });
  slider.addEventListener("input", () => {
    const value = plus(low, times(whole(slider.value), step));
    set(index, compare(value, high) > 0 ? high : value);
    recompute();
  });
  return {
    slider,
    place(value) {
      const position = value === null ? 0n : roundTo(over(minus(value, low), step), "half_away_from_zero", ONE).n;
      slider.value = `${position < 0n ? 0n : position > steps ? steps : position}`;
      slider.setAttribute("aria-valuetext", `${showValue(value, given.unit, state.language)} ${given.unit}`.trim());
    },
  };
}

function fieldOf(given, index, id) {
  const about = { id, "aria-describedby": `${id}-note ${id}-wrong` };
  if (given.part === "category") {
    const field = make("select", about, ...given.codes.map((code) => make("option", { value: code }, code)));
    field.addEventListener("change", () => write(index, field.value));
    return field;
  }
  const kind = { type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false" };
  const field = make("input", { ...about, ...kind });
  field.addEventListener("input", () => write(index, field.value));
  field.addEventListener("change", () => refresh());
  return field;
}

function write(index, text) {
  try {
    set(index, accepted(data.inputs[index], text, (entry) => readNumber(entry, state.language)));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    state.refused.set(index, { text, error });
  }
  recompute();
}

function controlOf(given, index) {
  const id = `input-${index}`;
  // Under the input it belongs to, one shows only what sets it apart; a screen reader says the whole.
  const shown = given.detail ? [make("span", { class: "unseen" }, `${say(given.title)}: `), say(given.detail)] : [say(given.title)];
  const label = make("label", { for: id, id: `${id}-name` }, ...shown);
  // A share says itself whether it is written in percent: a sign beside it would make 0.5 or 1/30 look like so many percent.
  const unit = make("span", { class: "unit" }, isShare(given.unit) ? "" : given.unit);
  const mark = make("span", { class: "mark" });
  const field = fieldOf(given, index, id);
  const slider = sliderOf(given, index, id);
  const note = make("p", { class: "note", id: `${id}-note` });
  const wrong = make("p", { class: "wrong", id: `${id}-wrong` });
  const entry = make("div", { class: "entry" }, ...(slider ? [slider.slider] : []), field, unit);
  const kept = given.part === "frozen" || given.part === "settled" ? [make("span", { class: "kept" }, words.fixed)] : [];
  const element = make("div", { class: given.detail ? "control further" : "control" }, make("div", { class: "head" }, label, ...kept, mark), entry, note, wrong);

  function update(everything) {
    const value = state.values[index];
    const refusal = state.refused.get(index);
    if (everything || document.activeElement !== field) {
      field.value = refusal ? refusal.text : given.part === "category" ? value : asWritten(value, given.unit, state.language);
    }
    field.setAttribute("aria-invalid", refusal ? "true" : "false");
    wrong.textContent = refusal ? complaint(given, refusal.error) : "";
    const moved = !same(value, measured[index]);
    element.classList.toggle("moved", moved);
    mark.textContent = moved ? words.changed : "";
    if (slider) slider.place(value);
    const known = measured[index];
    const parts = [known === null ? words.noMeasured : words.measured(showValue(known, given.unit, state.language))];
    if (value !== null && value.d && /\//.test(field.value)) {
      parts.unshift(words.about(showValue(value, given.unit, state.language)));
    }
    parts.push(rangeOf(given), given.required ? "" : words.optional);
    note.textContent = parts.filter(Boolean).join(" ");
  }
  controls.push({ update });
  return element;
}

function groupsOf() {
  const titles = { ...data.areas, facts: words.facts, frozen: words.frozen };
  return data.groups.map(({ id, inputs }) =>
    make(
      "fieldset",
      {},
      make("legend", {}, say(titles[id])),
      ...(id === "frozen" ? [make("p", { class: "note" }, words.frozenIntro)] : []),
      ...inputs.map((index) => controlOf(data.inputs[index], index)),
    ));
}

// -- results -----------------------------------------------------------------------------------------------------

function table(id, title, heads, rows, foot = []) {
  const cell = (row) => row.map((text, index) =>
    index === 0 ? make("th", { scope: "row" }, text) : make("td", { class: heads[index].class ?? "number" }, text));
  const top = make("tr", {}, ...heads.map((head) => make("th", { scope: "col", class: head.class ?? "number" }, head.text)));
  const whole_ = make(
    "table",
    {},
    make("caption", { id }, title),
    make("thead", {}, top),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...cell(row)))),
    ...(foot.length ? [make("tfoot", {}, ...foot.map((row) => make("tr", {}, ...cell(row))))] : []),
  );
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": id }, whole_);
}

const heads = (first) => [
  ...first.map((text) => ({ text, class: "words" })),
  { text: words.asMeasured },
  { text: words.now },
  { text: words.difference },
];

const three = (before, after, written, writtenSigned) => [
  before === null ? "\u2013" : written(before),
  after === null ? "\u2013" : written(after),
  before === null || after === null ? "\u2013" : writtenSigned(minus(after, before)),
];

// Amounts by a key, in the order in which the keys come in either result.
function paired(before, after, keyOf) {
  const found = new Map();
  for (const [side, items] of [[0, before], [1, after]]) {
    for (const item of items) {
      const key = keyOf(item);
      if (!found.has(key)) found.set(key, { item, amounts: [ZERO, ZERO] });
      const { amounts } = found.get(key);
      amounts[side] = plus(amounts[side], item.amount ?? item.earned);
    }
  }
  return [...found.values()];
}

function linesOf(result) {
  const order = data.calculation.entries.map(({ clause }) => clause);
  const pairs = paired(original.lines, result.lines, ({ clause, party }) => `${clause} ${party}`);
  return pairs.sort((a, b) => order.indexOf(a.item.clause) - order.indexOf(b.item.clause));
}

function lineTable(result) {
  const rows = linesOf(result).map(({ item, amounts }) => [
    titleOf(data.clauses, item.clause),
    titleOf(data.parties, item.party),
    ...three(...amounts, money, moneySigned),
  ]);
  const foot = [[words.total, "", ...three(original.total, result.total, money, moneySigned)]];
  return table("lines", `${words.lines} (${data.currency})`, heads([words.clause, words.party]), rows, foot);
}

function partyTable(result) {
  const payable = new Map(result.balance.map((each) => [each.party, each.payable]));
  const rows = paired(original.balance, result.balance, ({ party }) => party).map(({ item, amounts }) => [
    titleOf(data.parties, item.party),
    ...three(...amounts, money, moneySigned),
    money(payable.get(item.party) ?? ZERO),
  ]);
  const columns = [...heads([words.party]), { text: words.payable }];
  return table("parties", `${words.parties} (${data.currency})`, columns, rows);
}

function scoreTable(result) {
  const threeScores = (before, after) => three(before, after, scored, (score) => signed(score, scored(score)));
  const rows = [];
  for (const [area, indicators] of data.scored) {
    const place = result.areas.findIndex(({ id }) => id === area);
    const scores = place < 0 ? ["", "", ""] : threeScores(original.areas[place].score, result.areas[place].score);
    rows.push([titleOf(data.areas, area), "", ...scores]);
    for (const index of indicators) {
      const each = result.indicators[index];
      const status = words.statuses[each.status] ?? "";
      const value = showValue(each.value, data.units[each.id], state.language) + (status ? ` (${status})` : "");
      rows.push(["\u2003" + titleOf(data.indicators, each.id), value, ...threeScores(original.indicators[index].score, each.score)]);
    }
  }
  const columns = [{ text: words.indicator, class: "words" }, { text: words.value }, ...heads([])];
  const foot = result.score === null && original.score === null
    ? []
    : [[words.score, "", ...threeScores(original.score, result.score)]];
  return table("scores", words.scores, columns, rows, foot);
}

function waterfallFigure(result, width) {
  const bars = [];
  let level = ZERO;
  for (const clause of new Set(result.lines.map((line) => line.clause))) {
    const amount = sum(result.lines.filter((line) => line.clause === clause).map((line) => line.amount));
    level = plus(level, amount);
    bars.push({ title: titleOf(data.clauses, clause), amount, level });
  }
  const described = bars.map(({ title, amount }) => `${title} ${moneySigned(amount)}`).join("; ");
  bars.push({ title: words.total, amount: level, level, whole: true });
  const { svg, from } = drawWaterfall(bars, width, (amount, step) => (step ? moneySigned(amount) : money(amount)));
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", "waterfall-title waterfall-text");
  svg.prepend(
    draw("title", { id: "waterfall-title" }, words.waterfall),
    draw("desc", { id: "waterfall-text" }, words.waterfallSays(described, money(level))),
  );
  const caption = `${words.waterfall} (${data.currency})`;
  const below = from ? [make("p", { class: "note" }, words.axisBegins(inCurrency(money(from))))] : [];
  return make("figure", {}, make("figcaption", {}, caption), svg, ...below);
}

// -- the page ----------------------------------------------------------------------------------------------------

const parts = {};
let announcing = 0;

function summary(result, why) {
  const { total, score } = result ?? { total: null, score: null };
  const paysNothing = !data.calculation.entries.length;
  const difference = total && minus(total, original.total);
  const cells = [];
  if (!paysNothing) {
    cells.push([words.total, total ? inCurrency(money(total)) : "\u2013"]);
    const text = !total ? "\u2013" : difference.n === 0n ? words.unchanged : inCurrency(moneySigned(difference));
    cells.push([words.difference, text, total && difference.n < 0n ? "less" : total && difference.n > 0n ? "more" : ""]);
  }
  if (original.score !== null || score !== null) {
    const moved = score !== null && original.score !== null ? minus(score, original.score) : ZERO;
    const beside = moved.n === 0n ? "" : ` (${signed(moved, scored(moved))})`;
    cells.push([words.score, scored(score) + beside]);
  }
  parts.summary.replaceChildren(...cells.map(([name, text, kind]) =>
    make("div", {}, make("dt", {}, name), make("dd", { class: kind || null }, text))));
  const notices = [];
  if (why) notices.push(`${words.cannot}: ${why}`);
  if (state.refused.size) notices.push(words.refused(state.refused.size));
  if (state.unknown.size) notices.push(words.unknownInLink(someOf(state.unknown)));
  const said = notices.join(" ");
  if (parts.notice.textContent !== said) parts.notice.textContent = said;
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    const spoken = [];
    if (total && !paysNothing) spoken.push(words.announce(inCurrency(money(total)), inCurrency(moneySigned(difference))));
    if (score !== null) spoken.push(words.announceScore(scored(score)));
    parts.status.textContent = spoken.join(" ");
  }, 400);
}

function explained(error) {
  const index = names.indexOf(error.name);
  const titles = { ...data.clauses, ...data.indicators };
  return words[error.why](index >= 0 ? say(data.inputs[index].title) : titleOf(titles, error.name));
}

function recompute(everything = false) {
  for (const control of controls) control.update(everything);
  let result = null;
  let why = "";
  try {
    result = settle(state.values);
  } catch (error) {
    if (!(error instanceof CannotSettle)) throw error;
    why = explained(error);
  }
  summary(result, why);
  const held = document.activeElement?.getAttribute("aria-labelledby");
  parts.results.replaceChildren();
  if (result) {
    if (result.lines.length) {
      parts.results.append(waterfallFigure(result, parts.results.clientWidth || 640), lineTable(result), partyTable(result));
    } else if (!data.calculation.entries.length) {
      parts.results.append(make("p", { class: "note" }, words.scorecard));
    }
    if (result.indicators.length) parts.results.append(scoreTable(result));
  }
  if (held) parts.results.querySelector(`[aria-labelledby="${held}"][tabindex]`)?.focus();
  parts.reset.disabled = !state.refused.size && state.values.every((value, index) => same(value, measured[index]));
  const address = addressPart();
  if (location.hash !== address) history.replaceState(null, "", address);
  parts.link.value = location.href;
}

function refresh() {
  recompute(true);
}

function actions() {
  parts.reset = make("button", { type: "button" }, words.reset);
  parts.reset.addEventListener("click", () => {
    state.values = [...measured];
    state.refused.clear();
    state.unknown = new Set();
    refresh();
  });
  parts.link = make("input", { type: "text", readonly: true, "aria-label": words.link });
  const copy = make("button", { type: "button" }, words.copy);
  copy.addEventListener("click", async () => {
    let told = words.selected;
    try {
      await navigator.clipboard.writeText(location.href);
      told = words.copied;
    } catch {
      parts.link.focus();
      parts.link.select();
    }
    parts.status.textContent = told;
    parts.told.textContent = told;
  });
  parts.told = make("span", { class: "note", "aria-hidden": "true" });
  const print = make("button", { type: "button" }, words.print);
  print.addEventListener("click", () => window.print());
  return make("div", { class: "actions" }, parts.reset, copy, print, parts.link, parts.told);
}

function languages() {
  const choices = Object.keys(WORDS).map((language) => {
    const pressed = language === state.language ? "true" : "false";
    const button = make("button", { type: "button", lang: language, "aria-pressed": pressed }, WORDS[language].name);
    button.addEventListener("click", () => {
      state.language = language;
      build();
      document.querySelector(`.languages [lang="${language}"]`).focus();
    });
    return button;
  });
  return make("div", { class: "languages", role: "group", "aria-label": words.language }, ...choices);
}

function assumptions() {
  if (!data.assumed.length) return [];
  const items = data.assumed.map(({ reason, paths }) => make("li", {}, `${reason}: ${paths.join(", ")}`));
  return [make("section", { class: "assumed" }, make("h2", {}, words.assumed), make("ul", {}, ...items))];
}

function build() {
  words = WORDS[state.language];
  document.documentElement.lang = state.language;
  const title = `${words.whatIf}: ${say(data.title)}`;
  document.title = `${title}, ${data.period}`;
  controls.length = 0;
  const about = [`${words.period} ${data.period}`, ...(data.payee ? [`${words.payee} ${data.payee}`] : [])];
  parts.summary = make("dl", {});
  parts.notice = make("p", { class: "notice", role: "alert" });
  parts.status = make("p", { class: "unseen", role: "status" });
  parts.results = make("div", { class: "tables" });
  const results = make("section", { class: "results" }, make("h2", {}, words.results), parts.results);
  const toResults = make("button", { type: "button", class: "jump" }, words.results);
  toResults.addEventListener("click", () => results.scrollIntoView());
  document.body.replaceChildren(
    make("header", {}, languages(), make("h1", {}, title), make("p", { class: "about" }, about.join(" \u00b7 "))),
    make(
      "main",
      {},
      make("p", { class: "intro" }, words.intro),
      make("section", { class: "summary", "aria-label": words.results }, parts.summary, toResults, parts.notice, parts.status),
      make(
        "div",
        { class: "columns" },
        make("section", { class: "inputs" }, make("h2", {}, words.inputs), ...groupsOf(), actions()),
        results,
      ),
      ...assumptions(),
    ),
  );
  refresh();
}

// For whoever would check the page against another settlement: amounts and scores, as exact text, of inputs as text.
function settleTexts(texts) {
  const values = data.inputs.map((given, index) =>
    Object.hasOwn(texts, names[index]) ? valueOf(given, texts[names[index]]) : measured[index]);
  const text = (value) => (value !== null && value.d ? asText(value) : value);
  let result;
  try {
    result = settle(values);
  } catch (error) {
    if (error instanceof CannotSettle) return { cannot: error.why, name: error.name };
    throw error;
  }
  return {
    values: Object.fromEntries(data.calculation.names.map((name, index) => [name, text(result.values[index])])),
    score: text(result.score),
    areas: Object.fromEntries(result.areas.map(({ id, score }) => [id, text(score)])),
    indicators: Object.fromEntries(result.indicators.map(({ id, score }) => [id, text(score)])),
    lines: result.lines.map(({ clause, party, amount }) => [clause, party, text(amount)]),
    balance: result.balance.map(({ party, ...amounts }) => [party, ...Object.values(amounts).map(text)]),
    total: text(result.total),
  };
}

window.whatIf = Object.freeze({ settle: settleTexts });

if (!location.hash && data.start) history.replaceState(null, "", `#${data.language}${data.start}`);
readAddress();
build();
window.addEventListener("hashchange", () => {
  readAddress();
  build();
});
let width = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth !== width) {
    width = window.innerWidth;
    recompute();
  }
});
