/* A canvas that fills its place at the screen's own resolution. */
import { color, font } from "../lib/palette.js";

/** Empties `place` into a fresh canvas and returns its pen, sized in CSS px. */
export function canvasIn(place) {
  let canvas = place.querySelector("canvas");
  if (!canvas) {
    canvas = document.createElement("canvas");
    place.replaceChildren(canvas);
  }
  const { clientWidth: width, clientHeight: height } = place;
  const dpr = devicePixelRatio;
  canvas.width = Math.round(width * dpr);
  canvas.height = Math.round(height * dpr);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.setTransform(dpr, 0, 0, dpr, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = font(11);
  pen.fillStyle = color("ink3");
  return { canvas, pen, width, height };
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
