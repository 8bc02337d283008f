/** An admission webhook, as platforms use to limit what tenants create: ResourceQuotas cannot count namespaces. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { freePort, LOOPBACK } from '../twin/ports.ts';
import type { Twin } from '../twin/twin.ts';

/** Names that begin so are sent to the webhook. */
export const TENANT = 'tenant-';
/** For these it answers with something that is not a valid answer. */
export const BROKEN = `${TENANT}broken-`;
const LIMIT = 2;

export interface Webhook {
  configuration: unknown;
  close(): void;
}

interface Review {
  request: { uid: string; object: { metadata: { name: string } } };
}

/** Allows two of a tenant's namespaces and refuses the others as a quota does: with 403. */
function answer(review: Review, counts: Map<string, number>): unknown {
  const { uid, object } = review.request;
  const { name } = object.metadata;
  if (name.startsWith(BROKEN)) return 'rubbish';
  const tenant = name.split('-')[1] ?? '';
  const count = counts.get(tenant) ?? 0;
  counts.set(tenant, count + 1);
  const message = `exceeded quota: tenant ${tenant}, requested: namespaces=1, used: namespaces=${count}, limited: namespaces=${LIMIT}`;
  const response = count < LIMIT ? { uid, allowed: true } : { uid, allowed: false, status: { code: 403, message } };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}

export async function startWebhook({ certificates, endpoint }: Twin): Promise<Webhook> {
  await certificates.issue({ name: 'tenant-quota', commonName: 'tenant-quota', ipAddresses: [LOOPBACK] });
  const { certificate, key } = certificates.pair('tenant-quota');
  const port = await freePort(LOOPBACK);
  const counts = new Map<string, number>();
  const server: Server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer(JSON.parse(Buffer.concat(parts).toString()), counts)));
    },
  );
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  const configuration = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'tenant-quota' },
    webhooks: [
      {
        name: 'quota.tenants.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        clientConfig: { url: `https://${LOOPBACK}:${port}/`, caBundle: readFileSync(endpoint.ca).toString('base64') },
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['namespaces'], scope: 'Cluster' },
        ],
        matchConditions: [
          { name: 'tenant', expression: `has(object.metadata.name) && object.metadata.name.startsWith('${TENANT}')` },
        ],
      },
    ],
  };
  return { configuration, close: () => server.close() };
}
