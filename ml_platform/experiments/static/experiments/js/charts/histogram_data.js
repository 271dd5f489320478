/* A tower's histograms on a linear axis: density is share of elements by bin width. */

const DISPLAY_BINS = 121;
const TAIL_SHARE = 1e-4;

/**
 * Returns rows of shares on equal bins, made from rows on the document's own edges.
 *
 * Bins of the document may be unequal: their counts are spread evenly over their true
 * width, so that a narrow, full bin stands as high as it is dense.
 *
 * @param {{bin_edges: number[], counts: (?number[])[]}} histogram
 * @param {[number, number]} [range] - of values; the histogram's own unless shared.
 * @returns {{edges: number[], rows: (?Float64Array)[], totals: number[], equal: boolean,
 *   bins: number, width: number, outside: number, top: number}}
 *   `outside` is the largest share of any epoch that lies beyond the edges.
 */
export function displayed({ bin_edges: own, counts }, range = drawnRange({ bin_edges: own, counts })) {
  const [low, high] = range;
  const inside = own.filter((edge) => edge >= low && edge <= high);
  const equal = areEqual(inside);
  const edges = equal && inside.length <= DISPLAY_BINS + 1 ? inside : evenly(low, high);
  const totals = counts.map((row) => (row ? row.reduce((sum, n) => sum + n, 0) : 0));
  const rows = counts.map((row, i) => (row && totals[i] ? shares(own, row, totals[i], edges) : null));
  const sums = rows.filter(Boolean).map((row) => row.reduce((sum, n) => sum + n, 0));
  return {
    edges,
    rows,
    totals,
    equal,
    bins: own.length - 1,
    width: edges[1] - edges[0],
    outside: sums.length ? Math.max(0, 1 - Math.min(...sums)) : 0,
    top: Math.max(1e-12, ...rows.filter(Boolean).map((row) => Math.max(...row))),
  };
}

/** Returns the value below which a share of a row's elements lie, even within a bin. */
export function quantile({ bin_edges: edges }, row, share) {
  let left = share * row.reduce((sum, count) => sum + count, 0);
  for (let bin = 0; bin < row.length; bin += 1) {
    if (row[bin] >= left && row[bin] > 0) {
      return edges[bin] + (edges[bin + 1] - edges[bin]) * (left / row[bin]);
    }
    left -= row[bin];
  }
  return null;
}

/** The range that is drawn: all of it, unless nearly empty tails would fill half. */
export function drawnRange({ bin_edges: edges, counts }) {
  const seen = counts.filter(Boolean);
  const whole = extent(edges, (bin) => seen.some((row) => row[bin] > 0));
  const totals = seen.map((row) => row.reduce((sum, n) => sum + n, 0));
  const dense = extent(edges, (bin) =>
    seen.some((row, i) => row[bin] / totals[i] > TAIL_SHARE));
  const trimmed = dense[1] - dense[0] < 0.5 * (whole[1] - whole[0]);
  return trimmed && dense[1] > dense[0] ? dense : whole;
}

function extent(edges, filled) {
  let [first, last] = [0, edges.length - 2];
  while (first < last && !filled(first)) first += 1;
  while (last > first && !filled(last)) last -= 1;
  return [edges[first], edges[last + 1]];
}

function areEqual(edges) {
  if (edges.length < 3) return true;
  const width = edges[1] - edges[0];
  return edges.every((edge, i) => !i || Math.abs(edge - edges[i - 1] - width) < 2e-3 * Math.abs(width));
}

function evenly(low, high) {
  return Array.from({ length: DISPLAY_BINS + 1 }, (_, i) => low + ((high - low) * i) / DISPLAY_BINS);
}

function shares(own, row, total, edges) {
  const out = new Float64Array(edges.length - 1);
  let bin = 0;
  for (let i = 0; i < out.length; i += 1) {
    const [left, right] = [edges[i], edges[i + 1]];
    while (bin > 0 && own[bin] > left) bin -= 1;
    while (bin < row.length && own[bin + 1] <= left) bin += 1;
    for (let b = bin; b < row.length && own[b] < right; b += 1) {
      const overlap = Math.min(right, own[b + 1]) - Math.max(left, own[b]);
      if (overlap > 0) out[i] += (row[b] * overlap) / (own[b + 1] - own[b]);
    }
    out[i] /= total;
  }
  return out;
}
