/**
 * Datapoints of a metric, and metric math over them: as much of it as our alarms use. SIMULATED, as `state.ts`. *Metric math* is
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */

/** One datapoint for each period, the oldest first; undefined where there is none. */
export type Series = readonly (number | undefined)[];

/** What was written of a metric at an instant, in epoch milliseconds. */
export interface Point {
  at: number;
  value: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const STATISTICS: Record<string, (values: readonly number[]) => number> = {
  Sum: sum,
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  SampleCount: (values) => values.length,
};

/**
 * Windows that end now: an alarm of a period of five minutes is evaluated each minute, over minutes 1 to 5, then 2 to 6 (the page
 * *states* of `state.ts`). What was written counts at its own time, however late it came.
 */
export interface Windows {
  periodMs: number;
  count: number;
  /** Epoch milliseconds. */
  until: number;
}

/** @throws for a statistic that is not among those above */
export function datapoints(points: readonly Point[], statistic: string, { periodMs, count, until }: Windows): Series {
  const of = STATISTICS[statistic];
  if (!of) throw new Error(`the twin does not know the statistic ${statistic}`);
  const windows: number[][] = Array.from({ length: count }, () => []);
  for (const { at, value } of points) {
    const age = Math.floor((until - at) / periodMs);
    if (at <= until && age < count) windows[count - 1 - age]?.push(value);
  }
  return windows.map((values) => (values.length > 0 ? of(values) : undefined));
}

type Value = number | Series | Series[];

const overPeriods = (all: readonly Series[], of: (values: readonly number[]) => number): Series =>
  (all[0] ?? []).map((_, index) => {
    const values = all.map((series) => series[index]).filter((value) => value !== undefined);
    return values.length > 0 ? of(values) : undefined;
  });

const isSeries = (value: Value): value is Series => Array.isArray(value) && !value.some(Array.isArray);
const seriesIn = (value: Value): Series[] => {
  if (typeof value === 'number') throw new Error('a number is not a metric');
  return isSeries(value) ? [value] : [...value];
};

/** Of a single metric, the functions below give one number, which cannot be the result of an expression (*metric math*, list of functions). */
const arrayIn = (value: Value): Series[] => {
  if (typeof value === 'number' || isSeries(value)) throw new Error('of a single metric, it is a number');
  return [...value];
};

/**
 * Over an array of metrics, SUM, MAX and MIN give one series (*metric math*). That they take those that have data in a period is
 * what others report; `docs/unverified.md` has it. FILL gives every period a value, the latest one too, so that what comes late has
 * the filler until it is there.
 */
const FUNCTIONS: Record<string, (args: readonly Value[]) => Series> = {
  SUM: ([metrics = []]) => overPeriods(arrayIn(metrics), sum),
  MAX: ([metrics = []]) => overPeriods(arrayIn(metrics), (values) => Math.max(...values)),
  MIN: ([metrics = []]) => overPeriods(arrayIn(metrics), (values) => Math.min(...values)),
  FILL: ([metric = [], filler]) => {
    if (typeof filler !== 'number') throw new Error('the twin fills with numbers alone');
    return seriesIn(metric)[0]?.map((value) => value ?? filler) ?? [];
  },
};

const TOKEN = /\s*([A-Za-z_]\w*|\d+(?:\.\d+)?|[[\](),])/gy;

/** @throws for what is not an expression of the functions above, arrays, numbers and the ids of metrics */
export function evaluate(expression: string, metrics: ReadonlyMap<string, Series>): Series {
  const tokens = [...expression.matchAll(TOKEN)];
  if (tokens.map(([text]) => text).join('') !== expression.trimEnd())
    throw new Error(`the twin does not understand the metric math ${expression}`);
  const words = tokens.map(([, word = '']) => word);
  const take = (wanted?: string): string => {
    const word = words.shift();
    if (word === undefined || (wanted !== undefined && word !== wanted))
      throw new Error(`the twin does not understand the metric math ${expression}`);
    return word;
  };
  const list = (end: string): Value[] => {
    const values = [value()];
    while (words[0] === ',') {
      take(',');
      values.push(value());
    }
    take(end);
    return values;
  };
  function value(): Value {
    const word = take();
    if (word === '[') return list(']').flatMap(seriesIn);
    if (/^\d/.test(word)) return Number(word);
    const metric = metrics.get(word);
    if (metric) return metric;
    const called = FUNCTIONS[word];
    if (!called) throw new Error(`the twin does not know ${word} of the metric math ${expression}`);
    take('(');
    return called(list(')'));
  }
  const [result] = seriesIn(value());
  if (words.length > 0 || !result) throw new Error(`the twin does not understand the metric math ${expression}`);
  return result;
}
