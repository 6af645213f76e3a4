/** Keeps the app's own files, and what the reader has read, for when there is no network. */
declare const self: ServiceWorkerGlobalScope & { __BUILD__: { url: string; revision: string | null }[] };

import { ExpirationPlugin } from "workbox-expiration";
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { NetworkFirst } from "workbox-strategies";

import { ofOneSession } from "./shared/worker_answers";

const DAY = 86_400;
const PATIENCE = 4; // seconds until what was read before is shown instead
const SECRET = /\/api\/v1\/(auth|desk)\b/;

const isRead = (request: Request, url: URL) =>
  request.method === "GET" && url.pathname.startsWith("/api/v1/") && !SECRET.test(url.pathname);
const isPrivate = (request: Request) => request.headers.has("Authorization");
/** A conditional request is answered by 304, which is nothing to keep: but it may hear that what is kept is gone. */
const isPlain = (request: Request) => !request.headers.has("If-None-Match");

/** An answer of before, with when it was read. */
function ofBefore(kept: Response | undefined): Response | undefined {
  if (!kept) return undefined;
  const headers = new Headers(kept.headers);
  headers.set("X-Read-At", headers.get("Date") ?? "");
  return new Response(kept.body, { status: kept.status, headers });
}
const dated = { cachedResponseWillBeUsed: async ({ cachedResponse }: { cachedResponse?: Response }) => ofBefore(cachedResponse) };

/** What was withdrawn or hidden is not shown any more, without network either. */
async function forgetGone(cacheName: string, request: Request, response: Response): Promise<Response> {
  if ([404, 410].includes(response.status)) await (await caches.open(cacheName)).delete(request, { ignoreVary: true });
  return response;
}
const withdrawn = (cacheName: string) => ({
  fetchDidSucceed: ({ request, response }: { request: Request; response: Response }) => forgetGone(cacheName, request, response),
});

/** Pictures are asked for again, as one may be hidden, and the right to show one end; they have room beside what is read. */
const shown = (cacheName: string, maxEntries: number) =>
  new NetworkFirst({
    cacheName,
    networkTimeoutSeconds: PATIENCE,
    matchOptions: { ignoreVary: true },
    plugins: [new ExpirationPlugin({ maxEntries, maxAgeSeconds: 14 * DAY }), withdrawn(cacheName)],
  });
const ofCases = shown("pictures", 60);
const ofArticles = shown("article-pictures", 150);
/** Emptied when the session ends: until then it holds one person's answers. */
const session = ofOneSession(() => caches.delete("private"));
const own = new NetworkFirst({
  cacheName: "private",
  networkTimeoutSeconds: PATIENCE,
  matchOptions: { ignoreVary: true },
  plugins: [session.plugin, new ExpirationPlugin({ maxEntries: 80, maxAgeSeconds: 7 * DAY }), withdrawn("private"), dated],
});
const everyones = new NetworkFirst({
  cacheName: "public",
  networkTimeoutSeconds: PATIENCE,
  matchOptions: { ignoreVary: true },
  plugins: [
    new ExpirationPlugin({ maxEntries: 200, maxAgeSeconds: 14 * DAY }),
    withdrawn("public"),
    dated,
    // Without network nobody can prove who he is, but what he read is still his until he signs out.
    { handlerDidError: async ({ request }) => ofBefore(await caches.match(request, { cacheName: "private", ignoreVary: true })) },
  ],
});

precacheAndRoute(self.__BUILD__);
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL("/index.html"), { denylist: [/^\/(api|desk|docs|feeds|healthz|readyz|openapi|sitemap)/] }),
);
registerRoute(
  ({ url }) => url.pathname.startsWith("/api/v1/media/"),
  async (context) => (isPrivate(context.request) ? fetch(context.request) : ofCases.handle(context)),
);
registerRoute(
  ({ request, url }) => url.pathname.startsWith("/api/v1/article-pictures/") && !isPrivate(request),
  (context) => ofArticles.handle(context),
);
registerRoute(
  ({ request, url }) => isRead(request, url) && isPlain(request),
  async (context) => (isPrivate(context.request) ? own : everyones).handle(context),
);
registerRoute(
  ({ request, url }) => isRead(request, url) && !isPlain(request),
  async ({ request }) => forgetGone(isPrivate(request) ? "private" : "public", request, await fetch(request)),
);

self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
  if (event.data === "left") event.waitUntil(session.left());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
