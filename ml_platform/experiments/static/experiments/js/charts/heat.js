/* Heat map: a column an epoch, a cell a bin, colour by the square root of the share. */
import { axisLabels } from "../lib/format.js";
import { color, sequential, textScale } from "../lib/palette.js";
import { nearest } from "../lib/view_state.js";
import { roundTicks } from "./axes.js";
import { canvasIn, label, line, pointIn } from "./canvas.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [44, 6, 18, 24];
const STEPS = 255;
const LAST_LABEL = 20;

export class HeatMap {
  /** `note` is told how many epochs are drawn; `onRead` which epoch and bin are read. */
  constructor(place, note, view, events, onRead) {
    Object.assign(this, { place, note, view, events, onRead });
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
    Object.assign(this, { canvas, pen, width, height, kept: null });
    this.#cells(pen);
    this.#axes(pen);
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

  /** One image with a column a device pixel and a row a bin, stretched over the plot. */
  #cells(pen) {
    const { rows, top, edges } = this.data;
    const [across, down] = [this.width - LEFT - RIGHT, this.height - TOP - BOTTOM];
    const resolution = devicePixelRatio * textScale();
    const columns = Math.round(across * resolution);
    const bins = edges.length - 1;
    if (columns < 1) return;
    const cells = new Uint32Array(columns * bins);
    const paint = colours();
    const pixel = (epoch) => Math.round((this.x(epoch) - LEFT) * resolution);
    let free = 0; // where epochs are narrower than a pixel, the first one has it
    let narrow = 0;
    rows.forEach((row, i) => {
      if (!row) return;
      const left = pixel(this.#edge(i, -1));
      const from = Math.max(free, left);
      const to = Math.min(columns, Math.max(left + 1, pixel(this.#edge(i, 1))));
      if (to <= from) {
        if (to > 0 && left < columns) narrow += 1;
        return;
      }
      row.forEach((share, bin) => {
        const start = (bins - 1 - bin) * columns;
        cells.fill(paint[Math.round(STEPS * Math.sqrt(share / top))], start + from, start + to);
      });
      free = to;
    });
    this.note.textContent = narrow ? `an epoch a pixel; ${narrow.toLocaleString("en")} between are not drawn` : "every epoch";
    const image = document.createElement("canvas");
    Object.assign(image, { width: columns, height: bins });
    image.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(cells.buffer), columns, bins), 0, 0);
    pen.save();
    pen.imageSmoothingEnabled = false;
    pen.drawImage(image, LEFT, TOP, across, down);
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
      const x = this.x(Math.round(tick));
      const isLast = x > width - LAST_LABEL; // it would not fit about its tick
      label(pen, Math.round(tick).toLocaleString("en"), isLast ? width : x, bottom + 14, { align: isLast ? "right" : "center" });
    }
    this.#above(pen, bottom);
  }

  /** What stands above the cells: the best epoch, then each seam as near as there is room. */
  #above(pen, bottom) {
    const { best } = this.view;
    const taken = [];
    const put = (word, wanted, ink) => {
      const wide = pen.measureText(word).width;
      const away = (left) => Math.abs(left - wanted(wide));
      const left = [wanted(wide), ...taken.flatMap(([from, to]) => [from - wide, to])]
        .filter((at) => at >= 0 && at + wide <= this.width
          && taken.every(([from, to]) => at >= to || at + wide <= from))
        .sort((a, b) => away(a) - away(b))[0];
      if (left === undefined) return;
      label(pen, word, left, 8, { ink });
      taken.push([left - 8, left + wide + 8]);
    };
    if (best != null) {
      const x = this.x(best);
      taken.push([x - 8, x + 8]);
      triangle(pen, x);
      put(`best ${best}`, () => x + 8, "ink");
    }
    for (const { kind, first, label: word } of this.events) {
      if (kind !== "seam") continue;
      const x = this.x(first - 0.5);
      line(pen, x, TOP, x, bottom, color("ink"), 1, [4, 3]);
      put(word, (wide) => x - wide / 2, "ink2");
    }
  }

  #point(event) {
    const [x, y] = pointIn(this.place, event);
    const [low, high] = this.#range();
    const share = (x - LEFT) / (this.width - LEFT - RIGHT);
    const epoch = nearest(this.epochs, low + share * (high - low));
    const { edges } = this.data;
    const up = (this.height - BOTTOM - y) / (this.height - BOTTOM - TOP);
    const bin = Math.floor(up * (edges.length - 1));
    this.pointed = bin >= 0 && bin < edges.length - 1 ? bin : null;
    this.view.hover(epoch);
  }

  #over() {
    if (!this.canvas) return;
    this.kept ??= copyOf(this.canvas);
    this.pen.clearRect(0, 0, this.width, this.height);
    this.pen.drawImage(this.kept, 0, 0, this.width, this.height);
    const { view } = this;
    if (view.pointed) {
      line(this.pen, this.x(view.read), TOP, this.x(view.read), this.height - BOTTOM, color("ink3"));
    }
    this.onRead(view.pointed ? view.read : null, this.pointed);
  }
}

function triangle(pen, x) {
  pen.fillStyle = color("ink");
  pen.beginPath();
  pen.moveTo(x - 4, TOP - 7);
  pen.lineTo(x + 4, TOP - 7);
  pen.lineTo(x, TOP - 1);
  pen.fill();
}

/** The sequential scale in equal steps, as an image's pixels hold colours. */
function colours() {
  const paint = sequential();
  const steps = Array.from({ length: STEPS + 1 }, (_, step) => [...paint(step / STEPS), 255]);
  return new Uint32Array(Uint8ClampedArray.from(steps.flat()).buffer);
}

/** The picture without the pointer's line, to be laid down again under the next one. */
function copyOf(canvas) {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  if (canvas.width && canvas.height) copy.getContext("2d").drawImage(canvas, 0, 0);
  return copy;
}
