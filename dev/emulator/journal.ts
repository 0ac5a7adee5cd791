// What went over the wire lately: for tests that look at it and for the console that shows it.
import type { IncomingHttpHeaders } from 'node:http';

const KEPT = 500;

export interface JournalEntry {
  method: string;
  /** Path and query as they came. */
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** What was answered; absent while no answer was given. */
  status?: number;
  answer?: string;
  /** Kind of the fault that befell the call. */
  fault?: string;
}

export class Journal {
  #entries: JournalEntry[] = [];
  /** All entries ever, those no longer kept included. */
  total = 0;

  add(entry: JournalEntry): JournalEntry {
    this.total += 1;
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#entries.shift();
    return entry;
  }

  /** The latest entries, oldest first, of calls whose path starts with `prefix`. */
  entries(prefix = '/'): JournalEntry[] {
    return this.#entries.filter(({ target }) => target.startsWith(prefix));
  }

  clear(): void {
    this.#entries = [];
    this.total = 0;
  }
}
