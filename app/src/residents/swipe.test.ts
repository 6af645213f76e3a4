import { expect, it } from "vitest";

import { useSwipe } from "./swipe";

const at = (clientX: number, clientY: number) => ({ clientX, clientY }) as Touch;
const touches = (...all: Touch[]) => ({ touches: all, changedTouches: all }) as unknown as TouchEvent;

function stroke(from: Touch[], to: Touch): number[] {
  const turned: number[] = [];
  const swipe = useSwipe((step) => turned.push(step));
  swipe.touchstart(touches(...from));
  swipe.touchend(touches(to));
  return turned;
}

it("turns to the next page by a stroke to the left, and back by one to the right", () => {
  expect(stroke([at(300, 200)], at(200, 220))).toEqual([1]);
  expect(stroke([at(100, 200)], at(200, 180))).toEqual([-1]);
});

it("is not moved by scrolling, by a tap, or by two fingers", () => {
  expect(stroke([at(300, 200)], at(220, 120))).toEqual([]);
  expect(stroke([at(300, 200)], at(260, 200))).toEqual([]);
  expect(stroke([at(300, 200), at(320, 200)], at(100, 200))).toEqual([]);
});
