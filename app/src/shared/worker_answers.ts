/** What the app's worker keeps of one person's answers: none that comes, or is put away, when he has left. */
import type { NetworkFirst } from "workbox-strategies";

type Plugin = NonNullable<NonNullable<ConstructorParameters<typeof NetworkFirst>[0]>["plugins"]>[number];

/** For a cache that `empty` empties: the plugin that watches over it, and what to call when its person leaves. */
export function ofOneSession(empty: () => Promise<unknown>): { plugin: Plugin; left: () => Promise<unknown> } {
  let leftAt = -Infinity;
  const isOver = (state: { began?: number } | undefined) => (state?.began ?? 0) <= leftAt;
  return {
    left: () => {
      leftAt = performance.now();
      return empty();
    },
    plugin: {
      handlerWillStart: async ({ state }) => {
        if (state) state.began = performance.now();
      },
      cacheWillUpdate: async ({ response, state }) => (response.status === 200 && !isOver(state) ? response : null),
      cacheDidUpdate: async ({ state }) => {
        if (isOver(state)) await empty(); // it was being put away while he left
      },
    },
  };
}
