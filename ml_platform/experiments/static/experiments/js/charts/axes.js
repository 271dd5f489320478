/* Where ticks stand, and the axes of a uPlot chart in the page's colours. */
import { axisLabels, seconds } from "../lib/format.js";
import { color, font } from "../lib/palette.js";

const STEPS = [1, 2, 5, 10];
// 1, 2 and 5 only: every label then needs no more decimals than its step has.
const INCREMENTS = Array.from({ length: 24 }, (_, power) => [1, 2, 5].map((n) => Number(`${n}e${power - 12}`))).flat();

/** Returns the first position and round ones after it, at least `space` px apart. */
export function roundTicks(low, high, pixels, space = pixels > 480 ? 80 : 52) {
  const room = Math.max(1, Math.floor(pixels / space));
  const raw = Math.max((high - low) / room, 1e-12);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * STEPS.find((factor) => factor * power >= raw * 0.999);
  const ticks = [low];
  for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-6; at += step) {
    const tick = Math.abs(at) < step * 1e-6 ? 0 : Number(at.toPrecision(12));
    if (at - low > step * 0.45) ticks.push(tick);
  }
  return ticks;
}

/** The x axis: control grey, 4 px ticks, true epochs or wall time. */
export function xAxis(view, labelled) {
  const wall = view.xs === view.wall;
  return {
    stroke: () => color("ink3"),
    font: font(11),
    size: labelled ? 26 : 6,
    gap: 4,
    grid: { show: false },
    border: { show: true, stroke: () => color("edge"), width: 1 },
    ticks: { show: labelled, size: 4, width: 1, stroke: () => color("edge") },
    splits: (u, _, low, high) => {
      const ticks = roundTicks(low, high, u.bbox.width / devicePixelRatio);
      return wall ? ticks : [...new Set(ticks.map((tick) => Math.round(tick)))];
    },
    values: (u, splits) => {
      if (!labelled) return splits.map(() => "");
      return splits.map((value) => (wall ? seconds(value) : value.toLocaleString("en")));
    },
  };
}

/** The y axis: horizontal grid only; `ends` labels just lowest and highest. */
export function yAxis(spec) {
  return {
    stroke: () => color("ink3"),
    font: font(11),
    size: spec.axisWidth ?? 44,
    gap: 6,
    space: spec.tickSpace ?? 44,
    incrs: INCREMENTS,
    grid: { show: spec.ends !== true, stroke: () => color("grid"), width: 1 },
    ticks: { show: false },
    ...(spec.ends
      ? { splits: () => spec.ends(), values: (u, splits) => splits.map(spec.format) }
      : { values: (u, splits) => axisLabelsOf(splits, spec) }),
  };
}

function axisLabelsOf(splits, spec) {
  if (!spec.log) return axisLabels(splits);
  return splits.map((value) => {
    const shown = splits.filter((one) => one != null);
    const decades = Math.log10(shown.at(-1) / shown[0]);
    const first = value && Number(value.toExponential(3).split("e")[0]);
    if (!(decades < 2 ? [1, 2, 5] : [1]).includes(first)) return "";
    return value >= 0.001 && value < 1e5 ? Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 4 }) : value.toExponential(0);
  });
}
