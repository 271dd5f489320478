/* Marks on a line chart: gaps, seams, best, overfitting, failure, NaN and infinity.

   Events come from the page's own list, so nothing is drawn that is not also said. */
import { color, textScale } from "../lib/palette.js";
import { penFor } from "./chart_pen.js";

const NOT_FINITE = { nan: "NaN", "+inf": "+Inf", "-inf": "−Inf" };

/** Reads the events that the page lists. */
export function readEvents(root) {
  return [...root.querySelectorAll("[data-events] > li")].map((item) => ({
    kind: item.dataset.kind,
    first: Number(item.dataset.first),
    last: Number(item.dataset.last),
    label: item.dataset.label,
  }));
}

/** Returns the uPlot plugin that draws a chart's marks. */
export function marksPlugin(chart) {
  return {
    hooks: {
      drawAxes: (u) => behind(u, chart),
      draw: (u) => before(u, chart),
    },
  };
}

/** What lies behind the lines: bands of what is missing, tints, what was not reached. */
function behind(u, { view, spec, events }) {
  const pen = penFor(u, view);
  for (const event of events) {
    if (event.kind === "gap" && spec.gaps) {
      pen.band(event.first - 0.5, event.last + 0.5, color("gap"));
    }
    if (event.kind === "overfitting" && spec.overfitting) {
      pen.band(event.first, view.lastAsked, color("tint"));
    }
  }
  const last = view.epochs.at(-1);
  if (notReached(view)) pen.band(last, view.lastAsked, color("veil"));
}

/** What lies before them: seams, best, failure, triangles at the edges, labels. */
function before(u, chart) {
  const { view, spec, events, series } = chart;
  const pen = penFor(u, view);
  const labels = new Labels(u, pen);
  for (const event of events) {
    if (event.kind === "collapse") pen.upright(event.first, color("ink2"), [2, 2]);
    if (event.kind === "seam") pen.upright(event.first - 0.5, color("ink2"), [4, 3]);
    if (event.kind === "failed" || event.kind === "interrupted") {
      pen.upright(event.first, color(event.kind), []);
    }
    if ((spec.labels || (spec.worded && event.kind === "collapse")) && event.label && shown(event, spec)) {
      const at = event.kind === "seam" ? event.first - 0.5 : event.first;
      const short = u.width < 480 * textScale() ? event.label.split(":")[0] : event.label;
      labels.put(short, at, event.kind === "gap");
    }
  }
  if (spec.labels && notReached(view)) {
    labels.put(spec.running ? "not trained yet" : "not reached", view.lastAsked);
  }
  if (spec.level != null) level(u, pen, spec);
  if (view.best != null) pen.upright(view.best, color("ink3"), [1, 3]);
  for (const one of [...series].reverse()) triangles(u, pen, one, view, spec.labels || spec.worded);
  if (spec.caption) {
    pen.text(spec.caption, u.bbox.left + 4 * pen.unit, u.bbox.top + 8 * pen.unit, color("ink2"));
  }
  for (const one of series) bestRing(u, pen, one, chart);
  if (spec.running) live(u, pen, chart);
  if (spec.endLabels) endLabels(u, pen, chart);
}

function notReached(view) {
  return view.lastAsked > view.epochs.at(-1) && view.xs === view.epochs;
}

function shown(event, spec) {
  return event.kind !== "gap" || spec.gaps;
}

function bestRing(u, pen, one, { view, spec }) {
  if (one.bestEpoch == null || one.hidden) return;
  const value = one.values[view.epochs.indexOf(one.bestEpoch)];
  if (value == null) return;
  const [x, y] = [pen.x(one.bestEpoch), u.valToPos(value, "y", true)];
  if (x < u.bbox.left - 1 || x > u.bbox.left + u.bbox.width + 1) return;
  if (y < u.bbox.top || y > u.bbox.top + u.bbox.height) return;
  pen.ring(x, y, color(one.color));
  if (!spec.bestText) return;
  const text = `best ${spec.running ? "so far " : ""}${one.format(value)} at epoch ${one.bestEpoch}`;
  const under = y + 26 * pen.unit < u.bbox.top + u.bbox.height;
  const edge = u.bbox.left + u.bbox.width - pen.width(text);
  pen.text(text, Math.min(x + 6 * pen.unit, edge), y + (under ? 18 : -12) * pen.unit, color("ink"));
}

/** The last epoch there is of a run that goes on. */
function live(u, pen, { series: [one], view }) {
  const last = one.values.findLastIndex((value) => value != null);
  if (last < 0 || one.hidden) return;
  const [x, y] = [pen.x(view.epochs[last]), u.valToPos(one.values[last], "y", true)];
  if (x < u.bbox.left || x > u.bbox.left + u.bbox.width + 1) return;
  pen.ring(x, y, color(one.color));
  pen.text("live", x + 8 * pen.unit, y, color("ink2"));
}

/** A level to compare with, such as popularity, and its name. */
function level(u, pen, { level: { value, label } }) {
  const y = u.valToPos(value, "y", true);
  pen.flat(y, color("ink"));
  const right = u.bbox.left + u.bbox.width - pen.width(label) - 2 * pen.unit;
  pen.text(label, right, y - 9 * pen.unit, color("ink2"));
}

/** Names lines where they end, moved apart where they end close to each other. */
function endLabels(u, pen, { series, view }) {
  const ends = series.filter(({ hidden }) => !hidden).flatMap((one) => {
    const last = one.values.findLastIndex((value) => value != null);
    if (last < 0) return [];
    return [{ one, last, x: pen.x(view.epochs[last]), y: u.valToPos(one.values[last], "y", true) }];
  }).filter(({ x }) => x >= u.bbox.left && x <= u.bbox.left + u.bbox.width + 1);
  const bottom = u.bbox.top + u.bbox.height;
  const shown = ends.filter(({ y }) => y >= u.bbox.top - 1 && y <= bottom + 1);
  for (const { one, last, y } of ends.filter((end) => !shown.includes(end))) {
    const up = y < u.bbox.top;
    const text = `${up ? "↑" : "↓"} ${one.name ?? one.label} leaves the plot, last ${one.format(one.values[last])}`;
    const left = u.bbox.left + (u.bbox.width - pen.width(text)) / 2;
    pen.text(text, left, up ? u.bbox.top + 8 * pen.unit : bottom - 8 * pen.unit, color("ink2"));
  }
  const room = 13 * pen.unit;
  const placed = [];
  for (const { one, x, y } of shown.sort((a, b) => a.y - b.y)) {
    // Lines that end elsewhere along x are in nobody's way.
    const near = placed.filter((other) => Math.abs(other.x - x) < 48 * pen.unit);
    const at = Math.max(y, ...near.map((other) => other.at + room));
    placed.push({ x, at });
    pen.bar(x + 4 * pen.unit, at, color(one.color));
    pen.text(one.name ?? one.label, x + 9 * pen.unit, at, color("ink"));
  }
}

/** Hollow and down for NaN at the lower edge; filled for the infinities. */
function triangles(u, pen, one, view, worded) {
  if (one.hidden) return;
  for (const [index, mark] of (one.marks ?? []).entries()) {
    const x = pen.x(mark.epoch);
    if (x < u.bbox.left - 1 || x > u.bbox.left + u.bbox.width + 1) continue;
    const up = mark.kind === "+inf";
    const size = 5 * pen.unit;
    const y = up ? u.bbox.top + size : u.bbox.top + u.bbox.height - size;
    pen.triangle(x, y, size, up, mark.kind !== "nan", color(one.color));
    const alone = one.marks[index + 1]?.epoch !== mark.epoch + 1;
    if (worded && alone) {
      pen.text(NOT_FINITE[mark.kind], x + 8 * pen.unit, y, color("ink2"));
    }
  }
}

/** Labels along the upper edge, each in the first row where it finds room. */
class Labels {
  constructor(u, pen) {
    this.u = u;
    this.pen = pen;
    this.rows = [];
  }

  put(text, epoch, isBefore = false) {
    const { u, pen } = this;
    const x = pen.x(epoch) + 5 * pen.unit;
    if (x < u.bbox.left || x > u.bbox.left + u.bbox.width + 6 * pen.unit) return;
    const width = pen.width(text);
    const start = isBefore ? Math.max(u.bbox.left, x - width - 15 * pen.unit) : x;
    const left = Math.min(start, u.bbox.left + u.bbox.width - width - 4 * pen.unit);
    let row = 0;
    while (this.rows[row]?.some(([a, b]) => left < b && left + width > a)) row += 1;
    (this.rows[row] ??= []).push([left - 8 * pen.unit, left + width + 8 * pen.unit]);
    pen.text(text, left, u.bbox.top + (8 + 14 * row) * pen.unit, color("ink2"));
  }
}
