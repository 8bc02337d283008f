/** The rules that docs/integrations.md shows: their patterns match, and hostile text cannot break their templates. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { events } from '../../functions/alert/destinations/events.ts';
import type { Message } from '../../functions/clients/send/sender.ts';
import { about, HIGH } from '../alert/examples.ts';
import { PARTLY } from '../alert/follow-up-samples.ts';
import { hostileAlert } from '../alert/hostile-alerts.ts';
import { type BusEvent, matches, transformed } from './event-bridge.ts';
import { ROOT } from './stacks.ts';

const PAGE = readFileSync(join(ROOT, 'docs/integrations.md'), 'utf8');

const EXAMPLE =
  /\n\*\*(?<name>[\w ]+)\*\*[^\n]*\n\n(?:\d\. [^\n]*\n){3}4\. Pattern: `(?<pattern>[^`]+)`\n5\. Paths: `(?<paths>[^`]+)`\n {3}Template: `(?<template>[^`]+)`\n/g;
const EXAMPLES = [...PAGE.matchAll(EXAMPLE)].map(({ groups }) => groups as Record<string, string>);

const eventOf = ({ subject = '', body }: Message): BusEvent => ({
  source: 'namespace-sentinel',
  'detail-type': subject,
  detail: JSON.parse(body),
});

test('there is an example for each of the four', () => {
  expect(EXAMPLES.map(({ name }) => name)).toEqual(['Jira', 'ServiceNow', 'Microsoft Teams', 'Slack']);
});

describe.each(EXAMPLES.map((example) => [example['name'], example] as const))('%s', (_, example) => {
  const { pattern = '', paths = '', template = '' } = example;
  const transformer = { InputPathsMap: JSON.parse(paths), InputTemplate: template };

  test('takes a grave finding, and not what is LOW', () => {
    const low = { ...HIGH, assessment: { score: 1, indicators: [], ...HIGH.assessment, severity: 'LOW' as const } };
    expect(matches(JSON.parse(pattern), { ...eventOf(events.alert(HIGH)) })).toBe(true);
    expect(matches(JSON.parse(pattern), { ...eventOf(events.alert(low)) })).toBe(false);
    expect(matches(JSON.parse(pattern), { ...eventOf(events.followUp(PARTLY, {}, {})), source: 'aws.ec2' })).toBe(
      false,
    );
  });

  test('every variable has a path, and every path is a field on top', () => {
    const used = [...template.matchAll(/<(\w+)>/g)].map(([, name]) => name);
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(JSON.parse(paths)).toSorted());
    const { detail } = eventOf(events.alert(HIGH));
    for (const path of Object.values<string>(JSON.parse(paths)))
      expect(detail).toHaveProperty(/^\$\.detail\.(\w+)$/.exec(path)?.[1] ?? 'none');
  });

  test.each([
    ['escapes', true],
    ['does not escape', false],
  ])('is sent the headline as it is, whatever somebody wrote, where EventBridge %s values', (__, escaped) => {
    fc.assert(
      fc.property(hostileAlert, (alert) => {
        const event = eventOf(events.alert(alert));
        const text = transformed(transformer, event, escaped);
        const { headline } = event.detail as { headline: string };
        expect(JSON.stringify(JSON.parse(text))).toContain(JSON.stringify(headline));
      }),
      { numRuns: 50 },
    );
  });
});

test('a template of what an intruder chose would break', () => {
  const event = eventOf(events.alert(about({ namespace: { name: 'a","channel":"C0' } })));
  const text = transformed(
    { InputPathsMap: { name: '$.detail.alert.finding.namespace.name' }, InputTemplate: '{"text":<name>}' },
    event,
    false,
  );
  expect(JSON.parse(text)).toEqual({ text: 'a', channel: 'C0' });
});
