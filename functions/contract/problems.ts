/**
 * What a person has to do something about, by what there is to do: the values of the dimension `problem` of the metric
 * `Problem`, and the function that counts each. Nothing is counted while there is nothing: a metric costs for each hour in which
 * it is written.
 */
export const PROBLEMS = {
  /** An alert, a further look or a digest did not come about in all tries. */
  'alert-missing': 'watch',
  /** It is not known any more which namespaces were there before a cluster was watched. */
  'stock-lost': 'watch',
  /** Events came in of an account or Region that the configuration does not name. */
  'source-not-configured': 'detect',
  /** An alert went out without investigation, or without its copy in the evidence bucket. */
  'alert-incomplete': 'alert',
  /** The severity of an alert is not known, because limits kept weighty questions from being asked. */
  'severity-limited': 'alert',
  /** Isolation should have started by itself, and did not. */
  'isolation-not-started': 'alert',
} as const satisfies Record<string, 'alert' | 'detect' | 'watch'>;

export type Problem = keyof typeof PROBLEMS;

/** The name of the metric, in the namespace `NamespaceSentinel`. */
export const PROBLEM_METRIC = 'Problem';
