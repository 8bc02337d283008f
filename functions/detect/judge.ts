import type { Finding } from '../contract/finding.ts';
import { fit } from '../contract/sizes.ts';
import { MAX_FINDING_BYTES, SCHEMA_VERSION } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { type AuditEvent, metadataOf } from '../kubernetes/audit-event.ts';
import { actorOf } from './actor.ts';
import { type LinePiece, readAuditEvents, stringMap, stringOf } from './audit-event.ts';
import { canaryIn } from './canary.ts';
import { nameInPath, outcomeOf, whyNoCreation } from './creation.ts';
import { deletionOf } from './deletion.ts';
import { drillIn, saysDrill } from './drill.ts';
import { findingId } from './finding-id.ts';
import { readLostEvents } from './lost-event.ts';
import type { Judgement, LogRecord } from './record.ts';

/**
 * Decides about one log line. Pure; any text has a verdict, none throws.
 *
 * @returns a finding for each event of a creation on the line, and a deletion for each of those, a rejection where part of the line is not an audit event; else
 *   one verdict
 */
export function judgeLine(record: LogRecord): [Judgement, ...Judgement[]] {
  const [first, ...others] = readAuditEvents(record.text);
  const verdict = judgePiece(record, first);
  if (others.length === 0) return [verdict];
  const verdicts = [verdict, ...others.map((piece) => judgePiece(record, piece))];
  const findings = verdicts.filter(({ kind }) => kind === 'finding' || kind === 'deletion' || kind === 'canary');
  // A line costs one record that is kept, however many pieces it has.
  const rejected = verdicts.find(({ kind }) => kind === 'rejected');
  const [most = verdict, ...more] = rejected ? [...findings, rejected] : findings;
  return [most, ...more];
}

/** Decides about a record of one event; what has several is rejected. */
export function judge(record: LogRecord): Judgement {
  const [verdict, ...others] = judgeLine(record);
  return others.length === 0 ? verdict : { kind: 'rejected', reason: 'several events, or an event and something else' };
}

function judgePiece(record: LogRecord, { text, event }: LinePiece): Judgement {
  if (typeof event === 'string') return judgeOtherLine({ ...record, text }, event);
  const deletion = deletionOf(event, record);
  if (deletion !== undefined)
    return typeof deletion === 'string' ? { kind: 'nothing', reason: deletion } : { kind: 'deletion', deletion };
  const reason = whyNoCreation(event);
  if (reason === undefined) {
    const finding = findingOf(event, { ...record, text });
    return { kind: 'finding', finding, ...defined({ drill: drillIn(event, finding) }) };
  }
  const sighting = canaryIn(event);
  return sighting ? { kind: 'canary', sighting, reason } : { kind: 'nothing', reason };
}

/** A line of the API server's own log may tell of audit events that were lost. One finding a line is all it can make. */
function judgeOtherLine(record: LogRecord, whyNoEvent: string): Judgement {
  const lost = readLostEvents(record.text);
  const creation = lost.find((event) => whyNoCreation(event) === undefined);
  if (creation) return { kind: 'finding', finding: findingOf(creation, record) };
  const [other] = lost;
  return other
    ? { kind: 'nothing', reason: whyNoCreation(other) ?? 'a lost audit event' }
    : { kind: 'rejected', reason: whyNoEvent };
}

/** What a person is alerted by is never cut; all else is free text of the client's. */
const NEVER_CUT = ['schemaVersion', 'id', 'outcome', 'cluster', 'actor.kind', 'actor.principalArn', 'source', 'drill'];

function findingOf(event: AuditEvent, record: LogRecord): Finding {
  const finding: Finding = {
    schemaVersion: SCHEMA_VERSION,
    id: findingId(event, record),
    outcome: outcomeOf(event),
    cluster: record.cluster,
    namespace: namespaceOf(event),
    actor: actorOf(event),
    request: defined({
      auditId: event.auditId,
      verb: event.verb,
      code: event.code,
      at: event.requestReceivedTimestamp,
      userAgent: event.userAgent,
      sourceIps: event.sourceIps,
      grantedBy:
        event.annotations['authorization.k8s.io/decision'] === 'allow'
          ? stringOf(event.annotations['authorization.k8s.io/reason'])
          : undefined,
    }),
    source: defined({
      kind: 'audit-log',
      logGroup: record.logGroup,
      logStream: record.logStream,
      eventId: record.eventId,
      ...record.home,
      truncated: event.truncated || undefined,
    }),
  };
  if (saysDrill(event, finding)) finding.drill = 'said';
  const { value, cut } = fit(finding, MAX_FINDING_BYTES, NEVER_CUT);
  return cut.length > 0 ? { ...value, cut } : value;
}

/**
 * The name is in `objectRef`, except for `generateName`, where only the answer has it (kubernetes/kubernetes#100466),
 * and for a POST refused by RBAC, where nothing has it.
 */
function namespaceOf(event: AuditEvent): Finding['namespace'] {
  const answer = event.responseObject?.['kind'] === 'Status' ? {} : metadataOf(event.responseObject);
  const request = metadataOf(event.requestObject);
  const prefix = stringOf(request['generateName']);
  return defined({
    name:
      event.objectRef?.name ??
      nameInPath(event) ??
      stringOf(answer['name']) ??
      stringOf(request['name']) ??
      (prefix && `${prefix}*`),
    uid: stringOf(answer['uid']),
    createdAt: stringOf(answer['creationTimestamp']),
    labels: stringMap(answer['labels'] ?? request['labels']),
    annotations: stringMap(answer['annotations'] ?? request['annotations']),
  });
}
