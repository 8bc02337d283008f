/** How an event begins that the API server wrote: such a line needs no search. */
const EVENT_START = '{"kind":"Event","apiVersion":"audit.k8s.io/';
/** Where this stands more than once, there may be more than one event. A client's text has its quotes escaped. */
const AUDIT_ID = '"auditID":"';

/** Whether a line is one event, as the API server wrote it. */
export const isPlainEvent = (line: string): boolean =>
  line.startsWith(EVENT_START) && line.endsWith('}') && line.indexOf(AUDIT_ID, line.indexOf(AUDIT_ID) + 1) < 0;
