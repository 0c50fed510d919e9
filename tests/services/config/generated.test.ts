// The files that are made from the schemas: each must be what its function returns today.
import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderEnvExample } from '../../../services/config/environment.ts';
import { ENVIRONMENT_VARIABLES } from '../../../services/config/environment-variables.ts';
import { renderJsonSchema, type SchemaNode } from '../../../services/config/json-schema.ts';
import { renderConfigurationPage } from '../../../services/config/reference.ts';
import { within } from '../../support/within.ts';

const fileAt = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

test(
  'docs/configuration.md is current',
  within(5_000, async () => {
    assert.fixture(await fileAt('docs/configuration.md'), renderConfigurationPage());
  }),
);

test(
  'docs/onceward.schema.json is current',
  within(5_000, async () => {
    assert.fixture(await fileAt('docs/onceward.schema.json'), renderJsonSchema());
  }),
);

test(
  '.env.example is current',
  within(5_000, async () => {
    assert.fixture(await fileAt('.env.example'), renderEnvExample());
  }),
);

test('every field in the schema has a description', () => {
  assert.equal(fieldsWithoutDescription(JSON.parse(renderJsonSchema()), ''), []);
});

test('every example of a variable can be read as it stands', () => {
  const variables = Object.values(ENVIRONMENT_VARIABLES);

  assert.equal(
    variables.filter(({ schema, example }) => !schema.safeParse(example).success),
    [],
  );
});

function fieldsWithoutDescription(node: SchemaNode, path: string): string[] {
  const fields = Object.entries(node.properties ?? {});
  const parts = [node.items, node.additionalProperties, ...(node.oneOf ?? [])];
  return [
    ...fields.flatMap(([name, field]) => (field.description ? [] : `${path}.${name}`)),
    ...fields.flatMap(([name, field]) => fieldsWithoutDescription(field, `${path}.${name}`)),
    ...parts.flatMap((part) =>
      typeof part === 'object' ? fieldsWithoutDescription(part, `${path}.*`) : [],
    ),
  ];
}

test.run();
