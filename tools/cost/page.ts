/** Words `docs/cost.md`. */

import { FREE_DASHBOARD_METRICS, PRICES, PRICES_READ } from '../../bin/prices.ts';
import { type Item, idleItems, isSpared, total, usageItems } from './cost.ts';
import { alarmMetrics, canaryMetrics, dashboardMetrics, logBudget, type Template } from './template.ts';
import { DELIVERIES_A_GB, LOOKS, SCANNED_DAYS, SECONDS } from './volumes.ts';

const FINDINGS = [0, 10, 100, 1000] as const;
const AUDIT_GB = [5, 50, 500] as const;

const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

const itemRows = (items: readonly Item[]): string =>
  items.map(({ what, dollars: amount }) => `| ${what} | ${dollars(amount)} |`).join('\n');

/**
 * @param one the template of a configuration that names one cluster and one address, and leaves everything else at its default
 * @param two the same with a second cluster
 */
export function costPage(one: Template, two: Template): string {
  const idle = idleItems(one);
  const cell = (findings: number, auditGb: number): string => {
    const volume = { findings, auditGb };
    return dollars(total(idle) + total(usageItems(one, volume))) + (isSpared(one, volume) ? ' *' : '');
  };
  const example = { findings: 100, auditGb: 50 };
  return `# What it costs

Made by \`npm run cost\` from the template that the example configuration synthesises to, the volumes in \`tools/cost/volumes.ts\` and
list prices of us-east-1 as of ${PRICES_READ}, without free tiers (\`bin/prices.ts\`). A test holds this page to the template.
US dollars a month; other Regions cost up to half as much again.

[While nothing happens](#while-nothing-happens) · [With findings](#with-findings) · [What it rests on](#what-it-rests-on)

## While nothing happens

| With one cluster | |
| --- | --- |
${itemRows(idle)}
| **together** | **${dollars(total(idle))}** |

- Another cluster adds ${dollars((alarmMetrics(two) - alarmMetrics(one)) * PRICES.alarmMetric + (canaryMetrics(two) - canaryMetrics(one)) * PRICES.customMetric)}.
- The dashboard has ${dashboardMetrics(one).join(', ')} metrics. It is free while it is one of the account's first three and has at
  most ${FREE_DASHBOARD_METRICS}; otherwise it costs ${dollars(PRICES.dashboard)}, and \`dashboard: false\` leaves it out.
- The key is rotated each year. KMS adds ${dollars(PRICES.key)} a month after the first rotation and again after the second, then no
  more.
- Metrics of our own, but for the canaries', are written only where there is a problem: ${dollars(PRICES.customMetric)} a month for one that is written in every
  hour.

## With findings

One cluster, a month, idle costs included. Columns: how much its audit log grows in a day.

| Findings a month | ${AUDIT_GB.map((gb) => `${gb} GB a day`).join(' | ')} |
| --- | ${AUDIT_GB.map(() => '---').join(' | ')} |
${FINDINGS.map((findings) => `| ${findings.toLocaleString('en-US')} | ${AUDIT_GB.map((gb) => cell(findings, gb)).join(' | ')} |`).join('\n')}

\\* All questions together would scan more than \`investigation.logBudgetVolumes\` allows (${logBudget(one).volumes} times a day what is
written to the log in a day): what is left is asked about the hour before a request only, then not at all, and the alert says so with the
severity UNKNOWN. To ask all of them costs ${dollars(100 * PRICES.logsScanned * SCANNED_DAYS)} for 100 findings and each GB of audit log a day.

${example.findings} findings and ${example.auditGb} GB a day, beside the idle costs:

| | |
| --- | --- |
${itemRows(usageItems(one, example))}

## What it rests on

- A finding is investigated ${LOOKS} times: at once, and at the further looks. The first look at a
  creator scans a whole day of the audit log, which is what the default window asks for, and each further one only what is new since.
  What was read is remembered for all findings: a second finding by the same creator within a day costs next to nothing. The
  table above takes every finding to be by another creator.
- An investigation takes ${SECONDS.investigate} s, an alert ${SECONDS.alert} s, a run of *watch* ${SECONDS.watch} s.
- A GB of audit log holds ${DELIVERIES_A_GB} deliveries that the subscription filter lets through. This is an assumption: the dashboard (Log
  events forwarded) shows yours. The filter itself is free.
- Not in it: what the audit log costs without Namespace Sentinel (${dollars(PRICES.logsIngested)} a GB taken in), scans of images that
  \`investigation.startScans\` starts, NAT gateways and VPC endpoints for clusters with private endpoints, and runs of the playbooks,
  which cost less than a cent each.
`;
}
