// Reads and writes exact numbers as people of a language do.

const MARKS = { en: { group: ",", point: "." }, fi: { group: "\u00a0", point: "," }, sv: { group: "\u00a0", point: "," } };
const SPACES = "[ \\u00a0\\u202f\\u2009]";
const WHOLE = `(?:\\d{1,15}|\\d{1,3}(?:${SPACES}\\d{3}){1,4})`;
const NUMBER = new RegExp(`^([-\\u2212]?)(${WHOLE})(?:([.,])(\\d{1,12}))?${SPACES}?(%)?$`);
const RATIO = /^([-\u2212]?)(\d{1,15})\/(\d{1,15})$/;

class Unreadable extends Error {}

// The number that a person wrote; a decimal comma only in the languages that write one. It throws Unreadable.
function readNumber(text, language) {
  const written = text.trim();
  const ratioWritten = RATIO.exec(written);
  if (ratioWritten) {
    const [, sign, n, d] = ratioWritten;
    if (BigInt(d) === 0n) throw new Unreadable("divisor");
    return { n: sign ? -BigInt(n) : BigInt(n), d: BigInt(d) };
  }
  const match = NUMBER.exec(written);
  if (!match) throw new Unreadable("notNumber");
  const [, sign, digits, mark, decimals = "", percent] = match;
  if (mark === "," && MARKS[language].point === ".") throw new Unreadable("comma");
  const n = BigInt(digits.replace(/\D/g, "") + decimals);
  return { n: sign ? -n : n, d: tens(decimals.length) * (percent ? 100n : 1n) };
}

// How many decimals write a number exactly; null where none do.
function decimalsOf(value) {
  let { d } = lowest(value);
  let twos = 0;
  let fives = 0;
  for (; d % 2n === 0n; d /= 2n) twos += 1;
  for (; d % 5n === 0n; d /= 5n) fives += 1;
  return d === 1n ? Math.max(twos, fives) : null;
}

// A number with so many decimals, rounded half away from zero; groups of digits as the language marks them.
function showPlaces(value, places, language, grouped = true) {
  const { n } = lowest(times(roundTo(value, "half_away_from_zero", { n: 1n, d: tens(places) }), whole(tens(places))));
  const digits = magnitude(n).toString().padStart(places + 1, "0");
  const { group, point } = MARKS[language];
  const left = digits.slice(0, digits.length - places);
  const before = grouped ? left.replace(/\B(?=(\d{3})+$)/g, group) : left;
  return (n < 0n ? "\u2212" : "") + before + (places ? point + digits.slice(-places) : "");
}

// A number to look at: at most so many decimals.
function show(value, language, most = 4) {
  const decimals = decimalsOf(value);
  let places = decimals === null ? most : Math.min(decimals, most);
  const rounded = roundTo(value, "half_away_from_zero", { n: 1n, d: tens(places) });
  places = Math.min(places, decimalsOf(rounded));
  return showPlaces(rounded, places, language);
}

const isShare = (unit) => unit === "share" || unit.startsWith("share ");

// A value with its unit, to look at.
function showValue(value, unit, language) {
  if (value === null) return WORDS[language].none;
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "1" : "0";
  return isShare(unit) ? `${show(times(value, whole(100)), language)}\u00a0%` : show(value, language);
}

// A value as a field holds it: exact, in the way it could have been written.
function asWritten(value, unit, language) {
  if (value === null) return "";
  const scaled = isShare(unit) ? times(value, whole(100)) : value;
  const decimals = decimalsOf(scaled);
  if (decimals === null || decimals > 12) return asText(value);
  return showPlaces(scaled, decimals, language, false).replace("\u2212", "-") + (isShare(unit) ? " %" : "");
}

const signed = (value, text) => (value.n > 0n ? `+${text}` : text);
