/* Where ticks stand, and the axes of a uPlot chart in the page's colours. */
import { axisLabels, seconds } from "../lib/format.js";
import { color, font, textScale } from "../lib/palette.js";

const STEPS = [1, 2, 5, 10];
const LABEL_PX = 22;
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
  const scale = textScale();
  return {
    stroke: () => color("ink3"),
    font: font(11 * scale),
    size: labelled ? 26 * scale : 6,
    gap: 4,
    grid: { show: false },
    border: { show: true, stroke: () => color("edge"), width: 1 },
    ticks: { show: labelled, size: 4, width: 1, stroke: () => color("edge") },
    splits: (u, _, low, high) => {
      const ticks = roundTicks(low, high, u.bbox.width / devicePixelRatio / scale);
      return wall ? ticks : [...new Set(ticks.map((tick) => Math.round(tick)))];
    },
    values: (u, splits) => {
      if (!labelled) return splits.map(() => "");
      return splits.map((value) => (wall ? seconds(value) : value.toLocaleString("en")));
    },
  };
}

/** The y axis: horizontal grid only; `ends` writes just lowest and highest. */
export function yAxis(spec) {
  const scale = textScale();
  return {
    stroke: () => color("ink3"),
    font: font(11 * scale),
    size: (spec.axisWidth ?? 44) * scale,
    gap: 6,
    space: (spec.tickSpace ?? 44) * scale,
    incrs: INCREMENTS,
    grid: { show: !spec.ends, stroke: () => color("grid"), width: 1 },
    ticks: { show: false },
    ...ticksOf(spec),
  };
}

function ticksOf(spec) {
  if (spec.ends) return { splits: endsOf, values: (u, splits) => splits.map(spec.ends) };
  return spec.log ? logAxis(spec) : { values: (u, splits) => axisLabels(splits) };
}

/** Lowest and highest value seen of the chart's first series; one where they agree. */
function endsOf(u) {
  const { min, max } = u.series[1];
  return [...new Set([min, max])].filter((value) => value != null);
}

function logAxis(spec) {
  return {
    splits: (u, _, low, high) => logTicks(low, high, u.bbox.height / devicePixelRatio / textScale(), spec.tickSpace),
    filter: (u, splits) => splits,
    values: (u, splits) => logLabels(splits),
  };
}

/** Ticks of a logarithmic axis: decades, with 2 and 5 where there are few of them, or,
 * where even so there are hardly any, round steps. */
export function logTicks(low, high, pixels, space = 44) {
  const decades = Math.log10(high / low);
  const factors = decades < 2 ? [1, 2, 5] : [1];
  const step = Math.max(1, Math.ceil((decades * LABEL_PX) / pixels));
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += step) {
    ticks.push(...factors.map((factor) => Number(`${factor}e${power}`)));
  }
  const inside = ticks.filter((tick) => tick >= low && tick <= high);
  return inside.length > 1 ? inside : roundTicks(low, high, pixels, space).slice(1);
}

function logLabels(splits) {
  if (splits.length < 2 || splits.at(-1) / splits[0] < 10) return axisLabels(splits);
  return splits.map((value) =>
    value >= 0.001 && value < 1e5 ? Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 4 }) : value.toExponential(0));
}
