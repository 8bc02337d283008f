import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { configJsonSchema, LOG_RETENTION_DAYS } from '../../lib/config/config-schema.ts';

test('the JSON Schema for editors is that of the code (if not: npm run schema)', () => {
  const file = readFileSync(join(__dirname, '..', '..', 'sentinel.config.schema.json'), 'utf8');
  expect(JSON.parse(file)).toEqual(configJsonSchema());
});

test('every key has a description', () => {
  interface Schema {
    description?: string;
    properties?: Record<string, Schema>;
    items?: Schema;
  }
  const undescribed = (schema: Schema, path: string): string[] =>
    Object.entries(schema.properties ?? schema.items?.properties ?? {}).flatMap(([key, value]) => [
      ...(value.description ? [] : [`${path}.${key}`]),
      ...undescribed(value, `${path}.${key}`),
    ]);
  expect(undescribed(configJsonSchema(), '')).toEqual([]);
});

test('the retentions are those of CloudWatch Logs', () => {
  const days = Object.values(RetentionDays).filter(
    (value) => typeof value === 'number' && value !== RetentionDays.INFINITE,
  );
  expect([...LOG_RETENTION_DAYS]).toEqual(days.toSorted((a, b) => Number(a) - Number(b)));
});
