/** What the cost depends on, read out of a synthesised template. */

import { FREE_DASHBOARD_METRICS, HOURS_A_MONTH } from '../../bin/prices.ts';
import type { BudgetRule } from '../../functions/clients/table/log-budget.ts';
import { CANARY_METRIC } from '../../functions/contract/canary.ts';

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's content has no type
  readonly Properties: any;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** A template that the cost cannot be read from: a part that it counts on is not there, or says something unknown. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

const of = ({ Resources }: Template, type: string): Resource[] =>
  Object.values(Resources).filter(({ Type }) => Type === `AWS::${type}`);

export const count = (template: Template, type: string): number => of(template, type).length;

/** How many metrics the alarms look at, those inside of maths included: what an alarm costs goes by them. */
export const alarmMetrics = (template: Template): number =>
  of(template, 'CloudWatch::Alarm')
    .map(
      ({ Properties: { Metrics } }) =>
        (Metrics as { MetricStat?: object }[] | undefined)?.filter(({ MetricStat }) => MetricStat).length ?? 1,
    )
    .reduce((sum, metrics) => sum + metrics, 0);

/** Metrics of our own that are written in every hour: one for each cluster, which its alarm looks at. */
export const canaryMetrics = (template: Template): number =>
  of(template, 'CloudWatch::Alarm').filter(({ Properties: { Metrics = [] } }) =>
    (Metrics as { MetricStat?: { Metric?: { MetricName: string } } }[]).some(
      ({ MetricStat }) => MetricStat?.Metric?.MetricName === CANARY_METRIC,
    ),
  ).length;

/** How many metrics each dashboard shows. */
export const dashboardMetrics = (template: Template): number[] =>
  of(template, 'CloudWatch::Dashboard').map(({ Properties }) => {
    const { widgets } = JSON.parse(textOf(Properties.DashboardBody)) as {
      widgets: { properties: { metrics?: unknown[] } }[];
    };
    return widgets.flatMap(({ properties }) => properties.metrics ?? []).length;
  });

/** Dashboards that are never free. */
export const largeDashboards = (template: Template): number =>
  dashboardMetrics(template).filter((metrics) => metrics > FREE_DASHBOARD_METRICS).length;

/** Memory of a function in GB, by the beginning of its description. @throws {TemplateError} when there is none */
export function memoryOf(template: Template, description: string): number {
  const found = of(template, 'Lambda::Function').find(({ Properties }) =>
    Properties.Description?.includes(description),
  );
  if (!found) throw new TemplateError(`there is no function described as "${description}"`);
  return found.Properties.MemorySize / 1024;
}

/** How often the schedules run in a month. @throws {TemplateError} for a schedule that is not written as a rate */
export const scheduledRuns = (template: Template): number =>
  of(template, 'Events::Rule')
    .flatMap(({ Properties }) => Properties.ScheduleExpression ?? [])
    .map((expression: string) => {
      const [, every, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
      const hours = { minute: 1 / 60, hour: 1, day: 24 }[unit];
      if (hours === undefined) throw new TemplateError(`the schedule ${expression} is not a rate`);
      return HOURS_A_MONTH / (Number(every) * hours);
    })
    .reduce((sum, runs) => sum + runs, 0);

/** What Logs Insights may scan of a log in a day. @throws {TemplateError} where no function has such a budget */
export function logBudget(template: Template): BudgetRule {
  const [variables] = environments(template).filter(({ LOG_BUDGET_VOLUMES }) => LOG_BUDGET_VOLUMES !== undefined);
  if (variables === undefined) throw new TemplateError('no function has LOG_BUDGET_VOLUMES');
  const { LOG_BUDGET_VOLUMES: volumes, LOG_BUDGET_GIB: most } = variables;
  return { volumes: Number(volumes), ...(most !== undefined && { atMost: Number(most) * 1024 ** 3 }) };
}

const environments = (template: Template): Record<string, unknown>[] =>
  of(template, 'Lambda::Function').map(({ Properties }) => Properties.Environment?.Variables ?? {});

/** Days for which the functions' logs are kept. */
export const logDays = (template: Template): number =>
  Math.max(...of(template, 'Logs::LogGroup').map(({ Properties }) => Properties.RetentionInDays));

/** Addresses that get alerts or health messages. */
export const subscriptions = (template: Template): number => count(template, 'SNS::Subscription');

/** A text with a placeholder for what only the deployment knows. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join } = value as { 'Fn::Join'?: [string, unknown[]] };
  return join ? join[1].map(textOf).join(join[0]) : 'x';
}
