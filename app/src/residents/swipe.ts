/** A finger's stroke to the side, told apart from scrolling and from what scrolls sideways itself. */
const LEAST = 60; // pixels
const FLATNESS = 2; // times as far to the side as up or down

type Listeners = Record<"touchstart" | "touchend", (event: TouchEvent) => void>;

/** Listeners for the element that is stroked; `turn` is told 1 for the next page and -1 for the one before. */
export function useSwipe(turn: (step: 1 | -1) => void): Listeners {
  let from: Touch | undefined;
  return {
    touchstart: (event) => (from = event.touches.length === 1 ? event.touches[0] : undefined),
    touchend: (event) => {
      const to = event.changedTouches[0];
      if (!from || !to) return;
      const [across, along] = [to.clientX - from.clientX, to.clientY - from.clientY];
      from = undefined;
      if (Math.abs(across) >= LEAST && Math.abs(across) > FLATNESS * Math.abs(along)) turn(across < 0 ? 1 : -1);
    },
  };
}
