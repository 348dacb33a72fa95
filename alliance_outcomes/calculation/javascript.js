// Settles one payee's calculation as calculation/javascript.py writes it: what settlement.py and ledger.py do, exactly.

class CannotSettle extends Error {
  constructor(why, name) {
    super(`${why}: ${name}`);
    this.why = why;
    this.name = name;
  }
}

const sum = (amounts) => amounts.reduce(plus, ZERO);
const entriesOf = (object, change) => Object.entries(object).map(([key, value]) => [key, change(value)]);

// amount in whole units, split by shares: largest remainder on absolute units, ties by party id.
function allocate(amount, shares, unit) {
  const total = sum(shares.map(([, share]) => share));
  const units = lowest(over(amount, unit)).n;
  const parts = shares.map(([party, share]) => {
    const ideal = over(times(whole(magnitude(units)), share), total);
    const count = ideal.n / ideal.d;
    return { party, count, short: minus(whole(count), ideal) };
  });
  let left = magnitude(units) - parts.reduce((known, { count }) => known + count, 0n);
  const byRemainder = [...parts].sort((a, b) => compare(a.short, b.short) || (a.party < b.party ? -1 : 1));
  for (const part of byRemainder) {
    if (left === 0n) break;
    part.count += 1n;
    left -= 1n;
  }
  const sign = units < 0n ? -1n : 1n;
  return parts.map(({ party, count }) => [party, times(whole(sign * count), unit)]);
}

// Adds amounts by party, in the order in which parties come.
function byParty(pairs) {
  const found = new Map();
  for (const [party, amount] of pairs) found.set(party, plus(found.get(party) ?? ZERO, amount));
  return found;
}

// Who shares a line, and by what: a split, or in proportion to the lines that it draws back.
function sharesOf(entry, amount, lines) {
  if (!entry.of) {
    const shares = (amount.n < 0n ? entry.loss : entry.gain).filter(([, share]) => share.n !== 0n);
    if (amount.n !== 0n && !shares.length) throw new CannotSettle("nothing_to_share", entry.clause);
    return shares;
  }
  const changed = byParty(
    lines.filter(({ clause }) => entry.of.includes(clause)).map(({ party, amount: part }) => [party, part]),
  );
  const absolute = (pairs) => pairs.map(([party, part]) => [party, part.n < 0n ? negative(part) : part]);
  const drawnBack = absolute([...changed].filter(([, part]) => part.n * amount.n < 0n));
  const shares = drawnBack.length ? drawnBack : absolute([...changed].filter(([, part]) => part.n !== 0n));
  if (shares.length) return shares;
  if (amount.n !== 0n) throw new CannotSettle("nothing_to_share", entry.clause);
  return [...changed.keys()].sort().map((party) => [party, ONE]);
}

function writeLines(entries, values, unit) {
  const lines = [];
  for (const entry of entries) {
    const amount = values[entry.amount];
    if (amount === null) throw new CannotSettle("no_amount", entry.clause);
    const shares = sharesOf(entry, amount, lines);
    if (!shares.length) continue;
    for (const [party, part] of allocate(amount, shares, unit)) {
      lines.push({ clause: entry.clause, party, amount: part });
    }
  }
  return lines;
}

function statusOf(form, values) {
  const value = values[form.value];
  const score = form.score === null ? null : values[form.score];
  if (value === null) return form.held ? "held" : form.score !== null && score === null ? "reweighted" : "";
  if (form.n !== null && values[form.n] !== null && compare(values[form.n], whole(form.minimum_n)) < 0) {
    return "too_few";
  }
  return form.age !== null && values[form.age] && values[form.age].n !== 0n ? "stale" : "";
}

// A function from the inputs' values to what the payee's period comes to. It throws CannotSettle.
function settler(calculation) {
  const steps = calculation.steps.map(reader);
  const rounding = calculation.rounding && { how: calculation.rounding[0], unit: fraction(calculation.rounding[1]) };
  const within = calculation.within.map(([place, id, least, most]) => ({
    place,
    id,
    least: least === null ? null : fraction(least),
    most: most === null ? null : fraction(most),
  }));
  const entries = calculation.entries.map((entry) => ({
    ...entry,
    gain: entriesOf(entry.gain ?? {}, fraction),
    loss: entriesOf(entry.loss ?? entry.gain ?? {}, fraction),
  }));

  function valuesOf(inputs) {
    const values = [...inputs];
    steps.forEach((read, index) => {
      try {
        values.push(read(values));
      } catch (error) {
        const name = calculation.names[calculation.inputs + index];
        if (error instanceof DivisionByZero) throw new CannotSettle("divides_by_zero", name);
        if (error instanceof TooLarge) throw new CannotSettle("too_large", name);
        throw error;
      }
    });
    return values;
  }

  function check(values) {
    for (const [place, given, id] of calculation.needs) {
      if (values[place] === null && (given === null || values[given] !== null)) throw new CannotSettle("missing", id);
    }
    for (const { place, id, least, most } of within) {
      const value = values[place];
      if (value === null) continue;
      if ((least && compare(value, least) < 0) || (most && compare(value, most) > 0)) {
        throw new CannotSettle("outside", id);
      }
    }
  }

  const rounded = (amount) => roundTo(amount, rounding.how, rounding.unit);
  const stated = (names, values) =>
    rounding ? entriesOf(names, (place) => rounded(values[place] ?? ZERO)) : [];

  // What is disputed, and the weight on hold of what the score earned.
  function heldOf(values, lines) {
    const held = byParty(stated(calculation.held, values));
    if (calculation.held_weight === null || !rounding) return held;
    const weight = values[calculation.held_weight] ?? ZERO;
    const byScore = new Set(entries.filter((entry) => entry.held).map(({ clause }) => clause));
    const earned = byParty(lines.filter(({ clause }) => byScore.has(clause)).map((line) => [line.party, line.amount]));
    for (const [party, amount] of earned) {
      const part = rounded(times(amount.n < 0n ? ZERO : amount, weight));
      held.set(party, plus(held.get(party) ?? ZERO, part));
    }
    return held;
  }

  function balancesOf(values, lines) {
    const earned = byParty(lines.map(({ party, amount }) => [party, amount]));
    const held = heldOf(values, lines);
    const paid = byParty(stated(calculation.paid, values));
    const parties = [...new Set([...earned.keys(), ...held.keys(), ...paid.keys()])].sort();
    return parties.map((party) => {
      const [has, kept, had] = [earned, held, paid].map((amounts) => amounts.get(party) ?? ZERO);
      return { party, earned: has, held: kept, paid: had, payable: minus(minus(has, kept), had) };
    });
  }

  return (inputs) => {
    const values = valuesOf(inputs);
    check(values);
    const lines = rounding ? writeLines(entries, values, rounding.unit) : [];
    return {
      values,
      score: calculation.score === null ? null : values[calculation.score],
      areas: calculation.areas.map((form) => ({ id: form.id, score: values[form.score] })),
      indicators: calculation.indicators.map((form) => ({
        id: form.id,
        value: values[form.value],
        score: form.score === null ? null : values[form.score],
        status: statusOf(form, values),
      })),
      lines,
      balance: balancesOf(values, lines),
      total: sum(lines.map(({ amount }) => amount)),
    };
  };
}
