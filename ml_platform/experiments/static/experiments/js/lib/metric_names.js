/* What a series' name tells: its section, its place there, which way is better. */

const SECTIONS = [
  ["Ranking quality", /recall|precision|ndcg|hit_rate|mrr|(^|_)map(_|$)|auc|accuracy/],
  ["Losses and errors", /loss|rmse|mae|mse|error/],
  ["Optimisation", /learning_rate|clip|momentum|decay|temperature|gradient/],
  ["Speed and machine", /second|per_s|memory|gpu|cpu|padding|_gib$|_mib$/],
];
const REST = "Model";
const HIGHER = SECTIONS[0][1];
const LOWER = SECTIONS[1][1];

/** Returns the section: what stands before the first `/`, else what the name speaks of. */
export function sectionOf(name) {
  if (name.indexOf("/") > 0) return name.slice(0, name.indexOf("/"));
  return SECTIONS.find(([, words]) => words.test(name))?.[0] ?? REST;
}

/** Orders `{name}`s by section, validation first, numbers in names as numbers. */
export function byName(a, b) {
  const place = ({ name }) => {
    const at = SECTIONS.findIndex(([word]) => word === sectionOf(name));
    return at < 0 ? SECTIONS.length : at;
  };
  return place(a) - place(b)
    || sectionOf(a.name).localeCompare(sectionOf(b.name), "en")
    || b.name.startsWith("val_") - a.name.startsWith("val_")
    || a.name.localeCompare(b.name, "en", { numeric: true });
}

/** Returns the epoch of a validation series' best value, null where none is better. */
export function bestEpoch(name, values, epochs) {
  if (!name.startsWith("val_") || !(HIGHER.test(name) || LOWER.test(name))) return null;
  const sign = LOWER.test(name) ? 1 : -1;
  let best = null;
  values.forEach((value, at) => {
    if (value != null && (best == null || sign * value < sign * values[best])) best = at;
  });
  return best == null ? null : epochs[best];
}
