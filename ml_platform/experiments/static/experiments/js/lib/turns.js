/* What is in view is drawn first, all else in turns, so that the page answers between. */

const inView = (place) => {
  const { top, height } = place.getBoundingClientRect();
  return top < innerHeight && top + height > 0;
};
const nextTurn = () => new Promise((done) => { setTimeout(done); });
const nextFrame = () => new Promise((done) => { requestAnimationFrame(done); });

/** A frame begins before it is painted, so the second one finds the first on the screen. */
async function onScreen() {
  await nextFrame();
  await nextFrame();
}

/** Returns an act that asks when it is first called and gives that answer from then on. */
export function once(ask) {
  let answer = null;
  return () => {
    if (!answer) {
      answer = ask();
      answer.catch(() => {}); // who awaits it says what went wrong
    }
    return answer;
  };
}

/**
 * Does every act, those of places in view at once and the others one a turn.
 *
 * @param {[HTMLElement, () => (void | Promise<void>)][]} parts - in the page's order.
 * @param {() => void} onView - told when what is in view is done.
 */
export async function inTurns(parts, onView) {
  const seen = parts.filter(([place]) => inView(place));
  await Promise.all(seen.map(([, act]) => act()));
  onView();
  if (!document.hidden) await onScreen(); // a hidden page has no frames
  const begun = [];
  for (const part of parts) {
    if (seen.includes(part)) continue;
    await nextTurn();
    begun.push(part[1]());
  }
  await Promise.all(begun);
}
