/* Centred Gaussian smoothing that never reaches across a gap or a seam. */

/**
 * Returns smoothed values; null stays null, undefined (no such epoch) undefined.
 *
 * @param {(?number)[]} values - one an epoch.
 * @param {number} reach - epochs taken in on either side; 0 leaves all as it is.
 * @param {Set<number>} seams - indexes at which a new attempt begins.
 */
export function smoothed(values, reach, seams = new Set()) {
  if (!reach) return values;
  const sigma = reach / 2;
  return values.map((value, index) => {
    if (value == null) return value;
    let [sum, weight] = [value, 1];
    for (const direction of [-1, 1]) {
      for (let away = 1; away <= reach; away += 1) {
        const at = index + direction * away;
        if (values[at] === undefined && at >= 0 && at < values.length) continue;
        if (values[at] == null || seams.has(direction > 0 ? at : at + 1)) break;
        const share = Math.exp(-(away * away) / (2 * sigma * sigma));
        sum += share * values[at];
        weight += share;
      }
    }
    return sum / weight;
  });
}
