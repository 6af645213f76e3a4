/** What this browser calls itself, so that one device does not file without end under many names. Random, and no more than that. */
const KEPT = "device";

/** The header that names the device; none where nothing can be kept, as in some private windows. */
export function device(): { "X-Device-Id"?: string } {
  try {
    const kept = localStorage.getItem(KEPT) ?? crypto.randomUUID().replaceAll("-", "");
    localStorage.setItem(KEPT, kept);
    return { "X-Device-Id": kept };
  } catch {
    return {};
  }
}
