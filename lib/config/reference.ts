/** The page docs/configuration.md, made from the JSON Schema: every key with its type, default and meaning. */

interface Schema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: boolean | Schema;
}

const HEAD = `# Configuration

\`sentinel.config.yaml\`, key by key. This page is made from the schema by \`npm run schema\`; editors check the file by
\`sentinel.config.schema.json\`, and \`npm run synth\` reports every mistake at once, with its place and the fix. \`[]\` stands for an
item of a list, \`*\` for a name that you choose.

| Key | Value | Default | Meaning |
| --- | --- | --- | --- |
`;

/** @param schema of the configuration, as \`configJsonSchema\` makes it */
export const configReference = (schema: object): string => `${HEAD}${rowsOf('', schema as Schema).join('\n')}\n`;

function rowsOf(path: string, schema: Schema): string[] {
  const required = new Set(schema.required);
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const place = path ? `${path}.${key}` : key;
    const needed = required.has(key) && value.default === undefined;
    return [row(place, value, needed), ...rowsOf(place, value)];
  });
  const { items, additionalProperties: others, anyOf = schema.oneOf } = schema;
  return [
    ...own,
    ...(items ? rowsOf(`${path}[]`, items) : []),
    ...(typeof others === 'object' ? rowsOf(`${path}.*`, others) : []),
    ...(anyOf ?? []).flatMap((form) => rowsOf(path, form)),
  ];
}

function row(path: string, schema: Schema, isRequired: boolean): string {
  const value = schema.default;
  const fallback = value === undefined ? (isRequired ? 'required' : '–') : `\`${JSON.stringify(value)}\``;
  const cells = [`\`${path}\``, kindOf(schema), fallback, schema.description ?? ''];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function kindOf(schema: Schema): string {
  const { enum: words, const: constant, items, anyOf = schema.oneOf, minimum, maximum } = schema;
  if (words) return words.map((word) => `\`${word}\``).join(', ');
  if (constant !== undefined) return `\`${constant}\``;
  if (anyOf) return [...new Set(anyOf.map(kindOf))].join(' or ');
  if (items) return `list of ${kindOf(items)}`;
  if (schema.type === 'object') return 'group';
  const range =
    minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER
      ? ` ${minimum} to ${maximum}`
      : '';
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any value');
  return `${type === 'integer' ? 'whole number' : type === 'string' ? 'text' : type === 'boolean' ? 'true, false' : type}${range}`;
}
