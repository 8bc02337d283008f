/** How much is written to log groups, so that the price of a question is known before it is asked. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Metrics of the last minutes may still be on their way. */
const LATE_MS = 15 * 60_000;

export interface LogVolumes {
  /** @throws when it cannot be read */
  of(logGroup: string, signal: AbortSignal): Promise<LogVolume>;
}

/** The volume of a log group by the hour, in bytes before compression: what a query over that time scans. */
export class LogVolume {
  /** On average. */
  readonly bytesPerDay: number;
  readonly #hours: ReadonlyMap<number, number>;
  readonly #known: { from: number; to: number };

  /**
   * @param hours bytes by the beginning of the hour, epoch milliseconds; none of an hour in which nothing was written
   * @param known the time for which it is known; epoch milliseconds
   */
  constructor(hours: ReadonlyMap<number, number>, known: { from: number; to: number }) {
    this.#hours = hours;
    this.#known = known;
    const first = Math.min(known.to, ...hours.keys());
    const sum = [...hours.values()].reduce((total, bytes) => total + bytes, 0);
    // A log that began today has not had a whole day yet.
    this.bytesPerDay = sum / Math.max(1, (known.to - first) / DAY_MS);
  }

  /** Bytes written between two instants (epoch milliseconds); an hour whose volume is not known counts as an average one. */
  between(from: number, to: number): number {
    let bytes = 0;
    for (let hour = Math.floor(from / HOUR_MS) * HOUR_MS; hour < to; hour += HOUR_MS) {
      const share = (Math.min(to, hour + HOUR_MS) - Math.max(from, hour)) / HOUR_MS;
      bytes += share * this.#of(hour);
    }
    return bytes;
  }

  #of(hour: number): number {
    const average = this.bytesPerDay / 24;
    const bytes = this.#hours.get(hour);
    if (hour < this.#known.from) return average;
    return hour + HOUR_MS + LATE_MS > this.#known.to ? Math.max(bytes ?? 0, average) : (bytes ?? 0);
  }
}
