/**
 * The report of an alert, and that of a follow-up: one HTML file that a person opens in a browser, reads on a phone, or prints. It holds all
 * evidence, loads nothing, and runs no script.
 */

import type { Alert } from '../../contract/alert.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import type { StateMachineArns } from '../state-machine-arns.ts';
import { containmentModelOf } from './containment-model.ts';
import { renderContainment } from './containment-template.ts';
import { modelOf } from './model.ts';
import { render } from './template.ts';
import type { ReportLimits } from './view.ts';

/** A report is never larger, whatever the evidence. */
export const MAX_REPORT_BYTES = 1024 * 1024;

/** How much is shown, until the report is small enough. */
const LIMITS: readonly ReportLimits[] = [
  { text: 600, sentence: 1_500, rows: 50 },
  { text: 200, sentence: 600, rows: 30 },
  { text: 80, sentence: 300, rows: 8 },
  { text: 80, sentence: 200, rows: 0 },
];

/** @param readers ARN of the policy of those who may read it @returns an HTML document of at most {@link MAX_REPORT_BYTES} */
export const reportOf = (alert: Alert, readers?: string): string =>
  withinLimit((limits) => render(modelOf(alert, limits, readers)));

/**
 * The report of what a playbook did or asks, in a file of its own: what is in the archive is never written again.
 *
 * @param firstReport where that of the alert is kept
 * @param readers ARN of the policy of those who may read it
 */
export const containmentReportOf = (
  followUp: FollowUp,
  playbooks: StateMachineArns,
  firstReport?: string,
  readers?: string,
): string =>
  withinLimit((limits) => renderContainment(containmentModelOf(followUp, playbooks, limits, firstReport, readers)));

function withinLimit(draw: (limits: ReportLimits) => string): string {
  let html = '';
  for (const limits of LIMITS) {
    html = draw(limits);
    if (Buffer.byteLength(html) <= MAX_REPORT_BYTES) return html;
  }
  return html;
}
