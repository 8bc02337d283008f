/** The `source` of the events that *alert* puts on its bus. */
export const EVENT_SOURCE = 'namespace-sentinel';
