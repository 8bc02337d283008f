import { idleItems, total, usageItems } from '../cost/cost.ts';
import { templateOf } from '../cost/synthesis.ts';
import type { Bench, Row } from './row.ts';

export const cost: Bench = {
  name: 'cost',
  about: 'what a stack costs in a month, as docs/cost.md computes it',
  run(tell) {
    tell('the example configuration is synthesised');
    const template = templateOf(1);
    const idle = total(idleItems(template));
    const row = (work: string, ours: number): Row => ({ bench: 'cost', work, unit: '$ a month', ours });
    return [
      row('one cluster, nothing happens', idle),
      ...[5, 50, 500].map((auditGb) =>
        row(
          `one cluster, 100 findings a month, ${auditGb} GB of audit log a day`,
          idle + total(usageItems(template, { findings: 100, auditGb })),
        ),
      ),
    ];
  },
};
