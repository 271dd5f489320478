/* From a run's cached history to the series that charts draw. */
import { bySeries, loss, norm, significant } from "./format.js";

const LOSSES = [
  ["train", "loss", "Train", "c1", 2.25],
  ["val", "val_loss", "Validation", "c2", 2.5],
  ["total", "total_loss", "Total (train + regularisation)", "c3", 1.75, [5, 3]],
];
const TOWER_COLORS = { total: "c6", query: "c1", candidate: "c2" };
const MORE_COLORS = ["c4", "c3", "c5"];
const DRAWN_LOSSES = ["train", "val", "total", "regularization"];

/** The loss chart's lines; the total only where it is another line than train. */
export function lossSeries(history, bestEpoch) {
  return LOSSES.filter(([name]) => any(history.loss[name]))
    .filter(([name]) => name !== "total" || differs(history.loss.total, history.loss.train))
    .map(([name, own, label, color, width, dash]) => ({
      label, color, width, dash, values: history.loss[name], format: loss,
      marks: marksOf(history, `loss.${own}`), bestEpoch: name === "val" ? bestEpoch : null,
    }));
}

/** Regularisation, where there is any. */
export function regularisationSeries(history) {
  const values = history.loss.regularization ?? [];
  if (!values.some((value) => value)) return [];
  return [{
    label: "Regularisation", color: "c4", width: 1.75, values, format: loss,
    marks: marksOf(history, "loss.regularization_loss"),
  }];
}

/** Norms of the weights, by tower; the total first. */
export function weightNorms(history) {
  const known = history.gradient ?? {};
  return Object.keys(known).filter((name) => any(known[name])).map((name, index) => ({
    label: name, color: towerColor(name, index), width: name === "total" ? 1.5 : 1.75,
    values: known[name], format: norm, marks: marksOf(history, `gradient.${name}`),
  }));
}

/** Norms of the gradients, by tower. */
export function gradientNorms(history) {
  const known = history.gradient_stats ?? {};
  return Object.keys(known).filter((name) => any(known[name].norm)).map((name, index) => ({
    label: name, color: towerColor(name, index), values: known[name].norm, format: norm,
    marks: marksOf(history, `gradient_stats.${name}.norm`),
  }));
}

/** Every statistic of every tower, for the table beside its pictures. */
export function statistics(history, kind) {
  return Object.entries(history[kind] ?? {}).flatMap(([tower, stats]) =>
    Object.entries(stats).map(([name, values]) => ({
      label: `${tower} ${name}`, values, format: significant,
      marks: marksOf(history, `${kind}.${tower}.${name}`),
    })));
}

/** Validation recall at k, in percent. */
export function recallSeries(history, k) {
  const name = `val_recall_at_${k}`;
  const values = history.metrics[name].map((value) => (value == null ? null : 100 * value));
  const format = (value) => (value == null ? "–" : `${value.toFixed(2)} %`);
  return [{ label: name, color: "c1", values, width: 2.25, format, marks: marksOf(history, `metrics.${name}`) }];
}

/** Everything that no other chart draws. */
export function otherSeries(history) {
  const metrics = Object.entries(history.metrics ?? {})
    .map(([name, values]) => ({ name, values, path: `metrics.${name}` }));
  const losses = Object.entries(history.loss ?? {})
    .filter(([name, values]) => !DRAWN_LOSSES.includes(name) && any(values))
    .map(([name, values]) => ({ name, values, path: `loss.${name}` }));
  return [...metrics, ...losses]
    .sort((a, b) => rank(a.name) - rank(b.name) || collate(a.name, b.name))
    .map((one) => ({ ...one, marks: marksOf(history, one.path), format: bySeries(one.name) }));
}

/** Seconds an epoch took, where the trainer says so. */
export function epochSeconds(history) {
  const names = ["epoch_seconds", "seconds", "epoch_time_seconds"];
  const name = names.find((known) => any(history.metrics?.[known]));
  return name ? history.metrics[name] : null;
}

/** NaN and infinities of one series. */
export function marksOf(history, path) {
  return (history.anomalies ?? [])
    .filter((mark) => mark.path === path && ["nan", "+inf", "-inf"].includes(mark.kind) && mark.epoch != null)
    .map(({ epoch, kind }) => ({ epoch, kind }));
}

function towerColor(name, index) {
  return TOWER_COLORS[name] ?? MORE_COLORS[index % MORE_COLORS.length];
}

const any = (values) => Boolean(values?.some((value) => value != null));
const differs = (a, b) => a.some((value, i) => value !== b?.[i]);
const collate = (a, b) => a.localeCompare(b, "en", { numeric: true });
const rank = (name) => (name.startsWith("val_recall") ? 0 : name.startsWith("val_") ? 1 : 2);
