/* Statistics of a tower: mean, ±1 σ, lowest to highest. */
import { el } from "../lib/dom.js";
import { significant } from "../lib/format.js";
import { faded } from "../lib/palette.js";
import { LineChart } from "./line_chart.js";

const FITTING = 3; // more towers than this scroll
const COLORS = ["c1", "c2", "c4", "c3", "c5", "c6"];

/**
 * Draws one small chart a tower into `place`; says so where there is none.
 *
 * @returns {() => void} takes the charts down again.
 */
export function drawStatistics(place, towers, view, events) {
  const charts = [];
  const names = Object.keys(towers).filter((name) => towers[name].mean || towers[name].min);
  if (!names.length) {
    place.replaceChildren(el("p", { className: "note", textContent: "None was recorded." }));
    return () => {};
  }
  if (names.length > FITTING) Object.assign(place, { tabIndex: 0, role: "region", ariaLabel: "Towers" });
  place.replaceChildren(...names.flatMap((name, index) => {
    const plot = el("div", { className: "chart h-stat", "role": "img" });
    plot.setAttribute("aria-label", `Statistics of ${name} by epoch`);
    queueMicrotask(() => charts.push(draw(plot, towers[name], COLORS[index % COLORS.length], view, events)));
    return [el("p", { className: "tower", textContent: name }), plot];
  }));
  return () => charts.forEach((chart) => chart.destroy());
}

function draw(plot, stats, colour, view, events) {
  const absent = view.epochs.map(() => null);
  const mean = stats.mean ?? absent;
  const std = stats.std ?? absent;
  const shifted = (sign) => mean.map((m, i) => (m == null || std[i] == null ? null : m + sign * std[i]));
  const edge = (label, values) => ({ label, color: colour, values, width: 0, format: significant });
  const series = [
    edge("max", stats.max ?? absent),
    edge("min", stats.min ?? absent),
    edge("mean + σ", shifted(1)),
    edge("mean − σ", shifted(-1)),
    { label: "mean", color: colour, values: mean, width: 1.75, format: significant },
  ];
  return new LineChart(plot, {
    view, events, series, smooth: false, tickSpace: 20, axisWidth: 44, padding: [6, 12, 0, 0],
    bands: () => [
      { series: [1, 2], fill: () => faded(colour, 0.13) },
      { series: [3, 4], fill: () => faded(colour, 0.3) },
    ],
  });
}
