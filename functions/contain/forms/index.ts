import type { Form } from './form.ts';
import { ingress } from './ingress.ts';
import { service } from './service.ts';

/** What *isolate* changes: what leads traffic into the namespace. */
export const NETWORK_FORMS: readonly Form[] = [service, ingress];

/** What *remove* changes: what makes pods. In the order in which it is done: owners first. */
export const WORKLOAD_FORMS: readonly Form[] = [];
