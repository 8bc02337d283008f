import { command } from '../../contract/commands/command.ts';
import { record } from '../../kit/json.ts';
import type { DangerKind } from './danger.ts';

/** APIs that a Service of the namespace serves. */
export const apiServices: DangerKind = {
  about: 'APIs that the namespace serves',
  needs: { kubernetes: ['list apiservices.apiregistration.k8s.io'] },
  async find(surroundings) {
    const services = await surroundings.all('apiregistration.k8s.io/v1', 'apiservices');
    const led = services.filter(
      ({ spec }) => record(record(spec)['service'])['namespace'] === surroundings.target.namespace,
    );
    return {
      dangers: led.map(({ metadata: { name = '' } }) => ({
        id: `apiservice/${name}`,
        what: `The API ${name} is served by a Service of the namespace.`,
        consequence:
          'Once it is cut off, it no longer answers, and every namespace of the cluster that is deleted hangs in Terminating.',
        blocking: false,
        commands: [command('kubectl delete', ['apiservices', name])],
      })),
    };
  },
};
