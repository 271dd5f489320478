/* How numbers are written in charts; the server's rules, for values under the pointer. */

export const ABSENT = "–";
const MINUS = "−";

const minus = (text) => text.replace(/^-/, MINUS);

export const loss = (value) => (value == null ? ABSENT : minus(value.toFixed(3)));

export const percent = (value) =>
  value == null ? ABSENT : `${minus((100 * value).toFixed(2))} %`;

/** One decimal above 10, else three figures. */
export function norm(value) {
  if (value == null) return ABSENT;
  return minus(Math.abs(value) >= 10 ? value.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 }) : trimmed(value, 3));
}

/** At most four significant figures. */
export function significant(value) {
  if (value == null) return ABSENT;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1000 && size < 1e6) return minus(Math.round(value).toLocaleString("en"));
  if (size < 1e-4 || size >= 1e6) {
    return minus(value.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e"));
  }
  return minus(trimmed(value, 4));
}

/** Whether a series holds shares of one, which are shown in percent. */
export const isShare = (name) => /recall|precision|ndcg|hit_rate|share|fraction/.test(name);

/** A series' value with its unit, told by its name. */
export function bySeries(name) {
  if (isShare(name)) return percent;
  if (/loss|auc|rmse|mae/.test(name)) return loss;
  if (/seconds$/.test(name)) return (v) => (v == null ? ABSENT : `${significant(v)} s`);
  if (/per_second$/.test(name)) return (v) => (v == null ? ABSENT : `${significant(v)} /s`);
  return significant;
}

/** Axis labels that share one number of decimals. */
export function axisLabels(splits) {
  const shown = splits.filter((value) => value != null);
  const step = shown.length > 1 ? Math.abs(shown[1] - shown[0]) : Math.abs(shown[0]) || 1;
  const decimals = Math.min(8, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return splits.map((value) => {
    if (value == null) return "";
    if (Math.abs(value) >= 1000) return minus(Math.round(value).toLocaleString("en"));
    return minus(value.toFixed(decimals));
  });
}

export function seconds(value) {
  if (value < 120) return `${Math.round(value)} s`;
  if (value < 7200) return `${Math.round(value / 60)} min`;
  return `${(value / 3600).toFixed(1)} h`;
}

function trimmed(value, digits) {
  const text = value.toPrecision(digits);
  return text.includes("e") ? String(Number(text)) : text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}
