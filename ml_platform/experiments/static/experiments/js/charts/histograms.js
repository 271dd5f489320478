/* The histogram card: any tower, weights or gradients, as ridgeline and as heat map. */
import { keep, told } from "../lib/address.js";
import { choice } from "../lib/dom.js";
import { significant } from "../lib/format.js";
import { color, onThemeChange, sequential } from "../lib/palette.js";
import { tableWhenOpen, wireTools } from "./card_tools.js";
import { pointIn } from "./canvas.js";
import { HeatMap } from "./heat.js";
import { displayed, quantile } from "./histogram_data.js";
import { drawRidge } from "./ridge.js";

const KINDS = [["weight_stats", "Weights"], ["gradient_stats", "Gradients"]];

export class Histograms {
  constructor(section, view, events, anomalies) {
    Object.assign(this, { section, view, anomalies });
    this.part = (name) => section.querySelector(`[data-${name}]`);
    this.heat = new HeatMap(this.part("heat"), this.part("heat-note"), view, events, (epoch, bin) => this.#read(epoch, bin));
    onThemeChange(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.part("ridge"));
    this.#pointAtRidge();
    tableWhenOpen(this.part("table"), ({ quantileRows }) => quantileRows(this.#own(), this.epochs, this.ridge.drawn));
    wireTools(section, "histograms", ({ histogramCsv }) => histogramCsv(this.epochs, this.#own()));
  }

  /** Takes the answer of the histogram call and draws its first tower. */
  replace({ histogram_data: data, epochs }) {
    Object.assign(this, { data, epochs });
    this.kinds = KINDS.filter(([kind]) => Object.keys(data[kind] ?? {}).length);
    this.section.hidden = !this.kinds.length;
    if (!this.kinds.length) return;
    const kind = this.kind ?? told("of");
    this.kind = this.kinds.some(([known]) => known === kind) ? kind : this.kinds[0][0];
    this.tower ??= told("tower");
    this.#show();
  }

  /** Shows another tower, or gradients for weights; the address keeps it. */
  choose({ kind = this.kind, tower = this.tower }) {
    Object.assign(this, { kind, tower });
    this.#show();
    const usual = this.kinds[0][0];
    keep({ of: kind === usual ? "" : kind, tower: this.tower === this.#towers()[0] ? "" : this.tower });
  }

  #towers() {
    return Object.keys(this.data[this.kind]);
  }

  #own() {
    return this.data[this.kind][this.tower].histogram;
  }

  #show() {
    const towers = this.#towers();
    if (!towers.includes(this.tower)) [this.tower] = towers;
    this.shown = displayed(this.#own());
    this.part("table").open = false;
    this.#choices("tower", towers.map((name) => [name, name]));
    this.#choices("kind", this.kinds);
    this.draw();
  }

  /** The buttons of a choice; the one that was pressed keeps the focus. */
  #choices(what, options) {
    const place = this.part(`${what}-choice`);
    const focused = place.contains(document.activeElement);
    place.replaceChildren(...choice(options, this[what], (value) => this.choose({ [what]: value })));
    if (focused) place.querySelector("[aria-pressed=true]").focus();
  }

  /** Goes to the next tower, or from weights to gradients. */
  next(what) {
    if (!this.shown) return;
    const options = what === "tower" ? this.#towers() : this.kinds.map(([k]) => k);
    const at = options.indexOf(this[what]);
    this.choose({ [what]: options[(at + 1) % options.length] });
  }

  draw() {
    if (!this.shown) return;
    const { shown, view } = this;
    this.ridge = drawRidge(this.part("ridge"), shown, this.epochs, view.best);
    this.part("ridge").ridge = this.ridge; // for tests that read back what is drawn
    const { step } = this.ridge;
    this.part("ridge-note").textContent =
      step === 1 ? "every epoch" : `every ${ordinal(step)} epoch and the best`;
    this.part("value-word").textContent = this.kind === "weight_stats" ? "weight →" : "gradient →";
    this.#describe();
    this.heat.replace(shown, this.epochs);
    this.part("histogram-note").textContent = this.#note();
    this.#scale();
  }

  #note() {
    const { shown, kind, tower } = this;
    const elements = Math.max(...shown.totals).toLocaleString("en");
    const bins = shown.equal
      ? `${shown.bins} bins of ${significant(shown.width)}`
      : `${shown.bins} unequal bins, drawn as density on steps of ${significant(shown.width)}`;
    const notFinite = this.anomalies
      .filter(({ path, count }) => count && path.startsWith(`${kind}.${tower}.`))
      .reduce((sum, { count }) => sum + count, 0);
    const left = shown.outside > 1e-9 ? `${significant(100 * shown.outside)} % in tails beyond the axis` : "no element left out";
    return `${elements} elements, ${bins}; every epoch on the same edges; ${left}${
      notFinite ? `; ${notFinite.toLocaleString("en")} not finite` : ""}`;
  }

  #scale() {
    const place = this.part("scale-legend");
    const canvas = document.createElement("canvas");
    canvas.width = 120;
    canvas.height = 1;
    const pen = canvas.getContext("2d");
    const paint = sequential();
    for (let x = 0; x < 120; x += 1) {
      pen.fillStyle = `rgb(${paint(x / 119).join(", ")})`;
      pen.fillRect(x, 0, 1, 1);
    }
    place.replaceChildren("Share of elements 0", canvas, `${significant(100 * this.shown.top)} %, square root`);
    place.style.color = color("ink2");
  }

  /** One sentence a picture, for those who do not see it. */
  #describe() {
    const { kind, tower, view, epochs } = this;
    const what = kind === "weight_stats" ? "weights" : "gradients";
    const [first, last] = [epochs[0], epochs.at(-1)].map((epoch) => this.#middle(epoch));
    const text = `of ${tower} ${what} by epoch ${epochs[0]} to ${epochs.at(-1)}: the middle half ${first} at first, ${last} at last${
      view.best == null ? "" : `; best epoch ${view.best}`}`;
    this.part("ridge").setAttribute("aria-label", `Ridgeline ${text}`);
    this.part("heat").setAttribute("aria-label", `Heat map ${text}`);
  }

  #middle(epoch) {
    const row = this.#own().counts[this.epochs.indexOf(epoch)];
    if (!row) return "absent";
    const [low, high] = [0.25, 0.75].map((share) => significant(quantile(this.#own(), row, share)));
    return `from ${low} to ${high}`;
  }

  #pointAtRidge() {
    const place = this.part("ridge");
    place.addEventListener("mousemove", (event) => {
      const found = this.ridge?.at(...pointIn(place, event));
      this.heat.pointed = found?.bin;
      this.view.hover(found?.epoch);
    });
    place.addEventListener("mouseleave", () => { this.heat.pointed = null; this.view.hover(null); });
  }

  /** Says the value under the pointer, or where most elements of the epoch read are. */
  #read(epoch, bin) {
    const out = this.part("histogram-readout");
    const row = epoch == null ? null : this.shown.rows[this.epochs.indexOf(epoch)];
    if (!row) {
      out.textContent = epoch == null ? "" : `epoch ${epoch}: no histogram`;
      return;
    }
    const { edges } = this.shown;
    const at = bin ?? row.indexOf(Math.max(...row));
    out.textContent = `epoch ${epoch}: ${significant(100 * row[at])} % of elements from ${
      significant(edges[at])} to ${significant(edges[at + 1])}${bin == null ? ", the densest bin" : ""}`;
  }
}

function ordinal(number) {
  return { 2: "2nd", 3: "3rd" }[number] ?? `${number}th`;
}
