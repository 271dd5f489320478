/* What all charts of a page show in common: scale, x, smoothing, zoom, the epoch read.

   `change` is dispatched when charts must be drawn anew, `zoom` when only the range
   changed, `hover` when another epoch is read, `hide` when series come or go. What can be shared lives in the address. */

import { keep, told, toldAll } from "./address.js";

const TEXT = { scale: ["linear", "log"], x: ["epoch", "wall"] };

export class ViewState extends EventTarget {
  /**
   * @param {{epochs: number[], seconds: ?number[], asked: ?number, best: ?number}} run
   *   `epochs` as the document numbers them; `seconds` an epoch took, where known;
   *   `asked` how many epochs were asked for.
   */
  constructor(run) {
    super();
    this.scale = "linear";
    this.x = "epoch";
    this.smoothing = 0;
    this.zoomed = null;
    this.pinned = null;
    this.hidden = new Set();
    this.replace(run);
    this.#read();
  }

  /** Takes the epochs of a newer document; everything chosen stays. */
  replace({ epochs, seconds, asked, best }) {
    this.epochs = epochs;
    this.best = best;
    this.wall = seconds ? cumulated(seconds) : null;
    this.lastAsked = Math.max(epochs.at(-1), asked ? epochs[0] + asked - 1 : -Infinity);
    if (!this.pointed || !epochs.includes(this.read)) this.read = this.home;
  }

  /** The epoch that readouts show while nothing is pointed at: pinned, best or last. */
  get home() {
    return this.pinned ?? this.best ?? this.epochs.at(-1);
  }

  get xs() {
    return this.x === "wall" && this.wall ? this.wall : this.epochs;
  }

  get full() {
    const last = this.xs === this.wall ? this.wall.at(-1) : this.lastAsked;
    const first = this.xs[0];
    return last > first ? [first, last] : [first - 0.5, first + 0.5];
  }

  get range() {
    return this.zoomed ?? this.full;
  }

  /** Position on the x axis of an epoch, also of one between those that are kept. */
  position(epoch) {
    if (this.xs === this.epochs) return epoch;
    const after = this.epochs.findIndex((known) => known >= epoch);
    if (after < 0) return this.wall.at(-1);
    if (after === 0 || this.epochs[after] === epoch) return this.wall[after];
    const [a, b] = [this.epochs[after - 1], this.epochs[after]];
    const share = (epoch - a) / (b - a);
    return this.wall[after - 1] + share * (this.wall[after] - this.wall[after - 1]);
  }

  set(changes) {
    Object.assign(this, changes);
    if ("x" in changes) this.zoomed = null;
    this.#write();
    this.dispatchEvent(new Event("change"));
  }

  zoom(range) {
    const [low, high] = this.full;
    this.zoomed = range && [Math.max(low, range[0]), Math.min(high, range[1])];
    this.#write();
    this.dispatchEvent(new Event("zoom"));
  }

  /** Zooms about the epoch read; `factor` below 1 goes nearer. */
  zoomBy(factor) {
    const [low, high] = this.range;
    const middle = this.position(this.read);
    const next = [middle - (middle - low) * factor, middle + (high - middle) * factor];
    const [first, last] = this.full;
    if (next[0] <= first && next[1] >= last) this.zoom(null);
    else if (next[1] - next[0] > (last - first) / 1000) this.zoom(next);
  }

  hover(epoch) {
    this.read = epoch ?? this.home;
    this.pointed = (epoch ?? this.pinned) != null;
    this.dispatchEvent(new Event("hover"));
  }

  /** Stays at the known epoch nearest to one, so that it can be shared; null lets go. */
  pin(epoch) {
    this.pinned = epoch == null ? null : nearest(this.epochs, epoch);
    this.#write();
    this.hover(null);
  }

  /** Moves the epoch read by so many of the kept ones. */
  step(count) {
    const at = this.epochs.indexOf(this.read);
    const next = Math.max(0, Math.min(this.epochs.length - 1, at + count));
    this.pin(this.epochs[next]);
  }

  /** Shows or hides series, each named `chart:series`; the address keeps which. */
  hide(names, hidden) {
    for (const name of names) this.hidden[hidden ? "add" : "delete"](name);
    this.#write();
    this.dispatchEvent(new Event("hide"));
  }

  #read() {
    for (const [name, allowed] of Object.entries(TEXT)) {
      if (allowed.includes(told(name))) this[name] = told(name);
    }
    this.smoothing = Math.max(0, Math.min(10, Math.trunc(Number(told("smooth"))) || 0));
    const [from, to] = (told("zoom") ?? "").split("~").map(Number);
    const [low, high] = [Math.max(from, this.full[0]), Math.min(to, this.full[1])];
    if (low < high) this.zoomed = [low, high];
    const epoch = Number(told("epoch") ?? NaN);
    if (this.epochs.includes(epoch)) this.pinned = epoch;
    this.hidden = new Set(toldAll("hide"));
    this.read = this.home;
    this.pointed = this.pinned != null;
  }

  #write() {
    const unless = (usual, value) => (value === usual ? "" : value);
    keep({
      scale: unless("linear", this.scale),
      x: unless("epoch", this.x),
      smooth: this.smoothing || "",
      zoom: this.zoomed?.map((v) => +v.toFixed(2)).join("~"),
      epoch: this.pinned,
      hide: [...this.hidden],
    });
  }
}

/** Returns the known epoch nearest to a wanted one, the earlier of two. */
export function nearest(epochs, wanted) {
  return epochs.reduce((best, epoch) =>
    (Math.abs(epoch - wanted) < Math.abs(best - wanted) ? epoch : best));
}

function cumulated(seconds) {
  let sum = 0;
  return seconds.map((value) => (sum += value ?? 0));
}
