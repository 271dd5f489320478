/* Draws on a line chart's canvas: bands, uprights, rings, triangles and words.

   Positions across are epochs where the name says so, all others canvas pixels; `unit` is
   how many of these a px is at the reader's size of text. */
import { color, faded, font, textScale } from "../lib/palette.js";

/** Returns a pen for a uPlot chart; each call leaves the canvas' state as it was. */
export function penFor(u, view) {
  const { ctx, bbox } = u;
  const unit = devicePixelRatio * textScale();
  const clipped = (draw) => {
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    draw();
    ctx.restore();
  };
  const x = (epoch) => u.valToPos(view.position(epoch), "x", true);
  const setFont = () => { ctx.font = font(11 * unit); };
  return {
    unit,
    x,
    band: (first, last, fill) => clipped(() => {
      ctx.fillStyle = fill;
      ctx.fillRect(x(first), bbox.top, x(last) - x(first), bbox.height);
    }),
    upright: (epoch, stroke, dash) => clipped(() => {
      ctx.strokeStyle = stroke;
      ctx.lineWidth = unit;
      ctx.setLineDash(dash.map((part) => part * unit));
      ctx.beginPath();
      ctx.moveTo(Math.round(x(epoch)) + 0.5, bbox.top);
      ctx.lineTo(Math.round(x(epoch)) + 0.5, bbox.top + bbox.height);
      ctx.stroke();
    }),
    bar: (left, middle, fill) => {
      ctx.fillStyle = fill;
      ctx.fillRect(left, middle - 5 * unit, 2.5 * unit, 10 * unit);
    },
    flat: (y, stroke) => clipped(() => {
      ctx.strokeStyle = stroke;
      ctx.lineWidth = 1.5 * unit;
      ctx.setLineDash([]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }),
    ring: (cx, cy, stroke) => {
      ctx.save();
      ctx.setLineDash([]);
      ctx.beginPath();
      ctx.arc(cx, cy, 4.5 * unit, 0, 2 * Math.PI);
      ctx.fillStyle = color("surface");
      ctx.fill();
      ctx.strokeStyle = stroke;
      ctx.lineWidth = 1.75 * unit;
      ctx.stroke();
      ctx.restore();
    },
    triangle: (cx, cy, size, up, filled, paint) => {
      const flip = up ? -1 : 1;
      ctx.save();
      ctx.setLineDash([]);
      ctx.beginPath();
      ctx.moveTo(cx - size, cy - flip * size * 0.8);
      ctx.lineTo(cx + size, cy - flip * size * 0.8);
      ctx.lineTo(cx, cy + flip * size * 0.8);
      ctx.closePath();
      ctx.fillStyle = filled ? paint : color("surface");
      ctx.fill();
      ctx.strokeStyle = paint;
      ctx.lineWidth = 1.5 * unit;
      ctx.stroke();
      ctx.restore();
    },
    width: (text) => {
      setFont();
      return ctx.measureText(text).width;
    },
    text: (text, left, middle, fill) => {
      ctx.save();
      ctx.setLineDash([]);
      setFont();
      ctx.textBaseline = "middle";
      ctx.textAlign = "left";
      ctx.lineWidth = 3 * unit;
      ctx.strokeStyle = faded("surface", 0.85);
      ctx.strokeText(text, left, middle);
      ctx.fillStyle = fill;
      ctx.fillText(text, left, middle);
      ctx.restore();
    },
  };
}
