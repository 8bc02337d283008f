/** A connection that is measured: what its end in our hands saw, and when. */
import { readFileSync } from 'node:fs';
import type { Processes } from '../processes.ts';

export interface ChannelEvent {
  /** RFC 3339 with milliseconds, by the clock of the machine. */
  at: string;
  event: 'listening' | 'opened' | 'received' | 'closed' | 'failed';
  /** The other end. */
  peer?: string;
  bytes?: number;
  /** The first 300 bytes; the other end's text, so it may be anything. */
  text?: string;
  why?: string;
}

/** Lines of events; a line that is cut or is something else is left out. */
export const eventsIn = (text: string): ChannelEvent[] =>
  text.split('\n').flatMap((line) => {
    try {
      const event = JSON.parse(line);
      return typeof event?.at === 'string' && typeof event.event === 'string' ? [event as ChannelEvent] : [];
    } catch {
      return [];
    }
  });

/** One process of `go/node` that listens, dials or watches a program, with its log. */
export class Channel {
  readonly name: string;
  readonly #processes: Processes;

  constructor(processes: Processes, name: string) {
    this.#processes = processes;
    this.name = name;
  }

  events(): ChannelEvent[] {
    return eventsIn(readFileSync(this.#processes.log(this.name), 'utf8'));
  }

  /** When bytes of the other end arrived last; undefined when none did. */
  lastByte(): Date | undefined {
    const last = this.events().findLast(({ event }) => event === 'received');
    return last && new Date(last.at);
  }

  /** Waits for an event that is wanted. @throws ProcessError when there is none in time, or the process ends before */
  async until(
    what: string,
    wanted: (event: ChannelEvent) => boolean,
    { after = new Date(0), timeoutMs = 30_000 } = {},
  ): Promise<ChannelEvent> {
    const find = () => this.events().find((event) => new Date(event.at) >= after && wanted(event));
    await this.#processes.until(async () => find() !== undefined, {
      what: `${this.name}: ${what}`,
      process: this.name,
      timeoutMs,
    });
    return find() as ChannelEvent;
  }

  /** Waits for bytes that arrive from now on. */
  async flows(timeoutMs = 30_000): Promise<ChannelEvent> {
    return this.until('bytes arrive', ({ event }) => event === 'received', { after: new Date(), timeoutMs });
  }

  async stop(): Promise<void> {
    await this.#processes.stop(this.name);
  }
}

/** Behaviour of an end of a connection. */
export interface ChannelOptions {
  network?: 'tcp' | 'udp';
  /** Sent as a line again and again; `{n}` is the number of the line. */
  send?: string;
  /** Pause between two sends, milliseconds; default one second. */
  everyMs?: number;
  /** Sends back what comes. */
  echo?: boolean;
  /** For `dial`: a new connection after this pause, for ever, each with one answer; default: one connection that stays. */
  againMs?: number;
  /** For `dial`: an attempt is given up after this, milliseconds; default two seconds. */
  timeoutMs?: number;
}

/** Arguments of `node listen` and `node dial`, on the machine and in a pod alike. */
export function channelArguments(options: ChannelOptions): string[] {
  const { network, send, everyMs, echo, againMs, timeoutMs } = options;
  return [
    ...(network ? [`-network=${network}`] : []),
    ...(send ? [`-send=${send}`] : []),
    ...(everyMs ? [`-every=${everyMs}ms`] : []),
    ...(echo ? ['-echo'] : []),
    ...(againMs ? [`-again=${againMs}ms`] : []),
    ...(timeoutMs ? [`-timeout=${timeoutMs}ms`] : []),
  ];
}
