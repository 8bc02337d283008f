/** Told what is going on; a sentence at a time. */
export type Report = (step: string) => void;

/** Lines with the seconds since the start. */
export function timedReport(write: (line: string) => void): Report {
  const start = performance.now();
  return (step) => write(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${step}`);
}
