import { expect, it, vi } from "vitest";

import { ofOneSession } from "./worker_answers";

type Way = Record<"handlerWillStart" | "cacheWillUpdate" | "cacheDidUpdate", (told: object) => Promise<unknown>>;

function watched() {
  const empty = vi.fn(async () => true);
  const { plugin, left } = ofOneSession(empty);
  return { empty, left, way: plugin as unknown as Way };
}

async function begun(way: Way): Promise<object> {
  const state = {};
  await way.handlerWillStart({ state });
  await new Promise((resolve) => setTimeout(resolve, 2));
  return state;
}

it("keeps what was asked for and answered in one session", async () => {
  const { way, left, empty } = watched();
  await left();
  await new Promise((resolve) => setTimeout(resolve, 2));
  const response = new Response("mine");
  expect(await way.cacheWillUpdate({ response, state: await begun(way) })).toBe(response);
  expect(empty).toHaveBeenCalledTimes(1);
});

it("keeps no answer that arrives when its person has left", async () => {
  const { way, left } = watched();
  const state = await begun(way);
  await left();
  expect(await way.cacheWillUpdate({ response: new Response("mine"), state })).toBeNull();
});

it("empties once more when an answer was being put away meanwhile", async () => {
  const { way, left, empty } = watched();
  const state = await begun(way);
  await left();
  await way.cacheDidUpdate({ state });
  expect(empty).toHaveBeenCalledTimes(2);
});

it("keeps no refusal", async () => {
  const { way } = watched();
  expect(await way.cacheWillUpdate({ response: new Response("", { status: 403 }), state: await begun(way) })).toBeNull();
});
