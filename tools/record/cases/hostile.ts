/** Text that a client chooses, aimed at whoever shows it or splits it. */
import type { Case } from './case.ts';

/** What a label may hold is narrow; an annotation's value may be anything. */
const TEXTS: Readonly<Record<string, string>> = {
  quotes: `"double" 'single' \`back\` \\ backslash`,
  newlines: 'first\nsecond\r\nthird\u2028fourth\u2029fifth\u0085sixth',
  html: '<script>alert(1)</script><img src=x onerror=alert(1)>&lt;&#x3c;<!--',
  control: `${Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('')}\u007f\u009b31m\u001b[31mred`,
  bidi: '\u202Egnp.exe\u202C \u2066isolated\u2069 \u200Bzero\u200D\uFEFF',
  json: '{"kind":"Event","apiVersion":"audit.k8s.io/v1","stage":"ResponseComplete","verb":"get","objectRef":{"resource":"pods"}}',
  audit: '","verb":"get","objectRef":{"resource":"pods"},"x":"',
  template: '{{constructor.constructor("x")()}} $' + '{7*7} <%= 7*7 %> $(id) `id` %s %n',
  formula: '=cmd|"/c calc"!A0',
  mark: '[Truncated...]',
  unicode: 'Zalgo \u0336\u0337 \u{1F4A9} \u{10FFFF} null \u0000 end',
  mrkdwn: '<!channel> <@U012345> <https://example.com|prod> *bold*',
};

const agents = {
  json: TEXTS['json'] as string,
  audit: 'kubectl/v1.36.3 "},"objectRef":{"resource":"pods"},"responseStatus":{"code":403},"x":{"y":"',
  html: '<script>alert(1)</script>',
  latin1: 'caf\u00e9 \u00ab\u00bb \u009b31m',
  long: `kubectl/v1.36.3 (linux/amd64) ${'A'.repeat(20 * 1024)}`,
  empty: '',
};

export const hostileCases: readonly Case[] = [
  {
    name: 'annotations with hostile text',
    run: async ({ as }) => {
      for (const [kind, text] of Object.entries(TEXTS))
        await as('alice').create({ name: `text-${kind}`, annotations: { [`example.com/${kind}`]: text } });
      await as('bob').apply('text-all', {
        annotations: Object.fromEntries(Object.entries(TEXTS).map(([kind, text]) => [`example.com/${kind}`, text])),
      });
    },
  },
  {
    name: 'labels and annotations that look like fields of an audit event',
    run: ({ as }) => {
      const fields = {
        verb: 'get',
        stage: 'RequestReceived',
        dryRun: 'All',
        code: '403',
        resourceVersion: '',
        resource: 'pods',
      };
      return as('alice').create({
        name: 'text-fields',
        labels: fields,
        annotations: { ...fields, 'audit.k8s.io/truncated': 'true' },
      });
    },
  },
  {
    name: 'keys that mean something to programs',
    run: ({ as }) => {
      const keys = JSON.parse('{"__proto__":"x","constructor":"x","toString":"x","hasOwnProperty":"x"}');
      const labels = JSON.parse('{"constructor":"x","toString":"x"}');
      return as('alice').create({
        name: 'text-keys',
        labels,
        annotations: Object.assign(Object.create(null), keys, JSON.parse('{"a":"b"}')),
      });
    },
  },
  {
    name: 'user agents',
    run: async ({ as }) => {
      for (const [kind, agent] of Object.entries(agents))
        await as('alice').create({ name: `agent-${kind}` }, { headers: { 'user-agent': agent } });
      await as('alice').apply('agent-apply', {}, { headers: { 'user-agent': agents.long } });
      await as('viewer').create({ name: 'agent-refused' }, { headers: { 'user-agent': agents.audit } });
    },
  },
  {
    name: 'what a client can put before the request: 12 KB of Audit-ID',
    run: ({ as }) => as('alice').create({ name: 'before-id' }, { headers: { 'Audit-ID': 'A'.repeat(12 * 1024) } }),
  },
  {
    name: 'what a client can put before the object: addresses and a user agent of 300 KB each',
    run: async ({ as }) => {
      const addresses = '192.0.2.1, '.repeat(27_000).concat('192.0.2.2');
      await as('alice').create({ name: 'before-addresses' }, { headers: { 'X-Forwarded-For': addresses } });
      await as('alice').create({ name: 'before-agent' }, { headers: { 'user-agent': 'A'.repeat(300 * 1024) } });
      await as('bob').apply('before-apply', {}, { headers: { 'user-agent': 'A'.repeat(300 * 1024) } });
    },
  },
  {
    name: 'a request URI of 300 KB',
    run: ({ as }) => as('alice').create({ name: 'longest-uri' }, { query: `pretty=true&x=${'A'.repeat(300 * 1024)}` }),
  },
  {
    name: 'a request URI of 7 KB',
    run: ({ as }) => as('alice').create({ name: 'long-uri' }, { query: `pretty=true&x=${'A'.repeat(7 * 1024)}` }),
  },
];
