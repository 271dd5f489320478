/* Heat map of one series over many runs: a row a run, a column a true epoch.

   Colour is the square root of what a value lies above the lowest one drawn, so that runs
   which are nearly the best still differ; the highest two in a hundred share one colour. */
import { loss } from "../lib/format.js";
import { color, onThemeChange, sequential } from "../lib/palette.js";
import { roundTicks } from "./axes.js";
import { canvasIn, label, line, pointIn } from "./canvas.js";

const [RIGHT, BOTTOM] = [12, 24];
const SHARED = 0.98;
const KINDS = { nan: "NaN", "+inf": "+Inf", "-inf": "−Inf" };

export class RunHeat {
  /**
   * @param {HTMLElement} page - holds `[data-plot]`, `[data-readout]` and the scale's parts.
   * @param {object[]} runs - of the compare answer, each with `marks` of its validation loss.
   */
  constructor(page, runs) {
    Object.assign(this, { page, runs, place: page.querySelector("[data-plot]") });
    this.place.runHeat = this; // for tests that read back what is drawn
    this.epochs = [...new Set(runs.flatMap(({ epochs }) => epochs))].sort((a, b) => a - b);
    for (const run of runs) run.at = new Map(run.epochs.map((epoch, i) => [epoch, run.loss.val?.[i] ?? null]));
    const values = runs.flatMap(({ at }) => [...at.values()]).filter((value) => value != null).sort((a, b) => a - b);
    this.low = values[0];
    this.high = values[Math.min(values.length - 1, Math.floor(values.length * SHARED))];
    this.clipped = this.high < values.at(-1);
    this.read(0, runs[0].best_epoch);
    new ResizeObserver(() => this.draw()).observe(this.place);
    onThemeChange(() => this.draw());
    this.place.addEventListener("mousemove", (event) => this.#point(event));
    this.place.addEventListener("mouseleave", () => {
      this.pointed = false;
      this.read(this.row, this.runs[this.row].best_epoch);
    });
    this.place.addEventListener("click", (event) => {
      this.#point(event);
      this.page.querySelectorAll("[data-row] a")[this.row].click();
    });
  }

  valueAt(run, epoch) {
    return run.at.get(epoch);
  }

  /** Returns the share of the scale, 0 to 1, at which a value stands. */
  share(value) {
    const span = this.high - this.low;
    return span ? Math.sqrt(Math.max(0, Math.min(1, (value - this.low) / span))) : 0;
  }

  draw() {
    const { pen, width, height } = canvasIn(this.place);
    Object.assign(this, { width, height, rowHeight: (height - BOTTOM) / this.runs.length });
    const paint = sequential();
    this.runs.forEach((run, row) => this.#row(pen, paint, run, row));
    this.#axis(pen);
    this.#pointed(pen);
    this.#scale(paint);
  }

  x(epoch) {
    const [low, high] = [this.epochs[0] - 0.5, this.epochs.at(-1) + 0.5];
    return ((this.width - RIGHT) * (epoch - low)) / (high - low);
  }

  #row(pen, paint, run, row) {
    const top = row * this.rowHeight + 1;
    const tall = this.rowHeight - 2;
    run.epochs.forEach((epoch, i) => {
      const value = run.at.get(epoch);
      const [left, right] = [this.x(edge(run, i, -1)), this.x(edge(run, i, 1))];
      pen.fillStyle = value == null ? color("gap")
        : `rgb(${paint(this.share(value)).map(Math.round).join(",")})`;
      pen.fillRect(Math.round(left), top, Math.max(1, Math.round(right) - Math.round(left)), tall);
    });
    const end = this.x(run.epochs.at(-1) + 0.5);
    pen.fillStyle = color("veil");
    pen.fillRect(end, top, Math.max(0, this.width - RIGHT - end), tall);
    line(pen, 0, top + tall + 0.5, this.width - RIGHT, top + tall + 0.5, color("line"));
    for (const mark of run.marks) triangle(pen, this.x(mark.epoch), top + tall / 2, mark.kind);
    if (run.best_epoch != null) ring(pen, this.x(run.best_epoch), top + tall / 2);
  }

  #axis(pen) {
    const bottom = this.height - BOTTOM;
    line(pen, 0, bottom + 0.5, this.width - RIGHT, bottom + 0.5, color("edge"));
    const [first, last] = [this.epochs[0], this.epochs.at(-1)];
    for (const tick of new Set(roundTicks(first, last, this.width).map(Math.round))) {
      line(pen, this.x(tick), bottom, this.x(tick), bottom + 4, color("edge"));
      const word = tick.toLocaleString("en");
      if (tick === first) label(pen, `epoch ${word}`, 0, bottom + 14);
      else label(pen, word, this.x(tick), bottom + 14, { align: "center" });
    }
  }

  #pointed(pen) {
    pen.strokeStyle = color("ink");
    pen.lineWidth = 1;
    pen.strokeRect(0.5, this.row * this.rowHeight + 0.5, this.width - RIGHT - 1, this.rowHeight - 1);
    if (this.pointed) line(pen, this.x(this.epoch), 0, this.x(this.epoch), this.height - BOTTOM, color("ink3"));
  }

  #scale(paint) {
    const canvas = this.page.querySelector("[data-scale]");
    const pen = canvas.getContext("2d");
    for (let x = 0; x < canvas.width; x += 1) {
      // Equal steps of the loss, not of the colour.
      pen.fillStyle = `rgb(${paint(Math.sqrt(x / (canvas.width - 1))).map(Math.round).join(",")})`;
      pen.fillRect(x, 0, 1, canvas.height);
    }
    this.page.querySelector("[data-low]").textContent = loss(this.low);
    this.page.querySelector("[data-high]").textContent = loss(this.high) + (this.clipped ? " and above" : "");
  }

  /** Reads out one run at one epoch. */
  read(row, epoch) {
    Object.assign(this, { row, epoch });
    const run = this.runs[row];
    const mark = run.marks.find((known) => known.epoch === epoch);
    const value = run.at.get(epoch);
    const told = mark ? KINDS[mark.kind]
      : value != null ? loss(value)
        : epoch > run.epochs.at(-1) ? "not reached" : "no value";
    this.page.querySelector("[data-readout]").textContent =
      `#${run.number} ${run.name} at epoch ${epoch}: ${told}; best ${loss(run.best_val_loss)} at epoch ${run.best_epoch}`;
    if (this.width) this.draw();
  }

  step(count) {
    const at = this.epochs.indexOf(this.epoch) + count;
    this.pointed = true;
    this.read(this.row, this.epochs[Math.max(0, Math.min(this.epochs.length - 1, at))]);
  }

  #point(event) {
    const [x, y] = pointIn(this.place, event);
    const row = Math.floor(y / this.rowHeight);
    const [low, high] = [this.epochs[0] - 0.5, this.epochs.at(-1) + 0.5];
    const wanted = low + (x / (this.width - RIGHT)) * (high - low);
    const epoch = this.epochs.reduce((near, one) => (Math.abs(one - wanted) < Math.abs(near - wanted) ? one : near));
    this.pointed = true;
    this.read(Math.max(0, Math.min(this.runs.length - 1, row)), epoch);
  }
}

/** A cell ends half-way to its neighbour's epoch. */
function edge({ epochs }, index, side) {
  const beside = epochs[index + side];
  return beside === undefined ? epochs[index] + side * 0.5 : (epochs[index] + beside) / 2;
}

/** Hollow and down for NaN; filled, up or down, for the infinities. */
function triangle(pen, x, y, kind) {
  const up = kind === "+inf" ? -1 : 1;
  pen.beginPath();
  pen.moveTo(x - 4.5, y - 4 * up);
  pen.lineTo(x + 4.5, y - 4 * up);
  pen.lineTo(x, y + 4 * up);
  pen.closePath();
  pen.fillStyle = color(kind === "nan" ? "surface" : "c1");
  pen.strokeStyle = color(kind === "nan" ? "c2" : "c1");
  pen.lineWidth = 1.5;
  pen.fill();
  pen.stroke();
}

function ring(pen, x, y) {
  for (const [token, width] of [["surface", 4], ["ink", 2]]) {
    pen.strokeStyle = color(token);
    pen.lineWidth = width;
    pen.beginPath();
    pen.arc(x, y, 4.5, 0, 2 * Math.PI);
    pen.stroke();
  }
}
