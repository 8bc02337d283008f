import { describe, expect, test } from '@jest/globals';
import { kindCount } from '../../functions/checks/parts/kind-words.ts';

describe('objects of a kind, as a person counts them', () => {
  test.each([
    ['Pod', 6, '6 pods'],
    ['Deployment.apps', 1, '1 deployment'],
    ['ConfigMap', 2, '2 ConfigMaps'],
    ['NetworkPolicy.networking.k8s.io', 2, '2 NetworkPolicies'],
    ['Ingress.networking.k8s.io', 3, '3 ingresses'],
    ['Endpoints', 4, '4 endpoints'],
    ['EndpointSlice.discovery.k8s.io', 1, '1 EndpointSlice'],
    ['Gateway.gateway.networking.k8s.io', 2, '2 gateways'],
    ['Pod.evil.example.com', 2, '2 of kind Pod.evil.example.com'],
    ['Widget.example.com', 1, '1 of kind Widget.example.com'],
  ])('%s, %d times: %s', (kind, count, words) => {
    expect(kindCount(kind, count)).toBe(words);
  });
});
