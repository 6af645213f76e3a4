/** What the app is called in this district; the gateway writes it into the page. */
export const appName = document.querySelector<HTMLMetaElement>('meta[name="application-name"]')?.content ?? "";
