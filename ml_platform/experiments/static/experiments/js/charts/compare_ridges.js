/* Histograms of two runs side by side: same edges, same height scale. */
import { el } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { onThemeChange } from "../lib/palette.js";
import { tableWhenOpen, wireTools } from "./card_tools.js";
import { displayed, drawnRange } from "./histogram_data.js";
import { drawRidge } from "./ridge.js";

export class CompareRidges {
  /**
   * @param {HTMLElement} section - with two cards.
   * @param {string} wanted - runs and towers as `onChoose` was told them, `7.query~9.query`.
   * @param {(chosen: string) => void} onChoose
   */
  constructor(section, wanted, onChoose) {
    Object.assign(this, { section, onChoose });
    const asked = wanted.split("~").map((part) => part.split(/\.(.*)/s));
    this.answers = new Map();
    this.cards = [...section.querySelectorAll("[data-ridge-card]")].map((card) => ({
      card,
      run: card.querySelector("[data-run-choice]"),
      tower: card.querySelector("[data-tower-choice]"),
      note: card.querySelector("[data-note]"),
    }));
    this.cards.forEach((one, at) => {
      const [id, tower] = asked[at] ?? [];
      const known = [...one.run.options].findIndex(({ value }) => value === id);
      one.run.selectedIndex = known >= 0 ? known : at;
      one.wanted = tower;
      one.run.addEventListener("change", () => this.read().then(() => this.#chosen()));
      one.tower.addEventListener("change", () => this.#chosen());
      one.table = one.card.querySelector("[data-table]");
      tableWhenOpen(one.table, ({ quantileRows }) => quantileRows(histogramOf(one), one.data.epochs, one.ridge.drawn));
      wireTools(one.card, `weights-${at + 1}`, ({ histogramCsv }) => histogramCsv(one.data.epochs, histogramOf(one)));
    });
    onThemeChange(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(section);
  }

  /** Fetches the histograms of both runs and offers their towers. */
  async read() {
    await Promise.all(this.cards.map((one) => this.#read(one)));
    this.section.hidden = this.cards.every(({ data }) => !data);
  }

  /** Shows the next tower in both cards. */
  next(what) {
    if (what !== "tower") return;
    for (const { tower } of this.cards) {
      if (tower.length) tower.selectedIndex = (tower.selectedIndex + 1) % tower.length;
    }
    this.#chosen();
  }

  #chosen() {
    for (const { table } of this.cards) table.open = false;
    this.draw();
    this.#told();
  }

  #told() {
    this.onChoose(this.cards.map(({ run, tower }) => `${run.value}.${tower.value}`).join("~"));
  }

  async #read(one) {
    const option = one.run.selectedOptions[0];
    try {
      if (!this.answers.has(option.value)) this.answers.set(option.value, await get(option.dataset.url));
      one.data = this.answers.get(option.value);
      one.note.textContent = "";
    } catch (error) {
      one.data = null;
      one.note.textContent = `not shown: ${error.message}`;
    }
    const before = one.tower.value || one.wanted;
    const towers = Object.keys(one.data?.histogram_data.weight_stats ?? {});
    one.tower.replaceChildren(...towers.map((name) =>
      el("option", { value: name, textContent: name, selected: name === before })));
    one.tower.hidden = !towers.length;
  }

  draw() {
    const shown = this.cards.filter(({ data, tower }) => data && tower.value);
    for (const one of this.cards) {
      const isShown = shown.includes(one);
      one.card.querySelector(".card-foot").hidden = !isShown;
      if (!isShown) one.card.querySelector("[data-ridge]").replaceChildren();
    }
    const histograms = shown.map(histogramOf);
    const ranges = histograms.map(drawnRange);
    if (!ranges.length) return;
    const range = [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
    const drawn = histograms.map((histogram) => displayed(histogram, range));
    const top = Math.max(...drawn.map((data) => data.top));
    shown.forEach((one, i) => {
      const { card, data, run, note } = one;
      const { color, best } = run.selectedOptions[0].dataset;
      one.ridge = drawRidge(card.querySelector("[data-ridge]"), { ...drawn[i], top }, data.epochs,
        best === "" ? null : Number(best), `c${color}`);
      note.textContent = `${Math.max(...drawn[i].totals).toLocaleString("en")} elements, shared axes`;
    });
  }
}

const histogramOf = ({ data, tower }) => data.histogram_data.weight_stats[tower.value].histogram;
