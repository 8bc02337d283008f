/** The forms in which the tools that keep and carry logs hand them out, from our own events. */
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { creation, line } from '../detect/events.ts';
import { read } from './read.ts';

const NAMESPACE = 'team-a';
const CREATION = line(creation());
const LIST = line(
  creation({ verb: 'list', responseStatus: { code: 200 }, auditID: 'l', objectRef: { resource: 'pods' } }),
);
const TWO = [LIST, CREATION];
const STREAM = 'kube-apiserver-audit-0123456789abcdef0123456789abcdef';
const GROUP = '/aws/eks/prod/cluster';
const AT = '2026-11-20T09:15:00.123Z';
const json = (value: unknown, indent?: number) => JSON.stringify(value, null, indent);
const lines = (of: (event: string, index: number) => string) => `${TWO.map(of).join('\n')}\n`;
const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
const parsed = TWO.map((event) => JSON.parse(event));
const gz = (text: string) => gzipSync(text).toString('base64');
const logEvents = TWO.map((message, index) => ({ id: `${index}`, timestamp: 1, message }));
const payload = { messageType: 'DATA_MESSAGE', owner: '111122223333', logGroup: GROUP, logStream: STREAM, logEvents };
const dotted = (event: object, prefix = ''): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(event).flatMap(([key, value]): [string, unknown][] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(dotted(value, `${prefix}${key}.`))
        : [[`${prefix}${key}`, value]],
    ),
  );
const flat = parsed.map((event) => dotted(event));
const names = [...new Set(flat.flatMap((event) => Object.keys(event)))];
const parts = (text: string, size: number) => text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];

const FORMS: [string, string | Buffer][] = [
  ['lines that end with CR alone', lines((event) => event).replaceAll('\n', '\r')],
  [
    'UTF-16, little endian, without mark',
    Buffer.from(
      lines((event) => event),
      'utf16le',
    ),
  ],
  [
    'UTF-16, big endian, without mark',
    Buffer.from(
      lines((event) => event),
      'utf16le',
    ).swap16(),
  ],
  ['UTF-16, big endian', Buffer.from(`\ufeff${lines((event) => event)}`, 'utf16le').swap16()],
  ['zstd', zstdCompressSync(lines((event) => event))],
  ['zlib', deflateSync(lines((event) => event))],
  ['gzip in zstd', zstdCompressSync(gzipSync(lines((event) => event)))],
  [
    'text between events',
    lines((event) => `# a remark\n${event}`).replaceAll('# a remark\n', '2026-11-20T09:15:00Z\n'),
  ],
  ['JSON in JSON', lines(json)],
  ['JSON in JSON in JSON', lines((event) => json(json(event)))],
  ['a list of texts', json(TWO)],
  ['a list of texts, pretty', json(TWO, 4)],
  ['a list of lists', json([[parsed[0]], [parsed[1]]])],
  ['a list, an event a line', `[\n${TWO.join(',\n')}\n]\n`],
  ['an object around one list', json({ data: { rows: parsed } }, 2)],
  ['events in objects by name', json({ first: parsed[0], second: parsed[1] }, 2)],
  ['comma before', lines((event, index) => (index ? `,${event}` : event))],
  ['pretty, with commas', `${parsed.map((event) => json(event, 2)).join(',\n')}\n`],
  ['pretty, without anything between', parsed.map((event) => json(event, 2)).join('')],
  ['base64 of gzip', gz(lines((event) => event))],
  ['base64 of JSON', lines((event) => Buffer.from(event).toString('base64'))],
  ['tail, short', lines((event) => `2026-11-20T09:15:00 ${event}`)],
  ['tail, json, short', lines((event) => `2026-11-20T09:15:00 \n${json(JSON.parse(event), 4)}`)],
  [
    'filter-log-events, text',
    lines((event) => `EVENTS\t3919\t1795166100140\t${STREAM}\t1795166100123\t${event}`) +
      `SEARCHEDLOGSTREAMS\tTrue\t${STREAM}\n`,
  ],
  ['filter-log-events, table', lines((event) => `|  ${event}  |`).replace(/^/, '-----------\n')],
  ['filter-log-events, yaml stream', lines((event) => `- message: '${event}'`)],
  [
    'query of messages and times',
    json(
      TWO.map((event) => [1795166100123, event]),
      4,
    ),
  ],
  [
    'query of some fields',
    json(
      TWO.map((message) => ({ t: 1795166100123, message })),
      4,
    ),
  ],
  [
    'get-log-events, compact',
    json({ events: TWO.map((message) => ({ timestamp: 1, message })), nextForwardToken: 'f' }),
  ],
  ['Insights, console JSON', json(TWO.map((message) => ({ '@timestamp': AT, '@message': message, '@ptr': 'x' })))],
  [
    'Insights, console JSON, parsed',
    json(
      parsed.map((event) => ({ '@timestamp': AT, '@message': event })),
      2,
    ),
  ],
  [
    'Insights, rows alone',
    json(
      TWO.map((value) => [
        { field: '@message', value },
        { field: '@ptr', value: 'x' },
      ]),
    ),
  ],
  [
    'Insights, fields',
    json(
      flat.map((event) =>
        Object.entries(event).map(([field, value]) => ({
          field,
          value: String(Array.isArray(value) ? json(value) : value),
        })),
      ),
    ),
  ],
  ['console CSV, CRLF', `timestamp,message\r\n${TWO.map((event) => `1795166100123,${cell(event)}`).join('\r\n')}\r\n`],
  [
    'CSV, pretty cells',
    `"@timestamp","@message"\n${TWO.map((event) => `"${AT}",${cell(json(JSON.parse(event), 2))}`).join('\n')}`,
  ],
  ['CSV without a head', TWO.map((event) => `1795166100123,${cell(event)}`).join('\n')],
  ['CSV with semicolons', `time;message\n${TWO.map((event) => `${AT};${cell(event)}`).join('\n')}`],
  ['TSV', `time\tmessage\n${TWO.map((event) => `${AT}\t${cell(event)}`).join('\n')}`],
  ['Splunk CSV', `"_raw","_time",host\n${TWO.map((event) => `${cell(event)},"${AT}",h`).join('\n')}`],
  [
    'Splunk CSV of fields',
    `${names.join(',')}\n${flat.map((event) => names.map((name) => cell(String(event[name] ?? ''))).join(',')).join('\n')}`,
  ],
  ['Splunk results', json({ preview: false, init_offset: 0, results: TWO.map((_raw) => ({ _raw, _time: AT })) })],
  [
    'Splunk export, last row',
    `${lines((event) => json({ preview: false, offset: 0, result: { _raw: event } }))}{"preview":false,"lastrow":true}\n`,
  ],
  ['Splunk HEC', lines((event) => json({ time: 1, host: 'h', sourcetype: 'x', event: JSON.parse(event) }))],
  ['Splunk HEC, texts', TWO.map((event) => json({ time: 1, event })).join('')],
  ['Elastic bulk', lines((event) => `{"index":{"_index":"logs"}}\n${json({ '@timestamp': AT, message: event })}`)],
  ['Elastic bulk, create', lines((event) => `{"create":{}}\n${json({ message: event })}`)],
  [
    'Elastic search',
    json(
      {
        took: 1,
        hits: {
          total: { value: 2 },
          hits: TWO.map((event, index) => ({
            _id: `${index}`,
            _source: { message: event, event: { original: event } },
            sort: [1],
          })),
        },
      },
      2,
    ),
  ],
  [
    'Elastic, original and parsed',
    lines((event) => json({ _source: { kubernetes: { audit: JSON.parse(event) }, event: { original: event } } })),
  ],
  ['Elastic, dots', lines((_, index) => json({ _source: dotted(parsed[index], 'kubernetes.audit.') }))],
  [
    'Elastic, fields',
    lines((_, index) =>
      json({
        _source: {},
        fields: Object.fromEntries(
          Object.entries(dotted(parsed[index], 'kubernetes.audit.')).map(([key, value]) => [
            key,
            Array.isArray(value) ? value : [value],
          ]),
        ),
      }),
    ),
  ],
  [
    'Fluent Bit, merged',
    lines((event) => json({ date: 1, log_processed: JSON.parse(event), kubernetes: { labels: { a: 'b' } } })),
  ],
  ['Fluent Bit, both', lines((event) => json({ log: event, log_processed: JSON.parse(event), stream: 'stdout' }))],
  ['Fluent Bit to standard output', lines((event) => `[0] audit: [[1795166100.123, {}], {"log"=>"x"}] ${event}`)],
  ['Fluentd to a file', lines((event) => `${AT}\tkube.audit\t${event}`)],
  ['CRI, with tags', lines((event) => `2026-11-20T09:15:00.123456789+01:00 stderr F ${event}`)],
  [
    'CRI, in parts',
    lines((event) =>
      parts(event, 300)
        .map((part, index, all) => `${AT} stdout ${index === all.length - 1 ? 'F' : 'P'} ${part}`)
        .join('\n'),
    ),
  ],
  [
    'Docker, in parts',
    lines((event) =>
      parts(line(JSON.parse(event)).replace('"kubectl/', `"${'A'.repeat(20_000)}`), 16_384)
        .map((part, index, all) =>
          json({ log: index === all.length - 1 ? `${part}\n` : part, stream: 'stdout', time: AT }),
        )
        .join('\n'),
    ),
  ],
  ['syslog', lines((event) => `<134>Nov 20 09:15:00 ip-10-0-0-1 kube-apiserver[1]: ${event}`)],
  ['syslog, RFC 5424', lines((event) => `<134>1 ${AT} h app 1 ID47 [meta sequenceId="1" x="y"] ${event}`)],
  ['syslog, @cee', lines((event) => `Nov 20 09:15:00 h audit: @cee: ${event}`)],
  ['journald', lines((event) => json({ __CURSOR: 's', MESSAGE: event, _PID: '1' }))],
  ['journald, numbers', lines((event) => json({ MESSAGE: [...Buffer.from(event)], _PID: '1' }))],
  ['journald, short', lines((event) => `Nov 20 09:15:00 host k3s[1]: ${event}`)],
  [
    'journald, export',
    lines((event) => `__REALTIME_TIMESTAMP=1\nMESSAGE=${event}\n`).replaceAll('__REALTIME_TIMESTAMP=1\n', ''),
  ],
  ['logcli', lines((event) => `${AT} {app="kube-apiserver", stream="stdout"} ${event}`)],
  ['logcli, no labels', lines((event) => `${AT} {} ${event}`)],
  [
    'Loki API',
    json({
      status: 'success',
      data: {
        resultType: 'streams',
        result: [{ stream: { app: 'x' }, values: TWO.map((event) => ['1795166100123000000', event]) }],
        stats: { a: { b: 1 } },
      },
    }),
  ],
  [
    'Loki push',
    json({
      streams: [{ stream: { app: 'x' }, values: TWO.map((event) => ['1795166100123000000', event, { trace: '1' }]) }],
    }),
  ],
  [
    'Grafana',
    json(
      TWO.map((event) => ({ line: event, timestamp: '1', date: AT, fields: { a: 'b' } })),
      2,
    ),
  ],
  [
    'Vector',
    lines((event) =>
      json({ file: '/var/log/audit.log', host: 'h', message: event, source_type: 'file', timestamp: AT }),
    ),
  ],
  ['Vector, parsed', lines((event) => json({ ...JSON.parse(event), source_type: 'file', timestamp: AT, host: 'h' }))],
  [
    'GELF',
    lines((event) =>
      json({ version: '1.1', host: 'h', short_message: event.slice(0, 60), full_message: event, level: 6 }),
    ),
  ],
  [
    'Datadog',
    json({
      data: TWO.map((message) => ({ id: 'A', type: 'log', attributes: { message, service: 's', tags: ['a:b'] } })),
      meta: {},
    }),
  ],
  [
    'Datadog archive',
    lines((event) => json({ _id: 'A', date: AT, service: 's', message: '', attributes: JSON.parse(event) })),
  ],
  [
    'Sumo Logic',
    json({ fields: [{ name: '_raw' }], messages: TWO.map((_raw) => ({ map: { _messageid: '1', _raw } })) }),
  ],
  ['Sumo Logic CSV', `"_messageid","_raw"\n${TWO.map((event) => `"1",${cell(event)}`).join('\n')}`],
  [
    'Azure',
    json({
      records: TWO.map((log) => ({
        category: 'kube-audit',
        properties: { log: `${log}\n`, stream: 'stdout', pod: 'p' },
      })),
    }),
  ],
  ['Google Cloud', lines((event) => json({ insertId: 'a', jsonPayload: JSON.parse(event), resource: { labels: {} } }))],
  ['SQS', json({ Records: TWO.map((body) => ({ messageId: '1', body, attributes: { a: 'b' } })) })],
  ['SNS in SQS', json({ Records: TWO.map((event) => ({ body: json({ Type: 'Notification', Message: event }) })) })],
  ['Kafka', lines((event) => json({ topic: 't', partition: 0, value: event }))],
  ['EventBridge', lines((event) => json({ version: '0', 'detail-type': 'x', detail: JSON.parse(event) }))],
  ['Kinesis', json({ Records: [{ kinesis: { partitionKey: '1', data: gz(json(payload)) }, eventID: 'e' }] })],
  ['Firehose transform', json({ records: [{ recordId: '1', data: gz(json(payload)) }] })],
  [
    'Firehose transform, answered',
    json({
      records: TWO.map((event) => ({
        recordId: '1',
        result: 'Ok',
        data: Buffer.from(`${event}\n`).toString('base64'),
      })),
    }),
  ],
  ['Lambda test event, pretty', json({ awslogs: { data: gz(json(payload)) } }, 2)],
  [
    'subscription messages behind each other',
    json({ ...payload, logEvents: [logEvents[0]] }) + json({ ...payload, logEvents: [logEvents[1]] }),
  ],
  [
    'webhook post',
    json({
      kind: 'EventList',
      apiVersion: 'audit.k8s.io/v1',
      metadata: {},
      items: parsed.map(({ kind: _kind, apiVersion: _version, ...event }) => event),
    }),
  ],
  [
    'webhook post in a request log',
    lines((event) =>
      json({
        method: 'POST',
        path: '/',
        body: json({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [JSON.parse(event)] }),
      }),
    ),
  ],
  ['a field that nobody knows', lines((event) => json({ at: AT, auditRecordJson: event }))],
];

describe('each form is read, each event once', () => {
  test.each(FORMS)('%s', async (_name, text) => {
    const { found, others, told } = await read(text);
    expect({ found, others, told }).toEqual({ found: [NAMESPACE], others: 1, told: [] });
  });
  test.each(FORMS.filter(([, text]) => typeof text === 'string'))('%s, in small chunks', async (_name, text) => {
    const { found, others, told } = await read(
      text,
      Array.from({ length: 400 }, (_, index) => 1 + (index % 37)),
    );
    expect({ found, others, told }).toEqual({ found: [NAMESPACE], others: 1, told: [] });
  });
});

describe('the place of a log event is told', () => {
  test.each<[string, unknown, object]>([
    [
      'subscription',
      payload,
      { logGroup: GROUP, logStream: STREAM, eventId: '1', cluster: { name: 'prod', account: '111122223333' } },
    ],
    [
      'Elastic',
      { _source: { message: CREATION, aws: { cloudwatch: { log_group: GROUP, log_stream: STREAM } } } },
      { logGroup: GROUP, logStream: STREAM, cluster: { name: 'prod' } },
    ],
    [
      'Loki',
      { labels: { __aws_cloudwatch_log_group: GROUP }, line: CREATION },
      { logGroup: GROUP, cluster: { name: 'prod' } },
    ],
    [
      'Insights',
      [
        [
          { field: '@message', value: CREATION },
          { field: '@log', value: `111122223333:${GROUP}` },
        ],
      ],
      { logGroup: GROUP, cluster: { name: 'prod', account: '111122223333' } },
    ],
  ])('%s', async (_name, document, place) => {
    const { items } = await read(json(document));
    const last = items.at(-1);
    expect(last && 'record' in last ? last.record : undefined).toMatchObject(place);
  });
});

describe('what is not read is named, with what to do', () => {
  const bytes = (text: string, length = 600) =>
    Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(length, 0xa5)]);
  const tar = Buffer.alloc(600);
  tar.write('audit.log');
  tar.write('ustar', 257);
  test.each<[string, Buffer, RegExp]>([
    ['Parquet', bytes('PAR1'), /is a Parquet file.*export it as JSON lines/],
    ['bzip2', bytes('BZh91AY'), /is compressed with bzip2.*bzip2 -dk/],
    ['Avro', bytes('Obj\x01'), /is an Avro file/],
    ['ORC', bytes('ORC'), /is an ORC file/],
    ['7z', bytes("7z\xbc\xaf'\x1c"), /is a 7z archive.*7z x/],
    ['zip', bytes('PK\x03\x04'), /is a zip archive, as Excel files are.*unzip/],
    ['tar', tar, /is a tar archive.*tar -xf/],
    ['tar in gzip', gzipSync(tar), /is a tar archive/],
    ['lz4', bytes('\x04"M\x18'), /is compressed with LZ4/],
    ['snappy', bytes('\xff\x06\x00\x00sNaPpY'), /is compressed with Snappy/],
    ['a journal', bytes('LPKSHHRH'), /journalctl --file FILE -o json/],
    ['SQLite', bytes('SQLite format 3\0'), /is an SQLite database/],
    ['anything else', Buffer.alloc(600, '\x01\x02\xfe'), /is binary/],
  ])('%s', async (_name, file, message) => {
    await expect(read(file)).rejects.toThrow(message);
  });
});
