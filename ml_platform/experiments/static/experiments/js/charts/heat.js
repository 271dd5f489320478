/* Heat map: a column an epoch, a cell a bin, colour by the square root of the share. */
import { axisLabels } from "../lib/format.js";
import { color, sequential } from "../lib/palette.js";
import { nearest } from "../lib/view_state.js";
import { roundTicks } from "./axes.js";
import { canvasIn, label, line } from "./canvas.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [44, 6, 18, 24];

export class HeatMap {
  constructor(place, view, events, onRead) {
    Object.assign(this, { place, view, events, onRead });
    place.heatMap = this; // for tests that read back what is drawn
    place.addEventListener("mousemove", (event) => this.#point(event));
    place.addEventListener("mouseleave", () => { this.pointed = null; view.hover(null); });
    view.addEventListener("hover", () => this.#over());
    view.addEventListener("zoom", () => this.draw());
  }

  /** Takes `displayed(…)` data with its epochs and draws it. */
  replace(data, epochs) {
    Object.assign(this, { data, epochs });
    this.draw();
  }

  draw() {
    if (!this.data) return;
    const { pen, width, height, canvas } = canvasIn(this.place);
    Object.assign(this, { pen, width, height });
    this.#cells(pen);
    this.#axes(pen);
    this.kept = copyOf(canvas);
  }

  x(epoch) {
    const [low, high] = this.#range();
    return LEFT + ((this.width - LEFT - RIGHT) * (epoch - low)) / (high - low);
  }

  y(value) {
    const { edges } = this.data;
    const share = (value - edges[0]) / (edges.at(-1) - edges[0]);
    return this.height - BOTTOM - (this.height - BOTTOM - TOP) * share;
  }

  #range() {
    const { view } = this;
    const [low, high] = view.xs === view.epochs ? view.range : [view.epochs[0], view.lastAsked];
    return [low - 0.5, high + 0.5];
  }

  #cells(pen) {
    const { rows, top, edges } = this.data;
    const paint = sequential();
    const bins = edges.length - 1;
    const column = document.createElement("canvas");
    column.width = 1;
    column.height = bins;
    const brush = column.getContext("2d");
    pen.save();
    pen.beginPath();
    pen.rect(LEFT, TOP, this.width - LEFT - RIGHT, this.height - TOP - BOTTOM);
    pen.clip();
    pen.imageSmoothingEnabled = false;
    rows.forEach((row, i) => {
      if (!row) return;
      const image = brush.createImageData(1, bins);
      row.forEach((share, bin) => {
        const at = 4 * (bins - 1 - bin);
        image.data.set([...paint(Math.sqrt(share / top)), 255], at);
      });
      brush.putImageData(image, 0, 0);
      const left = this.x(this.#edge(i, -1));
      const right = this.x(this.#edge(i, 1));
      pen.drawImage(column, Math.round(left), TOP, Math.max(1, Math.round(right) - Math.round(left)), this.height - TOP - BOTTOM);
    });
    pen.restore();
  }

  /** A column ends half-way to its neighbour, but a gap stays a gap. */
  #edge(index, side) {
    const own = this.epochs[index];
    const beside = this.epochs[index + side];
    if (beside === undefined || Math.abs(beside - own) <= 1) return own + side * 0.5;
    return this.data.rows[index + side] ? (own + beside) / 2 : own + side * 0.5;
  }

  #axes(pen) {
    const { view, width, height } = this;
    const { edges } = this.data;
    const bottom = height - BOTTOM;
    const last = this.epochs.at(-1);
    if (view.lastAsked > last) {
      pen.fillStyle = color("veil");
      pen.fillRect(this.x(last + 0.5), TOP, this.x(view.lastAsked + 0.5) - this.x(last + 0.5), bottom - TOP);
    }
    line(pen, LEFT, bottom + 0.5, width - RIGHT, bottom + 0.5, color("edge"));
    const values = roundTicks(edges[0], edges.at(-1), bottom - TOP, 44).slice(1);
    axisLabels(values).forEach((word, i) =>
      label(pen, word, LEFT - 6, this.y(values[i]), { align: "right" }));
    const [low, high] = this.#range();
    for (const tick of roundTicks(low + 0.5, high - 0.5, width - LEFT - RIGHT)) {
      label(pen, String(Math.round(tick)), this.x(Math.round(tick)), bottom + 14, { align: "center" });
    }
    for (const { kind, first, label: word } of this.events) {
      if (kind !== "seam") continue;
      line(pen, this.x(first - 0.5), TOP, this.x(first - 0.5), bottom, color("ink"), 1, [4, 3]);
      label(pen, word, this.x(first - 0.5), 8, { align: "center", ink: "ink2" });
    }
    if (view.best != null) this.#bestMark(pen);
  }

  #bestMark(pen) {
    const x = this.x(this.view.best);
    pen.fillStyle = color("ink");
    pen.beginPath();
    pen.moveTo(x - 4, TOP - 7);
    pen.lineTo(x + 4, TOP - 7);
    pen.lineTo(x, TOP - 1);
    pen.fill();
    const beside = x + 60 < this.width ? { at: x + 8, align: "left" } : { at: x - 8, align: "right" };
    label(pen, `best ${this.view.best}`, beside.at, 8, { ink: "ink", align: beside.align });
  }

  #point(event) {
    const bounds = this.place.getBoundingClientRect();
    const [low, high] = this.#range();
    const share = (event.clientX - bounds.left - LEFT) / (this.width - LEFT - RIGHT);
    const epoch = nearest(this.epochs, low + share * (high - low));
    const { edges } = this.data;
    const up = (this.height - BOTTOM - (event.clientY - bounds.top)) / (this.height - BOTTOM - TOP);
    const bin = Math.floor(up * (edges.length - 1));
    this.pointed = bin >= 0 && bin < edges.length - 1 ? bin : null;
    this.view.hover(epoch);
  }

  #over() {
    if (!this.kept) return;
    this.pen.clearRect(0, 0, this.width, this.height);
    this.pen.drawImage(this.kept, 0, 0, this.width, this.height);
    const { view } = this;
    if (view.pointed) {
      line(this.pen, this.x(view.read), TOP, this.x(view.read), this.height - BOTTOM, color("ink3"));
    }
    this.onRead(view.pointed ? view.read : null, this.pointed);
  }
}

/** The picture without the pointer's line, to be laid down again under the next one. */
function copyOf(canvas) {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  if (canvas.width && canvas.height) copy.getContext("2d").drawImage(canvas, 0, 0);
  return copy;
}
