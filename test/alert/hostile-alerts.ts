import fc from 'fast-check';
import type { Alert } from '../../functions/contract/alert.ts';
import { FINDING } from './examples.ts';
import { hostileText } from './hostility.ts';

const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const pairs = some(fc.dictionary(hostileText, hostileText, { maxKeys: 7 }));
const texts = some(fc.array(hostileText, { maxLength: 8 }));
const text = some(hostileText);

const outcome = fc.constantFrom('created', 'attempt-denied', 'rejected', 'already-exists', 'outcome-unknown');
const kind = fc.constantFrom('iam-role', 'iam-user', 'service-account', 'node', 'system', 'anonymous', 'user');
const source = fc.constantFrom('audit-log', 'coverage');
const status = fc.constantFrom('found', 'clear', 'not-checked');
const severity = fc.constantFrom('LOW', 'MEDIUM', 'HIGH', 'CRITICAL');

const evidence = fc.record({
  check: hostileText,
  question: hostileText,
  status,
  summary: hostileText,
  reason: text,
  completeUntil: text,
  link: text,
  command: fc.oneof(texts, fc.tuple(fc.constant('kubectl'), fc.constant('get'), hostileText)),
});

/** An alert with anything in any place that is not ours. */
export const hostileAlert: fc.Arbitrary<Alert> = fc
  .record({
    schemaVersion: fc.constant(1),
    id: fc.constant(FINDING.id),
    finding: fc.record({
      schemaVersion: fc.constant(1),
      id: fc.constant(FINDING.id),
      outcome,
      cluster: fc.record({ name: text, region: text, account: text }),
      namespace: fc.record({ name: text, uid: text, createdAt: text, labels: pairs, annotations: pairs }),
      actor: fc.record({
        kind,
        username: text,
        groups: texts,
        principalArn: text,
        sessionName: text,
        accessKeyId: text,
        impersonated: some(fc.record({ username: text, groups: texts })),
      }),
      request: fc.record({
        auditId: text,
        verb: text,
        code: some(fc.integer()),
        at: text,
        userAgent: text,
        sourceIps: texts,
        grantedBy: text,
      }),
      source: fc.record({ kind: source, logGroup: text, logStream: text, eventId: text, truncated: fc.boolean() }),
      cut: some(fc.array(fc.record({ path: hostileText, bytes: fc.nat(), sha256: hostileText }), { maxLength: 7 })),
    }),
    evidence: some(fc.array(evidence, { maxLength: 4 })),
    assessment: some(
      fc.record({
        score: fc.nat(100),
        severity,
        indicators: fc.array(
          fc.record({
            id: hostileText,
            weight: fc.integer({ min: -50, max: 50 }),
            reason: hostileText,
            technique: text,
          }),
          { maxLength: 4 },
        ),
      }),
    ),
    investigationFailed: text,
    archive: fc.constantFrom(undefined, 's3://evidence/alerts/alert'),
  })
  // As it would come out of JSON: absent keys are absent.
  .map((alert) => JSON.parse(JSON.stringify(alert)) as Alert);
