// The JSON Schema that others read is the schema that Vouch parses by; `UPDATE_SCHEMA=1` rewrites it.
import { toJsonSchema } from '@valibot/to-json-schema';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { engagementSchema } from '../../shared/records/engagement-file.ts';

const path = 'assets/schema/vouch.engagement-1.schema.json';

it('the JSON Schema of the engagement file is made from the schema that parses it', () => {
  const made = toJsonSchema(engagementSchema, {
    typeMode: 'input',
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      valibotSchema.type === 'custom' ? { ...jsonSchema, type: 'string' } : undefined,
  });
  const text = `${JSON.stringify({ ...made, $id: 'vouch.engagement/1', title: 'Vouch engagement' }, undefined, 2)}\n`;
  if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(path, text);
  expect(readFileSync(path, 'utf8')).toBe(text);
});
