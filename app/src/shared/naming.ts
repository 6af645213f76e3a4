/** What the app is called in this district; the gateway writes it into the page. */
export const appName = document.querySelector<HTMLMetaElement>('meta[name="application-name"]')?.content ?? "";

/** The size of a file as people say it. */
export function megabytes(bytes: number): string {
  const size = bytes / (1024 * 1024);
  return size < 0.1 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${size < 10 ? size.toFixed(1).replace(/\.0$/, "") : Math.round(size)} MB`;
}
