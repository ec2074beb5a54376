/**
 * Server-sent events (WHATWG HTML §9.2.6), read as they arrive and held to a size: text in pieces, events out. It knows
 * nothing of what is sent.
 */

/** One event. */
export interface ReadEvent {
  /** The kind; `message` when the stream names none. */
  readonly event: string;
  readonly data: string;
}

/** What a stream says beside its events. */
export interface StreamListener {
  onEvent(event: ReadEvent): void;
  /** Milliseconds after which the server wants to see its reader again. */
  onRetry(milliseconds: number): void;
}

/** UTF-16 units of one line, and of the data of one event. */
const longest = { line: 16_384, data: 65_536 } as const;

/**
 * Makes a reader of one stream, to be given its text piece by piece. Reading throws RangeError for a line or an event
 * that is too long.
 */
export function createEventReader(listener: StreamListener): (piece: string) => void {
  let waiting = '';
  let atStart = true;
  let event = '';
  let data: string[] = [];
  let size = 0;

  const dispatch = (): void => {
    const told = { event: event === '' ? 'message' : event, data: data.join('\n') };
    const isEvent = data.length > 0;
    event = '';
    data = [];
    size = 0;
    if (isEvent) listener.onEvent(told);
  };
  const readLine = (line: string): void => {
    if (line === '') return dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') event = value;
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) listener.onRetry(Number(value));
    else if (field === 'data') {
      size += value.length + 1;
      if (size > longest.data) throw new RangeError('an event is too long');
      data.push(value);
    }
  };
  return (piece) => {
    waiting += atStart ? piece.replace(/^\uFEFF/, '') : piece;
    if (piece !== '') atStart = false;
    let from = 0;
    for (;;) {
      const end = lineEnd(waiting, from);
      if (!end) break;
      if (end.at - from > longest.line) throw new RangeError('a line is too long');
      readLine(waiting.slice(from, end.at));
      from = end.next;
    }
    waiting = waiting.slice(from);
    if (waiting.length > longest.line) throw new RangeError('a line is too long');
  };
}

/** Where the line that begins at `from` ends and the next begins; a CR at the very end may be half of a CRLF. */
function lineEnd(text: string, from: number): { at: number; next: number } | undefined {
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x0a) return { at, next: at + 1 };
    if (unit !== 0x0d) continue;
    if (at + 1 === text.length) return undefined;
    return { at, next: text.charCodeAt(at + 1) === 0x0a ? at + 2 : at + 1 };
  }
  return undefined;
}
