/* A canvas that fills its place at the screen's own resolution.

   Its unit is a px at the usual size of text: where text is twice as large, two px, so
   that all that is drawn grows with it. */
import { color, font, textScale } from "../lib/palette.js";

/** Empties `place` into a fresh canvas; returns its pen, and its size in the pen's units. */
export function canvasIn(place) {
  let canvas = place.querySelector("canvas");
  if (!canvas) {
    canvas = document.createElement("canvas");
    place.replaceChildren(canvas);
  }
  const { clientWidth, clientHeight } = place;
  canvas.width = Math.round(clientWidth * devicePixelRatio);
  canvas.height = Math.round(clientHeight * devicePixelRatio);
  canvas.style.width = `${clientWidth}px`;
  canvas.style.height = `${clientHeight}px`;
  const unit = textScale();
  const [width, height] = [clientWidth / unit, clientHeight / unit];
  const pen = canvas.getContext("2d");
  pen.setTransform(devicePixelRatio * unit, 0, 0, devicePixelRatio * unit, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = font(11);
  pen.fillStyle = color("ink3");
  return { canvas, pen, width, height };
}

/** Returns where a pointer is over `place`, in the units of its canvas. */
export function pointIn(place, { clientX, clientY }) {
  const { left, top } = place.getBoundingClientRect();
  const unit = textScale();
  return [(clientX - left) / unit, (clientY - top) / unit];
}

export function line(pen, x1, y1, x2, y2, stroke, width = 1, dash = []) {
  pen.save();
  pen.strokeStyle = stroke;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
  pen.restore();
}

export function label(pen, text, x, y, { align = "left", ink = "ink3", weight = 400 } = {}) {
  pen.save();
  pen.font = font(11, weight);
  pen.fillStyle = color(ink);
  pen.textAlign = align;
  pen.textBaseline = "middle";
  pen.fillText(text, x, y);
  pen.restore();
}
