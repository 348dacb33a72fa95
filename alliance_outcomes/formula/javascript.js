// Reads formulas as formula/javascript.py writes them, in exact fractions: {n, d} of BigInts, d above 0.

// Fractions are reduced only once they have grown long: comparing and rounding need no lowest terms.
const LONG = 1n << 192n;

const magnitude = (n) => (n < 0n ? -n : n);

function divisor(a, b) {
  while (b) [a, b] = [b, a % b];
  return a;
}

function lowest({ n, d }) {
  const common = divisor(magnitude(n), d);
  return { n: n / common, d: d / common };
}

function ratio(n, d) {
  return d > LONG ? lowest({ n, d }) : { n, d };
}

const whole = (n) => ({ n: BigInt(n), d: 1n });
const ZERO = whole(0);
const ONE = whole(1);

// The fraction that Python writes as 7/2 or -3.
function fraction(text) {
  const [n, d] = text.split("/");
  return { n: BigInt(n), d: d === undefined ? 1n : BigInt(d) };
}

function asText(value) {
  const { n, d } = lowest(value);
  return d === 1n ? `${n}` : `${n}/${d}`;
}

const plus = (a, b) => (a.d === b.d ? { n: a.n + b.n, d: a.d } : ratio(a.n * b.d + b.n * a.d, a.d * b.d));
const minus = (a, b) => (a.d === b.d ? { n: a.n - b.n, d: a.d } : ratio(a.n * b.d - b.n * a.d, a.d * b.d));
const times = (a, b) => ratio(a.n * b.n, a.d * b.d);
const negative = (a) => ({ n: -a.n, d: a.d });
const over = (a, b) => (b.n < 0n ? ratio(-a.n * b.d, a.d * -b.n) : ratio(a.n * b.d, a.d * b.n));

// Below 0, 0 or above 0, as a is less than, equal to or more than b.
function compare(a, b) {
  const difference = a.d === b.d ? a.n - b.n : a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function floored(n, d) {
  const quotient = n / d;
  return n % d < 0n ? quotient - 1n : quotient;
}

// Whether a value strictly between floor and floor + 1 goes up; beyondHalf has the sign of its rest less a half.
const STEP_UP = {
  half_away_from_zero: (floor, beyondHalf) => beyondHalf > 0n || (beyondHalf === 0n && floor >= 0n),
  half_even: (floor, beyondHalf) => beyondHalf > 0n || (beyondHalf === 0n && floor % 2n !== 0n),
  toward_zero: (floor) => floor < 0n,
  away_from_zero: (floor) => floor >= 0n,
  floor: () => false,
  ceil: () => true,
};

function roundTo(value, how, unit) {
  const n = value.n * unit.d;
  const d = value.d * unit.n;
  let units = floored(n, d);
  const rest = n - units * d;
  if (rest && STEP_UP[how](units, 2n * rest - d)) units += 1n;
  return ratio(units * unit.n, unit.d);
}

// e to a power, to 40 significant digits, as Python's decimal gives it: first the power is rounded so, then the result.
const DIGITS = 40;

const tens = (count) => 10n ** BigInt(count);

// n/d as m times ten to the power e, m of so many digits, rounded half to even; or null where that cannot be told
// since n/d is only known to about `sure` further digits.
function toDigits(n, d, digits, sure) {
  const size = magnitude(n);
  let e = size.toString().length - d.toString().length - digits;
  let scaled = e < 0 ? [size * tens(-e), d] : [size, d * tens(e)];
  while (scaled[0] / scaled[1] >= tens(digits)) {
    e += 1;
    scaled = e < 0 ? [size * tens(-e), d] : [size, d * tens(e)];
  }
  while (scaled[0] / scaled[1] < tens(digits - 1)) {
    e -= 1;
    scaled = e < 0 ? [size * tens(-e), d] : [size, d * tens(e)];
  }
  let m = scaled[0] / scaled[1];
  const beyond = 2n * (scaled[0] % scaled[1]) - scaled[1];
  if (sure && magnitude(beyond) * tens(sure) < scaled[1]) return null;
  if (beyond > 0n || (beyond === 0n && m % 2n === 1n)) m += 1n;
  return { m: n < 0n ? -m : m, e };
}

const decimal = ({ m, e }) => (e < 0 ? { n: m, d: tens(-e) } : { n: m * tens(e), d: 1n });

class TooLarge extends Error {}

function exponential(power) {
  if (power.n === 0n) return ONE;
  const x = decimal(toDigits(power.n, power.d, DIGITS, 0));
  if (compare(x, whole(2302586)) > 0) throw new TooLarge();
  if (compare(x, whole(-2302700)) < 0) return ZERO;
  for (let sure = 20; ; sure += 40) {
    const found = roundedExponential(x, sure);
    if (found) return decimal(found);
  }
}

// The series of a power halved until it is small, then squared as often; null where its digits do not decide.
function roundedExponential(x, sure) {
  let halvings = 0;
  for (let size = magnitude(x.n) / x.d; size > 0n; size >>= 1n) halvings += 1;
  const kept = DIGITS + sure + 12 + halvings;
  const scale = tens(kept);
  const small = (magnitude(x.n) * scale) / (x.d << BigInt(halvings));
  let m = scale;
  for (let term = scale, count = 1n; term; count += 1n) {
    term = (term * small) / (scale * count);
    m += term;
  }
  let e = -kept;
  for (let index = 0; index < halvings; index += 1) {
    m *= m;
    e *= 2;
    const spare = m.toString().length - kept - 1;
    m /= tens(spare);
    e += spare;
  }
  const { n, d } = decimal({ m, e });
  return x.n < 0n ? toDigits(d, n, DIGITS, sure) : toDigits(n, d, DIGITS, sure);
}

class DivisionByZero extends Error {}

const COMPARISONS = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
};
const ARITHMETIC = { "+": plus, "-": minus, "*": times };

// Applies a function of values where all are there; a missing one makes the result missing.
const strict = (apply, parts) => (values) => {
  const found = parts.map((part) => part(values));
  return found.includes(null) ? null : apply(...found);
};

const extreme = (sign) => (...found) => found.reduce((a, b) => (compare(b, a) * sign > 0 ? b : a));

function logic(settles, parts) {
  return (values) => {
    let unknown = false;
    for (const part of parts) {
      const value = part(values);
      if (value === settles) return settles;
      unknown = unknown || value === null;
    }
    return unknown ? null : !settles;
  };
}

function curve(place, written) {
  const pieces = written.map(([upto, closed, slope, atZero]) => ({
    upto: upto === null ? null : fraction(upto),
    closed: closed === 1,
    slope: slope === null ? null : fraction(slope),
    atZero: fraction(atZero),
  }));
  return (values) => {
    const x = values[place];
    if (x === null) return null;
    const piece = pieces.find(({ upto, closed }) => {
      const order = upto === null ? -1 : compare(x, upto);
      return order < 0 || (closed && order === 0);
    });
    return piece.slope === null ? null : plus(times(piece.slope, x), piece.atZero);
  };
}

function group(kind, places, weights, atLeast) {
  return (values) => {
    const present = places.map((place, index) => ({ value: values[place], weight: weights[index] }));
    const there = present.filter(({ value }) => value !== null);
    if (kind === "count") return whole(there.length);
    if (there.length < atLeast) return null;
    const found = there.map(({ value }) => value);
    if (kind === "lowest" || kind === "highest") return extreme(kind === "lowest" ? -1 : 1)(...found);
    const heft = there.map(({ weight }) => (weight ? weight(values) : ONE));
    const total = found.reduce((sum, value, index) => plus(sum, times(heft[index], value)), ZERO);
    if (kind === "total") return total;
    const weighed = heft.reduce(plus, ZERO);
    return weighed.n === 0n ? null : over(total, weighed);
  };
}

// A formula as a function of the list of values.
function reader(node) {
  if (node === null) return () => null;
  if (typeof node === "number") return (values) => values[node];
  if (typeof node === "string") {
    const value = fraction(node);
    return () => value;
  }
  const [what, ...parts] = node;
  if (what === "curve") return curve(...parts);
  if (what === "group") return group(parts[0], parts[1], parts[2].map(reader), parts[3]);
  if (what === "missing") return (values) => values[parts[0]] === null;
  if (what === "one_of") return (values) => (values[parts[0]] === null ? null : parts[1].includes(values[parts[0]]));
  if (what === "round") {
    const unit = fraction(parts[2]);
    return strict((value) => roundTo(value, parts[1], unit), [reader(parts[0])]);
  }
  return operation(what, parts.map(reader));
}

function operation(what, parts) {
  if (what in ARITHMETIC) return strict(ARITHMETIC[what], parts);
  if (what in COMPARISONS) return strict((a, b) => COMPARISONS[what](compare(a, b)), parts);
  switch (what) {
    case "/":
      return strict((a, b) => {
        if (b.n === 0n) throw new DivisionByZero();
        return over(a, b);
      }, parts);
    case "negate":
      return strict(negative, parts);
    case "least":
      return strict(extreme(-1), parts);
    case "most":
      return strict(extreme(1), parts);
    case "and":
      return logic(false, parts);
    case "or":
      return logic(true, parts);
    case "not":
      return strict((value) => !value, parts);
    case "if":
      return (values) => {
        const holds = parts[0](values);
        return holds === null ? null : holds ? parts[1](values) : parts[2](values);
      };
    case "exp":
      return strict(exponential, parts);
    default:
      throw new Error(`a formula holds an unknown ${what}`);
  }
}
