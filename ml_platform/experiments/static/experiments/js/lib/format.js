/* How numbers are written in charts; the server's rules, for values under the pointer. */

export const ABSENT = "–";
const MINUS = "−";

const minus = (text) => text.replace(/^-/, MINUS);

export const loss = (value) => (value == null ? ABSENT : minus(value.toFixed(3)));

export const percent = (value) =>
  value == null ? ABSENT : `${minus((100 * value).toFixed(2))} %`;

/** A value that is in percent already. */
export const percentOf = (value) => (value == null ? ABSENT : `${minus(value.toFixed(2))} %`);

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
  if (/seconds$/.test(name)) return withUnit("s");
  if (/per_second$/.test(name)) return withUnit("/s");
  if (/_gib$/.test(name)) return withUnit("GiB");
  return /_mib$/.test(name) ? withUnit("MiB") : significant;
}

const withUnit = (unit) => (value) => (value == null ? ABSENT : `${significant(value)} ${unit}`);

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

/** How long ago something was: `48 s`, `3 min`, `2 h`, `5 days`. */
export function age(value) {
  const whole = Math.max(0, Math.floor(value));
  if (whole < 120) return `${whole} s`;
  if (whole < 7200) return `${Math.floor(whole / 60)} min`;
  if (whole < 172_800) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86_400)} days`;
}

function trimmed(value, digits) {
  const text = value.toPrecision(digits);
  return text.includes("e") ? String(Number(text)) : text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}
