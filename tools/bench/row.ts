/** One line of the table: the same work done by us and by a peer, in one run. */
export interface Row {
  /** Which benchmark it belongs to. */
  bench: string;
  work: string;
  unit: 'ms' | 's' | 'kB' | '$ a month';
  /** Absent where it was never measured on this machine. */
  ours?: number;
  /** Absent where ours is told alone. */
  peer?: Peer;
  /** The most that ours may be of the peer's; nothing is promised where it is absent. */
  goal?: number;
  /** The most that ours may be, where it has no peer. */
  most?: number;
  /** Whatever ours does, it cannot be below this; where it is known. */
  limit?: number;
}

/** What people would use instead. */
interface Peer {
  name: string;
  /** In the unit of the row; absent where the peer is not on this machine. */
  value?: number;
}

/** A benchmark: it runs for seconds to minutes. */
export interface Bench {
  name: string;
  /** One line for `--help`. */
  about: string;
  /** Run only where it is named: it takes minutes, or builds what the others do without. */
  apart?: true;
  /** @param tell what is being measured, for somebody who waits */
  run(tell: (what: string) => void): Promise<Row[]> | Row[];
}
