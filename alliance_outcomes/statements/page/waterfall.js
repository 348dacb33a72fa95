// Draws the lines of a settlement as bars, each beginning where the one before ended, and the total last.

const SVG = "http://www.w3.org/2000/svg";

function draw(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

const pen = document.createElement("canvas").getContext("2d");

// How wide the browser draws a text of a figure: the font is that of svg in whatif.css.
function widthOf(text) {
  pen.font = '13px system-ui, "Segoe UI", Roboto, Arial, sans-serif';
  return pen.measureText(text).width;
}

// A text cut to so many pixels.
function shortened(text, room) {
  const letters = [...text].slice(0, 200);
  if (letters.length < 200 && widthOf(text) <= room) return text;
  const cut = (count) => `${letters.slice(0, count).join("").trimEnd()}…`;
  let [fits, beyond] = [1, letters.length];
  while (beyond - fits > 1) {
    const middle = (fits + beyond) >> 1;
    if (widthOf(cut(middle)) <= room) fits = middle;
    else beyond = middle;
  }
  return cut(fits);
}

const pixel = (value) => Number((value.n * 1000n) / value.d) / 1000;

// bars: [{title, amount, level, whole}], level the sum so far; `broken` tells from where the bars begin, if not from 0.
function waterfallOf(bars) {
  const levels = bars.map(({ level }) => level);
  const least = levels.reduce((a, b) => (compare(b, a) < 0 ? b : a));
  const most = levels.reduce((a, b) => (compare(b, a) > 0 ? b : a));
  const span = minus(most, least);
  // Where small lines follow a large one, the bars begin near what they share.
  if (least.n > 0n && compare(times(span, whole(3)), most) < 0) {
    const margin = span.n === 0n ? over(most, whole(2)) : over(span, whole(4));
    const digits = `${span.n === 0n ? most.n / most.d : span.n / span.d}`.length;
    const round = { n: 10n ** BigInt(Math.max(digits - 2, 0)), d: 1n };
    return { from: roundTo(minus(least, margin), "floor", round), to: most, broken: true };
  }
  return { from: least.n < 0n ? least : ZERO, to: most.n > 0n ? most : ZERO, broken: false };
}

function drawWaterfall(bars, width, money) {
  const { from, to, broken } = waterfallOf(bars);
  const row = 44;
  const span = minus(to, from);
  const at = (level) => {
    if (span.n === 0n || compare(level, from) < 0) return 4;
    return pixel(over(times(minus(level, from), whole(Math.round(width) - 8)), span)) + 4;
  };
  const svg = draw("svg", { width, height: bars.length * row, viewBox: `0 0 ${width} ${bars.length * row}` });
  let before = ZERO;
  bars.forEach(({ title, amount, level, whole: isTotal }, index) => {
    const top = index * row;
    const [start, end] = isTotal ? [broken ? from : ZERO, level] : [before, level];
    const [left, right] = [at(start), at(end)].sort((a, b) => a - b);
    const kind = isTotal ? "sum" : amount.n < 0n ? "minus" : "plus";
    const shown = money(amount, !isTotal);
    svg.append(draw("text", { x: 4, y: top + 15, class: "name" }, shortened(title, width - 24 - widthOf(shown))));
    svg.append(draw("text", { x: width - 4, y: top + 15, class: "amount" }, shown));
    svg.append(draw("line", { x1: 4, x2: width - 4, y1: top + 38.5, y2: top + 38.5, class: "rule" }));
    svg.append(
      draw("rect", { x: left, y: top + 22, width: Math.max(right - left, 1.5), height: 13, class: kind }),
    );
    if (broken && (index === 0 || isTotal)) {
      svg.append(draw("path", { d: `M${left + 10} ${top + 20}l-4 8 6 2 -4 8`, class: "break" }));
    }
    before = level;
  });
  return { svg, from: broken ? from : null };
}
