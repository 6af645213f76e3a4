/** Times as people say them, always by the clock of Beijing, wherever the phone is. */

const ZONE = "Asia/Shanghai";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAY_FORMAT = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, dateStyle: "short" });
const PARTS = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** "11月3日 18:00"; with "今天", "昨天", "明天" where that is shorter, with the year when it is another one. */
export function moment(iso: string, now = new Date()): string {
  const { day, clock } = split(iso, now);
  return `${day} ${clock}`;
}

/** The day alone: "今天", "11月3日", "2025年11月3日". */
export function day(iso: string, now = new Date()): string {
  return split(iso, now).day;
}

/** How long ago: "刚刚", "5分钟前", "3小时前", then the day. */
export function ago(iso: string, now = new Date()): string {
  const passed = now.getTime() - new Date(iso).getTime();
  if (passed < MINUTE) return "刚刚";
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)}分钟前`;
  if (passed < 12 * HOUR) return `${Math.floor(passed / HOUR)}小时前`;
  return day(iso, now);
}

/** What is left until then: "还剩3小时", or "已超2天". */
export function left(iso: string, now = new Date()): string {
  const rest = new Date(iso).getTime() - now.getTime();
  return rest >= 0 ? `还剩${span(rest)}` : `已超${span(-rest)}`;
}

/** How long a span is, in its largest unit that counts: "40分钟", "5小时", "3天". */
export function span(milliseconds: number): string {
  if (milliseconds < HOUR) return `${Math.max(1, Math.floor(milliseconds / MINUTE))}分钟`;
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)}小时`;
  return `${Math.floor(milliseconds / DAY)}天`;
}

function split(iso: string, now: Date): { day: string; clock: string } {
  const at = new Date(iso);
  const parts = Object.fromEntries(PARTS.formatToParts(at).map((part) => [part.type, part.value]));
  const apart = Math.round((Date.parse(DAY_FORMAT.format(at)) - Date.parse(DAY_FORMAT.format(now))) / DAY);
  const near = new Map([[-1, "昨天"], [0, "今天"], [1, "明天"]]).get(apart);
  const sameYear = DAY_FORMAT.format(at).slice(0, 4) === DAY_FORMAT.format(now).slice(0, 4);
  const date = `${sameYear ? "" : `${parts.year}年`}${Number(parts.month)}月${Number(parts.day)}日`;
  return { day: near ?? date, clock: `${parts.hour}:${parts.minute}` };
}
