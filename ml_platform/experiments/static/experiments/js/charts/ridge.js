/* Ridgeline: one row an epoch, at its true epoch, height is density. */
import { axisLabels } from "../lib/format.js";
import { color, faded } from "../lib/palette.js";
import { roundTicks } from "./axes.js";
import { canvasIn, label, line } from "./canvas.js";

const [LEFT, RIGHT, BOTTOM, HEADROOM] = [46, 8, 24, 0.2];
const ROWS = 20;

/** Returns the indexes of the rows drawn: evenly spread, with first, last and best. */
export function ridgeRows(epochs, rows, best) {
  const known = epochs.map((_, i) => i).filter((i) => rows[i]);
  const step = Math.max(1, Math.ceil(known.length / ROWS));
  const chosen = known.filter((_, at) => at % step === 0);
  const extra = [known.at(-1), epochs.indexOf(best)].filter((i) => rows[i]);
  return { step, indexes: [...new Set([...chosen, ...extra])].sort((a, b) => a - b) };
}

/** Draws the rows into `place`; returns which, where, and what is under a pointer. */
export function drawRidge(place, data, epochs, best, token = "c1") {
  const { pen, width, height } = canvasIn(place);
  const { indexes, step } = ridgeRows(epochs, data.rows, best);
  const { edges, rows } = data;
  const bottom = height - BOTTOM;
  const lift = bottom * HEADROOM;
  const [first, last] = [epochs[indexes[0]], epochs[indexes.at(-1)]];
  const x = (v) => LEFT + ((width - LEFT - RIGHT) * (v - edges[0])) / (edges.at(-1) - edges[0]);
  const y = (epoch) => (last > first ? lift + ((bottom - lift) * (epoch - first)) / (last - first) : bottom);
  grid(pen, edges, x, bottom);
  indexes.forEach((index, order) => {
    const base = y(epochs[index]);
    const isBest = epochs[index] === best;
    const share = order / Math.max(1, indexes.length - 1);
    row(pen, rows[index], edges, x, base, lift / data.top, share, isBest, token);
  });
  rowLabels(pen, indexes.map((index) => epochs[index]), y, best);
  const drawn = indexes.map((index) => epochs[index]);
  const [left, right] = [x(edges[0]), x(edges.at(-1))];
  /* The row whose ground is nearest below the pointer, and the bin over it. */
  const at = (px, py) => {
    const bin = Math.floor(((px - left) / (right - left)) * (edges.length - 1));
    if (bin < 0 || bin >= edges.length - 1) return null;
    return { bin, epoch: drawn.find((epoch) => y(epoch) >= py) ?? drawn.at(-1) };
  };
  return { step, drawn, at, x, y, height: (index, bin) => (rows[index][bin] * lift) / data.top };
}

function row(pen, shares, edges, x, base, scale, order, isBest, token) {
  pen.save();
  pen.beginPath();
  pen.moveTo(x(edges[0]), base);
  shares.forEach((share, bin) => pen.lineTo(x((edges[bin] + edges[bin + 1]) / 2), base - share * scale));
  pen.lineTo(x(edges.at(-1)), base);
  pen.fillStyle = color("surface");
  pen.globalAlpha = 0.72;
  pen.fill();
  pen.globalAlpha = 1;
  pen.fillStyle = faded(token, 0.1 + 0.34 * order);
  pen.fill();
  pen.strokeStyle = isBest ? color(token) : faded(token, 0.55 + 0.35 * order);
  pen.lineWidth = isBest ? 2 : 1;
  pen.lineJoin = "round";
  pen.stroke();
  pen.restore();
}

function grid(pen, edges, x, bottom) {
  const [low, high] = [edges[0], edges.at(-1)];
  const ticks = roundTicks(low, high, x(high) - x(low), 70).slice(1);
  const words = axisLabels(ticks);
  ticks.forEach((tick, i) => {
    line(pen, x(tick), 0, x(tick), bottom, color("grid"));
    label(pen, words[i], x(tick), bottom + 14, { align: "center" });
  });
}

function rowLabels(pen, epochs, y, best) {
  let before = -Infinity;
  const put = (epoch) => {
    label(pen, String(epoch), LEFT - 8, y(epoch), {
      align: "right", ink: epoch === best ? "ink" : "ink3", weight: epoch === best ? 600 : 400,
    });
  };
  const reserved = epochs.filter((epoch) => epoch === best || epoch === epochs.at(-1));
  for (const epoch of epochs) {
    const clear = reserved.every((other) => other === epoch || Math.abs(y(other) - y(epoch)) >= 14);
    const isLast = epoch === epochs.at(-1) && Math.abs(y(epoch) - y(best)) >= 14;
    if (epoch === best || isLast || epochs.at(-1) === best || (clear && y(epoch) - before >= 28)) {
      if (epoch !== best && y(epoch) - before < 14) continue;
      put(epoch);
      before = y(epoch);
    }
  }
}
