/* What stands beside each card's picture: its values as a table and as CSV, its tools. */
import { getText } from "../lib/api.js";
import { tableWhenOpen, wireTools } from "./card_tools.js";

const LONGEST_QUERY = 2000;

export class Beside {
  constructor(page, view) {
    Object.assign(this, { page, view, sampling: {} });
  }

  /** Takes how many epochs of how many the page holds: `{kept, of}`. */
  replace(sampling) {
    this.sampling = sampling ?? {};
  }

  /**
   * Wires a card once; table and CSV hold what `read()` returns at that time.
   *
   * @param {HTMLElement} card
   * @param {string} name - of the card, for file names.
   * @param {() => Series[]} read
   */
  wire(card, name, read) {
    if (card.dataset.wired) return;
    card.dataset.wired = "yes";
    const table = card.querySelector("[data-table]");
    if (table) tableWhenOpen(table, ({ seriesRows }) => seriesRows(this.view.epochs, read()));
    wireTools(card, name, ({ seriesCsv }) => this.#csv(seriesCsv, read()));
  }

  /** Every epoch of the series: from the document where the page holds some only. */
  #csv(seriesCsv, series) {
    const { kept, of } = this.sampling;
    if (kept === of || !this.page.dataset.csvUrl) return seriesCsv(this.view.epochs, series);
    const query = new URLSearchParams(series.map(({ path }) => ["series", path])).toString();
    return getText(`${this.page.dataset.csvUrl}${query.length < LONGEST_QUERY ? `?${query}` : ""}`);
  }
}
