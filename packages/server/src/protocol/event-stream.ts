/*
 * Server-sent events as text (WHATWG HTML §9.2). It knows nothing of what is sent.
 */

/** One event of a stream. */
export interface StreamEvent {
  /** What the reader sends back as `Last-Event-ID`. */
  readonly id?: number | string | undefined;
  /** The kind of event; `message` when absent. */
  readonly event?: string | undefined;
  /** May have several lines; every line end reaches the reader as a line feed. */
  readonly data: string;
  /** Milliseconds after which the reader connects again. */
  readonly retry?: number | undefined;
}

/**
 * The text of one event (WHATWG HTML §9.2.6), blank line included. No value can begin a field or an event of its
 * own: throws RangeError for a line end in `id` or `event`, for NUL in `id` (readers ignore such an id), and for a
 * `retry` that is not a whole number of milliseconds.
 */
export function eventText({ id, event, data, retry }: StreamEvent): string {
  let text = '';
  if (retry !== undefined) {
    if (!Number.isSafeInteger(retry) || retry < 0) throw new RangeError('retry is not whole milliseconds');
    text += `retry: ${retry}\n`;
  }
  if (id !== undefined) text += `id: ${oneLine('id', String(id))}\n`;
  if (event !== undefined) text += `event: ${oneLine('event', event)}\n`;
  for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return `${text}\n`;
}

function oneLine(field: string, text: string): string {
  if (/[\0\r\n]/.test(text)) throw new RangeError(`${field} has a line end or NUL`);
  return text;
}

/**
 * The number in a `Last-Event-ID` header (WHATWG HTML §9.2.4), or undefined unless it is a positive integer up to
 * 2^53−1 in plain decimal digits.
 */
export function parseLastEventId(text: string | null): number | undefined {
  if (text === null || !/^[1-9]\d{0,15}$/.test(text)) return undefined;
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : undefined;
}
