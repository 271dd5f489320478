/* From a run's cached history to the series that charts draw. */
import { bySeries, loss, norm, percentOf, significant } from "./format.js";
import { bestEpoch, byName } from "./metric_names.js";

const LOSSES = [
  ["train", "loss", "Train", "c1", 2.25],
  ["val", "val_loss", "Validation", "c2", 2.5],
  ["total", "total_loss", "Total (train + regularisation)", "c3", 1.75, [5, 3]],
];
const TOWER_COLORS = new Map([["total", "c6"], ["query", "c1"], ["candidate", "c2"]]);
const MORE_COLORS = ["c4", "c3", "c5"];
const OWN_NAMES = new Map([
  ["val_total", "val_total_loss"], ["val_regularization", "val_regularization_loss"],
]);
const DRAWN_LOSSES = ["train", "val", "total", "regularization"];

/** The loss chart's lines; the total only where it is another line than train. */
export function lossSeries(history, best) {
  return LOSSES.filter(([name]) => any(history.loss[name]))
    .filter(([name]) => name !== "total" || differs(history.loss.total, history.loss.train))
    .map(([name, own, label, color, width, dash]) => ({
      label, color, width, dash, values: history.loss[name], format: loss,
      ...from(history, `loss.${own}`), bestEpoch: name === "val" ? best : null,
    }));
}

/** Regularisation, where there is any. */
export function regularisationSeries(history) {
  const values = history.loss.regularization ?? [];
  if (!values.some((value) => value)) return [];
  return [{
    label: "Regularisation", color: "c4", width: 1.75, values, format: loss,
    ...from(history, "loss.regularization_loss"),
  }];
}

/** Norms of the weights, by tower; the total first. */
export function weightNorms(history) {
  const known = history.gradient ?? {};
  return Object.keys(known).filter((name) => any(known[name])).map((name, index) => ({
    label: name, color: towerColor(name, index), width: name === "total" ? 1.5 : 1.75,
    values: known[name], format: norm, ...from(history, `gradient.${name}`),
  }));
}

/** Norms of the gradients, by tower. */
export function gradientNorms(history) {
  const known = history.gradient_stats ?? {};
  return Object.keys(known).filter((name) => any(known[name].norm)).map((name, index) => ({
    label: name, color: towerColor(name, index), values: known[name].norm, format: norm,
    ...from(history, `gradient_stats.${name}.norm`),
  }));
}

/** Every statistic of every tower, for the table beside its pictures. */
export function statistics(history, kind) {
  return Object.entries(history[kind] ?? {}).flatMap(([tower, stats]) =>
    Object.entries(stats).map(([name, values]) => ({
      label: `${tower} ${name}`, values, format: significant,
      ...from(history, `${kind}.${tower}.${name}`),
    })));
}

/** Validation recall at k, drawn in percent. */
export function recallSeries(history, k) {
  const name = `val_recall_at_${k}`;
  const raw = history.metrics[name];
  return [{
    label: name, color: "c1", width: 2.25, format: percentOf, raw,
    values: raw.map((value) => (value == null ? null : 100 * value)),
    bestEpoch: bestEpoch(name, raw, history.epochs), ...from(history, `metrics.${name}`),
  }];
}

/** Train and validation of a metric such as `rmse`, wherever the document has them. */
export function metricSeries(history, metric) {
  return [["", "Train", "c1", 1.75], ["val_", "Validation", "c2", 2.5]]
    .map(([prefix, label, color, width]) => ({ name: prefix + metric, label, color, width }))
    .flatMap((one) => ["loss", "metrics"].filter((group) => any(history[group]?.[one.name])).slice(0, 1)
      .map((group) => ({ ...one, group })))
    .map(({ name, group, ...line }) => ({
      ...line, values: history[group][name], format: bySeries(name),
      bestEpoch: bestEpoch(name, history[group][name], history.epochs),
      ...from(history, `${group}.${name}`),
    }));
}

/** Everything that no other chart draws, in the order of its sections. */
export function otherSeries(history, drawn) {
  const metrics = Object.entries(history.metrics ?? {})
    .map(([name, values]) => ({ name, values, path: `metrics.${name}` }));
  const losses = Object.entries(history.loss ?? {})
    .filter(([name]) => !DRAWN_LOSSES.includes(name))
    .map(([name, values]) => ({ name, values, path: `loss.${OWN_NAMES.get(name) ?? name}` }));
  return [...metrics, ...losses]
    .filter(({ name, values }) => any(values) && !drawn.includes(name.replace(/^val_/, "")))
    .sort(byName)
    .map((one) => ({
      ...one, label: one.name, format: bySeries(one.name), ...from(history, one.path),
      bestEpoch: bestEpoch(one.name, one.values, history.epochs),
    }));
}

/** Seconds an epoch took, where the trainer says so. */
export function epochSeconds(history) {
  const names = ["epoch_seconds", "seconds", "epoch_time_seconds"];
  const name = names.find((known) => any(history.metrics?.[known]));
  return name ? history.metrics[name] : null;
}

/** NaN and infinities of one series, by its path in the document. */
export function marksOf(history, path) {
  return (history.anomalies ?? [])
    .filter((mark) => mark.path === path && ["nan", "+inf", "-inf"].includes(mark.kind) && mark.epoch != null)
    .map(({ epoch, kind }) => ({ epoch, kind }));
}

/** Where a series stands in the document, with what is marked in it. */
const from = (history, path) => ({ path, marks: marksOf(history, path) });

function towerColor(name, index) {
  return TOWER_COLORS.get(name) ?? MORE_COLORS[index % MORE_COLORS.length];
}

const any = (values) => Boolean(values?.some((value) => value != null));
const differs = (a, b) => a.some((value, i) => value !== b?.[i]);
