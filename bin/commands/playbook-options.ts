import { InvalidArgumentError, Option } from 'commander';
import { LABEL, UID } from '../../functions/kubernetes/names/kubernetes.ts';

export const namespaceOption = (): Option =>
  new Option('--namespace <name>', 'the namespace').makeOptionMandatory().argParser((name: string) => {
    if (!LABEL.test(name)) throw new InvalidArgumentError('This is not a valid namespace name.');
    return name;
  });

/** @param what the end of the description */
export const uidOption = (what: string): Option =>
  new Option('--uid <uid>', `UID of the namespace${what}`).argParser((uid: string) => {
    if (!UID.test(uid)) throw new InvalidArgumentError('This is not a valid UID.');
    return uid;
  });

export const asMyselfOption = (): Option =>
  new Option('--as-myself', "act as the kubeconfig's user, not as the playbook's identities by impersonation");

/** What shows whether sessions in pods are open. */
export const auditLogOption = (): Option =>
  new Option(
    '--audit-log <file...>',
    'audit logs, one of each API server, as they are written: they show which sessions in pods are open',
  ).default([]);
