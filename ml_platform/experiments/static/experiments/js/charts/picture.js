/* A card as a PNG: its canvases, texts and vector shapes, painted where they stand. */
import { color, font } from "../lib/palette.js";

const SCALE = 2;
const EDGE = 16;
const LEFT_OUT = ".card-tools, input, details, [aria-pressed=false], .linklike, .u-select, [hidden]";
const SHAPES = "rect, line, path, circle, text";
const CHOICES = "select:not([data-series-choice])"; // a chosen series is the card's title

/** Returns a PNG of what the card shows now, twice as large as on the screen. */
export function pictureOf(card) {
  const bounds = card.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(bounds.width * SCALE);
  canvas.height = Math.ceil(bounds.height * SCALE);
  const pen = canvas.getContext("2d");
  pen.scale(SCALE, SCALE);
  pen.fillStyle = color("surface");
  pen.fillRect(0, 0, bounds.width, bounds.height);
  pen.translate(-bounds.left, -bounds.top);
  for (const node of shownIn(card, "canvas")) {
    const place = node.getBoundingClientRect();
    if (node.width) pen.drawImage(node, place.left, place.top, place.width, place.height);
  }
  for (const shape of shownIn(card, SHAPES)) paint(pen, shape);
  for (const text of texts(card)) write(pen, text);
  pen.letterSpacing = "0px";
  pen.font = font(11);
  pen.fillStyle = color("ink3");
  pen.fillText(document.title, bounds.left + EDGE, bounds.bottom - EDGE);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

const shownIn = (card, what) => [...card.querySelectorAll(what)].filter((node) => !node.closest(LEFT_OUT));

/** Paints a shape of an SVG in its own coordinates. */
function paint(pen, shape) {
  const matrix = shape.getScreenCTM();
  if (!matrix || shape.localName === "text") return;
  const style = getComputedStyle(shape);
  const path = outline(shape);
  pen.save();
  pen.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f);
  pen.lineWidth = parseFloat(style.strokeWidth);
  pen.setLineDash(style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(",").map(parseFloat));
  if (style.stroke !== "none") {
    pen.strokeStyle = style.stroke;
    pen.stroke(path);
  }
  if (style.fill !== "none" && shape.localName !== "line") {
    pen.fillStyle = style.fill;
    pen.fill(path);
  }
  pen.restore();
}

function outline(shape) {
  if (shape.localName === "path") return new Path2D(shape.getAttribute("d"));
  const path = new Path2D();
  const at = (name) => shape[name].baseVal.value;
  if (shape.localName === "rect") path.rect(at("x"), at("y"), at("width"), at("height"));
  if (shape.localName === "circle") path.arc(at("cx"), at("cy"), at("r"), 0, 2 * Math.PI);
  if (shape.localName === "line") {
    path.moveTo(at("x1"), at("y1"));
    path.lineTo(at("x2"), at("y2"));
  }
  return path;
}

/** Every piece of text with the box it stands in, line by line; what is chosen, too. */
function* texts(card) {
  for (const select of shownIn(card, CHOICES)) {
    const { left, top, height } = select.getBoundingClientRect();
    const style = getComputedStyle(select);
    const box = new DOMRect(left + parseFloat(style.paddingLeft), top, 0, height);
    if (select.selectedOptions[0]) yield { text: select.selectedOptions[0].text, box, style, ink: style.color };
  }
  const walk = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest(LEFT_OUT)) continue;
    for (const word of node.data.matchAll(/\S+/g)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const [box] = range.getClientRects();
      const style = getComputedStyle(node.parentElement);
      const ink = node.parentElement instanceof SVGElement ? style.fill : style.color;
      if (box?.width > 1) yield { text: word[0], box, style, ink };
    }
  }
}

function write(pen, { text, box, style, ink }) {
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = ink;
  pen.textBaseline = "middle";
  pen.letterSpacing = "0px"; // a canvas has no tabular figures: each word takes its box's width
  if (box.width) pen.letterSpacing = `${(box.width - pen.measureText(text).width) / text.length}px`;
  pen.fillText(text, box.left, box.top + box.height / 2);
}
