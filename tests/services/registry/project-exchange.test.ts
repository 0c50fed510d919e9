// What is exported is imported the same, whatever stands in it; and paths mean the same place everywhere.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { projectSchema } from '../../../services/config/project-settings.ts';
import { localFileOf } from '../../../services/registry/local-file.ts';
import { exportText, readImport, withPlaces } from '../../../services/registry/project-exchange.ts';

const LOCAL = localFileOf(
  `version: 1
settings: { graceMs: 400000 }
connections:
  main: { kind: github, tokenVariable: T }
pipelines: { standard: { stages: [{ name: build, kind: external }] } }
`,
  { file: '/etc/onceward/onceward.yaml', graceMs: undefined },
);
const OPTIONS = { file: '/srv/import/part.yaml', graceMs: undefined, local: LOCAL };

const oneOf = fc.constantFrom;
const mode = oneOf('off', 'shadow', 'enforce');
const name = fc
  .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  .filter((text) => text === text.trim() && text.length > 0 && text.length <= 100);
const onGithub = { kind: oneOf('github'), connection: oneOf('main'), repository: oneOf('a/b.c') };
const optional = { requiredKeys: [] as [], noNullPrototype: true };
const tracker = fc.oneof(
  fc.record(
    { kind: oneOf('folder'), path: oneOf('/srv/items', '/srv/it ems: #1'), maxActive: fc.nat(9) },
    { requiredKeys: ['kind'], noNullPrototype: true },
  ),
  fc.record(
    { ...onGithub, label: name, commanders: fc.array(name, { maxLength: 3 }) },
    { requiredKeys: ['kind', 'connection', 'repository'], noNullPrototype: true },
  ),
);
const settings = fc
  .record(
    {
      repository: oneOf('/srv/git/shop.git', 'git@host:a/b.git', 'https://host/no: yes #x'),
      pipeline: oneOf('standard'),
      baseBranch: oneOf('main', 'null', 'yes', '1e3', '0x10', "it's"),
      maxConcurrentRuns: fc.integer({ min: 1, max: 64 }),
      dailyCaps: fc.record({ turns: fc.integer({ min: 1, max: 9 }) }, optional),
      tracker,
      forge: oneOf({ kind: 'git' }, { kind: 'github', connection: 'main', repository: 'a/b' }),
      actuators: fc.record({ intake: mode, checks: mode }, optional),
    },
    { requiredKeys: ['repository', 'pipeline'], noNullPrototype: true },
  )
  .filter((written) => projectSchema.safeParse(written).success);
const projects = fc.dictionary(fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/), settings, {
  maxKeys: 4,
  noNullPrototype: true,
});

test('what is exported is imported the same', () => {
  fc.assert(
    fc.property(projects, (given) => {
      const imported = readImport(exportText(new Map(Object.entries(given))), OPTIONS);

      assert.equal([...imported.projects], Object.entries(given));
    }),
    { numRuns: 300 },
  );
});

test('a part without pipelines is checked and frozen by the file beside it', () => {
  const text = exportText(new Map([['web', { repository: './web.git', pipeline: 'standard' }]]));

  const { local, projects: read } = readImport(text, OPTIONS);

  assert.is(local.configuration.settings.graceMs, 400_000);
  assert.equal(read.get('web')?.['repository'], '/srv/import/web.git');
});

test('a whole file is imported by itself, with its places from its own folder', () => {
  const text = `version: 1
projects:
  web: { repository: ../web.git, pipeline: own, tracker: { kind: folder, path: items } }
pipelines: { own: { stages: [{ name: a, kind: external }] } }
`;
  const { local, projects: read } = readImport(text, OPTIONS);

  assert.equal(Object.keys(local.configuration.pipelines), ['own']);
  assert.equal(read.get('web'), {
    ...{ repository: '/srv/web.git', pipeline: 'own' },
    tracker: { kind: 'folder', path: '/srv/import/items' },
  });
});

test('a file with a mistake is not read at all', () => {
  const wrong = 'version: 1\nprojects: { web: { repository: r, pipeline: standrad } }\n';

  assert.throws(() => readImport(wrong, OPTIONS), /did you mean "standard"/);
  assert.throws(() => readImport('projects: [', OPTIONS), /not valid YAML/);
});

test('addresses and full paths are left as they are', () => {
  const written = { repository: 'git@host:a/b.git', tracker: { kind: 'folder', path: '/items' } };

  assert.equal(withPlaces(written, '/elsewhere'), written);
});

test.run();
