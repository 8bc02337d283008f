/** A small function for the tests of the emulator: says who it is, gives back what it got, or fails. */

import { writeFileSync } from 'node:fs';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { kubeRequest } from '../../../tools/twin/kube.ts';
import { eksToken } from '../../../tools/twin/token.ts';

export interface ProbeEvent {
  /** Ask the cluster of this name who we are. */
  whoAmI?: string;
  /** Throw an error of this name. */
  fail?: string;
}

async function whoAmI(cluster: string) {
  const { AWS_REGION = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = process.env;
  const found = (await new EKSClient({}).send(new DescribeClusterCommand({ name: cluster }))).cluster;
  const ca = `${process.env.LAMBDA_TASK_ROOT}/ca.crt`;
  writeFileSync(ca, Buffer.from(found?.certificateAuthority?.data ?? '', 'base64'));
  const credentials = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
  };
  const token = await eksToken(cluster, AWS_REGION, credentials);
  const { code, json } = await kubeRequest(
    { url: found?.endpoint ?? '', ca },
    { token },
    {
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    },
  );
  return { code, ...(json?.status as object) };
}

/** @public bundled from here */
export async function handler(event: ProbeEvent): Promise<unknown> {
  if (event.fail) throw Object.assign(new Error('as asked'), { name: event.fail });
  if (event.whoAmI) return whoAmI(event.whoAmI);
  return { node: process.version, event };
}
