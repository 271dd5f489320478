/* Values as CSV, with all their digits; absent is empty, NaN and infinities by name. */

const NOT_FINITE = { nan: "NaN", "+inf": "Infinity", "-inf": "-Infinity" };

/** Returns a line an epoch and a column a series, named by its run or by its place in the document. */
export function seriesCsv(epochs, series) {
  const head = ["epoch", ...series.map(({ column, path, label }) => column ?? path ?? label)];
  const marks = series.map((one) => new Map((one.marks ?? []).map(({ epoch, kind }) => [epoch, kind])));
  const rows = epochs.map((epoch, index) => [epoch, ...series.map((one, at) => {
    const kind = marks[at].get(epoch);
    return kind ? NOT_FINITE[kind] : (one.raw ?? one.values)[index];
  })]);
  return csv([head, ...rows]);
}

/** Returns a line an epoch and a column a bin, which is named by its edges. */
export function histogramCsv(epochs, { bin_edges: edges, counts }) {
  const bins = edges.slice(1).map((edge, bin) => `from ${edges[bin]} to ${edge}`);
  return csv([["epoch", ...bins], ...epochs.map((epoch, i) => [epoch, ...(counts[i] ?? [])])]);
}

/** Returns a table's cells, in full where a cell's title has all of its digits. */
export function tableCsv(table) {
  return csv([...table.rows].map((row) =>
    [...row.cells].map((cell) => cell.title || cell.textContent.trim().replace(/^–$/, ""))));
}

function csv(rows) {
  return rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
}

/** Quotes where it must; a spreadsheet runs no text that starts like a formula. */
function cell(value) {
  if (value == null) return "";
  if (typeof value === "number") return String(value);
  const isNumber = /^[-+]?[\d.]+(e[-+]?\d+)?$|^-?Infinity$/.test(value);
  const text = !isNumber && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
