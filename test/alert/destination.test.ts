import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { alertFrom } from '../../functions/alert/destination.ts';
import { Unreadable } from '../../functions/contract/errors.ts';
import { FINDING, HIGH, INVESTIGATION } from './examples.ts';
import { failed, succeeded } from './records.ts';

const { archive, ...ASSESSED } = HIGH;
const BARE = { schemaVersion: 1, id: FINDING.id, finding: FINDING };

describe('the record of a success', () => {
  test('makes an alert with evidence and assessment', () => {
    expect(alertFrom(succeeded())).toEqual(ASSESSED);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'done'],
    ['an empty object', {}],
    ['no assessment', { ...INVESTIGATION, assessment: undefined }],
    ['an unknown severity', { ...INVESTIGATION, assessment: { ...INVESTIGATION.assessment, severity: 'FINE' } }],
    ['evidence that is not one', { ...INVESTIGATION, evidence: [{ check: 'x' }] }],
    [
      'an indicator that is not one',
      { ...INVESTIGATION, assessment: { ...INVESTIGATION.assessment, indicators: [7] } },
    ],
    ['an error', { errorType: 'Error', errorMessage: 'x' }],
  ])('makes a bare alert of %s, and says so', (_, answer) => {
    const alert = alertFrom({ ...succeeded(), responsePayload: answer });
    expect(alert).toEqual({ ...BARE, investigationFailed: expect.stringMatching(/^Its answer could not be read: /) });
  });

  test('names the place of the mistake, not the value', () => {
    const evidence = [{ ...INVESTIGATION.evidence[0], status: 'evil' }];
    expect(alertFrom(succeeded({ ...INVESTIGATION, evidence })).investigationFailed).toBe(
      'Its answer could not be read: /evidence/0/status (invalid_value).',
    );
  });

  test('makes a bare alert of an answer about another finding', () => {
    expect(alertFrom(succeeded({ ...INVESTIGATION, findingId: 'nsf-other' })).investigationFailed).toBe(
      'Its answer was about another finding.',
    );
  });

  test('leaves out values of the wrong type and keeps the rest', () => {
    const finding = {
      ...FINDING,
      namespace: { name: 'payments', uid: 7, labels: { a: 'b', c: 4 }, annotations: 'none' },
      actor: { kind: 'user', username: null, groups: ['a', 1, 'b'], impersonated: 'x' },
      request: { code: '201', at: FINDING.request.at, sourceIps: 'x' },
      later: { kept: true },
    };
    const alert = alertFrom(succeeded(INVESTIGATION, finding));
    expect(alert.finding).toEqual({
      ...FINDING,
      namespace: { name: 'payments', labels: { a: 'b' } },
      actor: { kind: 'user', groups: ['a', 'b'] },
      request: { at: FINDING.request.at },
      later: { kept: true },
    });
    expect(alert.assessment).toEqual(HIGH.assessment);
  });
});

describe('the record of a failure', () => {
  test.each<[string, Parameters<typeof failed>[0], string]>([
    [
      'a timeout',
      { errorType: 'Sandbox.Timedout', errorMessage: 'RequestId: 1 Error: Task timed out after 30.00 seconds' },
      'It did not finish within 30.00 seconds. It was tried 2 times.',
    ],
    [
      'a timeout in the older form',
      { errorMessage: '2026-11-23T07:02:18Z 1 Task timed out after 3.05 seconds' },
      'It did not finish within 3.05 seconds. It was tried 2 times.',
    ],
    [
      'a timeout without its length',
      { errorType: 'Sandbox.Timedout' },
      'It did not finish in time. It was tried 2 times.',
    ],
    [
      'a crash',
      { errorType: 'TypeError', errorMessage: 'secret', stackTrace: ['secret'] },
      'It crashed (TypeError). It was tried 2 times.',
    ],
    [
      'lack of memory',
      { errorType: 'Runtime.ExitError', errorMessage: 'RequestId: 1 Error: Runtime exited with error: signal: killed' },
      'It ran out of memory. It was tried 2 times.',
    ],
    ['lack of memory by its type', { errorType: 'Runtime.OutOfMemory' }, 'It ran out of memory. It was tried 2 times.'],
    ['an error type that is not one', { errorType: 'See https://evil.com' }, 'It crashed. It was tried 2 times.'],
    ['an answer that is not one', 'x', 'It crashed. It was tried 2 times.'],
  ])('tells %s in plain words', (_, payload, reason) => {
    expect(alertFrom(failed(payload))).toEqual({ ...BARE, investigationFailed: reason });
  });

  test('tells that it never started', () => {
    const { responseContext, responsePayload, ...record } = failed({});
    const late = { ...record, requestContext: { ...record.requestContext, condition: 'EventAgeExceeded' } };
    expect(alertFrom(late).investigationFailed).toMatch(
      /^It could not be started in time, because Lambda was throttled/,
    );
    expect(alertFrom(record).investigationFailed).toBe(
      'Lambda could not run it, for example because it was throttled. It was tried 2 times.',
    );
    const once = { ...record, requestContext: { condition: 'Something' } };
    expect(alertFrom(once).investigationFailed).toBe('Lambda could not run it.');
  });
});

describe('a record without a valid finding', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /^not a valid record of an invocation: the whole/],
    ['another event', { Records: [] }, /^not a valid record of an invocation: .requestContext /],
    ['no finding', succeeded(INVESTIGATION, null), /^not a valid finding in the record of an invocation: the whole/],
    ['a finding without id', succeeded(INVESTIGATION, { ...FINDING, id: undefined }), /: .id \(/],
    ['an id that is not one', succeeded(INVESTIGATION, { ...FINDING, id: '../../x' }), /: .id \(/],
    ['an outcome that is not one', succeeded(INVESTIGATION, { ...FINDING, outcome: 'fine' }), /: .outcome \(/],
    ['a finding without actor', failed({}, { ...FINDING, actor: undefined }), /: .actor \(/],
  ])('is refused with the reason: %s', (_, event, reason) => {
    expect(() => alertFrom(event)).toThrow(Unreadable);
    expect(() => alertFrom(event)).toThrow(reason);
  });

  test('is the only thing that is refused, whatever the record', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (finding, answer, event) => {
        for (const record of [event, succeeded(answer as object, finding), failed(answer as object, finding)]) {
          try {
            alertFrom(record);
          } catch (error) {
            expect(error).toBeInstanceOf(Unreadable);
          }
        }
        expect(alertFrom(succeeded(answer as object)).finding).toEqual(FINDING);
      }),
    );
  });
});
