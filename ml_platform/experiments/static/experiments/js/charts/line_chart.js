/* A line chart on uPlot: true epochs, broken lines, marks, one legend that is a readout.

   All charts of a page share a ViewState: they zoom together and read the same epoch. */
import { color, faded, onThemeChange, textScale } from "../lib/palette.js";
import { xAxis, yAxis } from "./axes.js";
import { Legend } from "./legend.js";
import { marksPlugin } from "./marks.js";
import { smoothed } from "./smoothing.js";

const { uPlot } = window; // a classic script, which the page names before this module

/**
 * @typedef {object} Series
 * @property {string} label
 * @property {string} [path] - in the document, such as `loss.val_loss`.
 * @property {string} color - a token, `c1` to `c6`.
 * @property {(?number)[]} values - one an epoch.
 * @property {number} [width] - px.
 * @property {number[]} [dash]
 * @property {{epoch: number, kind: string}[]} [marks] - NaN and infinities.
 * @property {number} [bestEpoch] - carries a ring there.
 * @property {boolean} [setsAxis] - false where the axis must not follow it.
 * @property {(value: ?number) => string} format
 */
export class LineChart {
  /**
   * @param {HTMLElement} plot - the element drawn into; its height is the stylesheet's.
   * @param {object} spec - `series`, `view`, `events`, `name` where the address keeps
   *   which of its series are hidden, and what is drawn: `log`, `zero`, `labels`, `gaps`, `overfitting`, `bestText`, `endLabels`, `ends`, `xLabels`, `bands`, `legend`.
   */
  constructor(plot, spec) {
    this.plot = plot;
    plot.lineChart = this; // for the console, and for tests that read back what is drawn
    this.spec = { xLabels: true, ...spec };
    this.view = spec.view;
    this.legend = spec.legend ? new Legend(this, spec.legend) : null;
    this.#take(spec.series, spec.events ?? []);
    this.#listen();
  }

  #take(series, events) {
    this.series = series;
    this.events = events;
    this.legend?.fill();
    this.#describe();
    this.draw();
  }

  #listen() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.view.addEventListener("change", () => this.draw(), { signal });
    this.view.addEventListener("zoom", () => this.#zoom(), { signal });
    this.view.addEventListener("hover", () => this.#read(), { signal });
    this.view.addEventListener("hide", () => this.hide(), { signal });
    onThemeChange(() => this.draw(), { signal });
    this.resized = new ResizeObserver(() => this.#resize());
    this.resized.observe(this.plot);
  }

  /** Takes the chart down; its place can be used again. */
  destroy() {
    this.gone.abort();
    this.resized.disconnect();
    this.u?.destroy();
  }

  get log() {
    return this.spec.log === "view" ? this.view.scale === "log" : Boolean(this.spec.log);
  }

  /** Takes the values of a newer document. */
  replace(series, events, also) {
    this.spec.also = also;
    this.#take(series, events);
  }

  /** One sentence with the chart's result, for those who do not see it. */
  #describe() {
    const { spec, series, view, plot } = this;
    if (!spec.title) return;
    const told = series.map(({ label, values, format }) => {
      const last = values.findLastIndex((value) => value != null);
      return last < 0 ? `${label} absent` : `${label} ends at ${format(values[last])}`;
    });
    const best = view.best == null ? "" : `; best epoch ${view.best}`;
    plot.setAttribute("aria-label",
      `${spec.title} over epochs ${view.epochs[0]} to ${view.epochs.at(-1)}: ${told.join(", ")}${best}`);
  }

  draw() {
    this.u?.destroy();
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (!width) return;
    this.scale = textScale();
    this.u = new uPlot(this.#options(width, height), this.#data(), this.plot);
    this.#pointer(this.u.over);
    this.#read();
  }

  #data() {
    const { view } = this;
    const seams = new Set(this.events.filter(({ kind }) => kind === "seam")
      .map(({ first }) => view.epochs.indexOf(first)));
    const shown = this.series.filter(({ hidden }) => !hidden).flatMap(({ values }) => values);
    this.leftOut = this.log ? shown.filter((value) => value != null && value <= 0).length : 0;
    const visible = (values) =>
      this.log ? values.map((v) => (v != null && v <= 0 ? null : v)) : values;
    const reach = this.spec.smooth === false ? 0 : view.smoothing;
    const lines = this.series.map(({ values }) => visible(smoothed(values, reach, seams)));
    const raw = reach ? this.series.map(({ values }) => visible(values)) : [];
    return [view.xs, ...lines, ...raw];
  }

  #options(width, height) {
    const { view, spec } = this;
    return {
      width,
      height,
      padding: (spec.bare ? [6, 6, 6, 6] : spec.padding ?? [8, 12, 0, 0]).map((px) => px * this.scale),
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
      scales: {
        x: { time: false, range: () => view.range },
        y: { distr: this.log ? 3 : 1, range: (u, low, high) => this.#range(low, high) },
      },
      axes: spec.bare
        ? [{ show: false }, { show: false }]
        : [xAxis(view, spec.xLabels), yAxis({ ...spec, log: this.log })],
      series: [{}, ...this.#lines()],
      bands: spec.bands?.() ?? [],
      plugins: [marksPlugin(this)],
      hooks: { setSelect: [(u) => this.#selected(u)] },
    };
  }

  #lines() {
    const line = (one, stroke, width) => ({
      label: one.label,
      show: !one.hidden,
      auto: one.setsAxis !== false,
      stroke,
      width,
      dash: one.dash,
      spanGaps: false,
      points: { show: false, size: 4, width: 0, fill: stroke, filter: isolated },
    });
    const faint = this.spec.smooth !== false && this.view.smoothing > 0;
    return [
      ...this.series.map((one) => line(one, () => color(one.color), one.width ?? 1.75)),
      ...(faint ? this.series.map((one) => line(one, () => faded(one.color, 0.42), 1)) : []),
    ];
  }

  #range(low, high) {
    if (low == null) return this.log ? [0.1, 1] : [0, 1];
    if (this.log) return low === high ? [low / 2, high * 2] : [low / 1.15, high * 1.15];
    if (this.spec.ends) return low === high ? [low - 0.5, low + 0.5] : [low, high];
    if (this.spec.zero && low >= 0) {
      return [0, Math.max(high, this.spec.level?.value ?? 0) * 1.06 || 1];
    }
    const pad = (high - low) * 0.06 || Math.abs(high) * 0.05 || 1;
    return [low - pad, high + pad];
  }

  #selected(u) {
    const { left, width } = u.select;
    if (width < 4) return;
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.view.zoom([u.posToVal(left, "x"), u.posToVal(left + width, "x")]);
  }

  #pointer(over) {
    over.addEventListener("mousemove", () => {
      const index = this.u.cursor.idx;
      if (index != null) this.view.hover(this.view.epochs[index]);
    });
    over.addEventListener("mouseleave", () => this.view.hover(null));
    over.addEventListener("dblclick", () => this.view.zoom(null));
  }

  #zoom() {
    const [min, max] = this.view.range;
    this.u?.setScale("x", { min, max });
    this.#read();
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (!this.u || this.scale !== textScale()) this.draw();
    else if (width && (this.u.width !== width || this.u.height !== height)) {
      this.u.setSize({ width, height });
    }
  }

  /** Puts the line at the epoch read and its values into the legend. */
  #read() {
    const { view, u } = this;
    if (u) {
      const left = view.pointed ? u.valToPos(view.position(view.read), "x") : -10;
      u.setCursor({ left, top: 0 }, false);
    }
    this.legend?.read();
  }

  /** Draws anew after lines were hidden or shown. */
  hide() {
    this.legend?.hidden();
    this.draw();
  }
}

/** Indexes of values with none beside them: a line cannot show those. */
function isolated(u, seriesIndex) {
  const values = u.data[seriesIndex];
  const found = [];
  const beside = (i, step) => {
    let at = i + step;
    while (at >= 0 && at < values.length && values[at] === undefined) at += step;
    return values[at];
  };
  values.forEach((value, i) => {
    if (value != null && beside(i, -1) == null && beside(i, 1) == null) found.push(i);
  });
  return found.length ? found : null;
}
