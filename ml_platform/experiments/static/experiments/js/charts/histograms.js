/* The histogram card: any tower, weights or gradients, as ridgeline and as heat map. */
import { choice } from "../lib/dom.js";
import { significant } from "../lib/format.js";
import { color, onThemeChange, sequential } from "../lib/palette.js";
import { HeatMap } from "./heat.js";
import { displayed } from "./histogram_data.js";
import { drawRidge } from "./ridge.js";

const KINDS = [["weight_stats", "Weights"], ["gradient_stats", "Gradients"]];

export class Histograms {
  constructor(section, view, events, anomalies) {
    Object.assign(this, { section, view, anomalies });
    this.part = (name) => section.querySelector(`[data-${name}]`);
    this.heat = new HeatMap(this.part("heat"), view, events, (epoch, bin) => this.#read(epoch, bin));
    onThemeChange(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.part("ridge"));
  }

  /** Takes the answer of the histogram call and draws its first tower. */
  replace({ histogram_data: data, epochs }) {
    Object.assign(this, { data, epochs });
    this.kinds = KINDS.filter(([kind]) => Object.keys(data[kind] ?? {}).length);
    this.section.hidden = !this.kinds.length;
    if (!this.kinds.length) return;
    this.kind ??= this.kinds[0][0];
    this.choose({});
  }

  choose({ kind = this.kind, tower = this.tower }) {
    this.kind = kind;
    const towers = Object.keys(this.data[kind]);
    this.tower = towers.includes(tower) ? tower : towers[0];
    this.shown = displayed(this.data[kind][this.tower].histogram);
    this.part("tower-choice").replaceChildren(
      ...choice(towers.map((name) => [name, name]), this.tower, (name) => this.choose({ tower: name })));
    this.part("kind-choice").replaceChildren(
      ...choice(this.kinds, kind, (name) => this.choose({ kind: name })));
    this.draw();
  }

  /** Goes to the next tower, or from weights to gradients. */
  next(what) {
    const options = what === "tower" ? Object.keys(this.data[this.kind]) : this.kinds.map(([k]) => k);
    const at = options.indexOf(this[what]);
    this.choose({ [what]: options[(at + 1) % options.length] });
  }

  draw() {
    if (!this.shown) return;
    const { shown, view } = this;
    const told = drawRidge(this.part("ridge"), shown, this.epochs, view.best);
    this.part("ridge-note").textContent =
      told.step === 1 ? "every epoch" : `every ${ordinal(told.step)} epoch and the best`;
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

  #read(epoch, bin) {
    const out = this.part("histogram-readout");
    const row = epoch == null ? null : this.shown.rows[this.epochs.indexOf(epoch)];
    if (!row || bin == null) {
      out.textContent = "";
      return;
    }
    const { edges } = this.shown;
    out.textContent = `epoch ${epoch}: ${significant(100 * row[bin])} % of elements from ${
      significant(edges[bin])} to ${significant(edges[bin + 1])}`;
  }
}

function ordinal(number) {
  return { 2: "2nd", 3: "3rd" }[number] ?? `${number}th`;
}
