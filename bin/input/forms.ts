import { auditDocuments } from './forms/audit-documents.ts';
import { auditLines } from './forms/audit-lines.ts';
import { eventList } from './forms/event-list.ts';
import { exportLines } from './forms/export-lines.ts';
import { insights } from './forms/insights.ts';
import { logEvents } from './forms/log-events.ts';
import { subscription } from './forms/subscription.ts';
import type { InputForm } from './input.ts';

/** The forms that are read, by the first one that matches; the last one matches anything. */
export const FORMS: readonly InputForm[] = [
  subscription,
  eventList,
  logEvents,
  insights,
  auditDocuments,
  exportLines,
  auditLines,
];
