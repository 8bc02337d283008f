/** The forms of recorded logs that are read, for a person. `docs/forms.md` says how to export each. */
export const FORMS: readonly string[] = [
  'the audit log itself: an event a line, several on one line, or JSON documents and lists over several lines',
  'Kubernetes EventList, and the events that an audit webhook is sent',
  'CloudWatch Logs: export to S3; filter-log-events, get-log-events and tail of the AWS CLI, with and without --query, as',
  '  JSON or text; CSV and JSON of the console and of Logs Insights; subscription payloads, packed or not, as Lambda,',
  '  Kinesis and Firehose get and store them',
  'lines of containerd, CRI-O, Docker, Fluent Bit, syslog, journald (-o json), Vector, Loki (logcli, API), Splunk,',
  '  Elasticsearch (hits, bulk), Datadog, Sumo Logic, GELF and others that put the event into a field or behind a time',
  'Security Lake (OCSF API Activity) as JSON',
  'fields that were flattened (objectRef.resource), tables of them, bodies that were put into texts',
  'any of these in gzip, zstd, xz or zlib, and in UTF-8 or UTF-16',
];
