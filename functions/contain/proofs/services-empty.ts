import { service } from '../forms/service.ts';
import { rights } from '../framework/needs.ts';
import { hasAddresses } from '../isolation/addresses.ts';
import { fewNames, notProven, proven, type Verification } from './proof.ts';

/** Decisive: a Service with addresses still serves, or leads to what somebody wrote into it. */
export const servicesEmpty: Verification = {
  id: 'services-empty',
  claim: 'None of its Services leads to an address.',
  decisive: true,
  shows: 'configuration',
  needs: { kubernetes: rights(['list'], 'services', 'endpoints', 'endpointslices.discovery.k8s.io') },
  async prove(look) {
    const [slices, endpoints, services] = await Promise.all([
      look.list('discovery.k8s.io/v1', 'endpointslices'),
      look.list('v1', 'endpoints'),
      look.list('v1', 'services'),
    ]);
    const full = [
      ...slices.filter(hasAddresses).map(({ metadata }) => `EndpointSlice ${metadata.name}`),
      ...endpoints.filter(hasAddresses).map(({ metadata }) => `Endpoints ${metadata.name}`),
    ];
    if (full.length > 0) return notProven(`Read: there are addresses in ${fewNames(full)}.`);
    // One that could lead somewhere again does so with the next pod; an alias has no addresses of its own.
    const leading = services.filter((each) => service.contain(each, look.target.uid) !== undefined);
    if (leading.length > 0)
      return notProven(`Read: not led away: ${fewNames(leading.map(({ metadata }) => `Service ${metadata.name}`))}.`);
    const counted = `${services.length} Services, ${slices.length} EndpointSlices and ${endpoints.length} Endpoints`;
    return proven(`Read ${counted} of the namespace: none has an address.`);
  },
};
