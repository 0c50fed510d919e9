// What a process works by: the file's projects and the registry's, whichever of their records can be read.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfiguration } from '../../../services/config/load.ts';
import { freezePipelines } from '../../../services/project-registry.ts';
import {
  effectiveConfiguration,
  registryNotes,
} from '../../../services/registry/effective-configuration.ts';
import { encodeProject, readProjectEntry } from '../../../services/registry/project-record.ts';
import { linesOf } from '../../../services/workers/lines.ts';

const FILE = `version: 1
connections:
  main: { kind: github, tokenVariable: T }
projects:
  shop: { repository: /srv/shop.git, pipeline: standard }
pools:
  heavy: {}
pipelines:
  standard:
    stages:
      - { name: build, kind: command, command: make }
`;
const OTHER = FILE.replace('standard:', 'big:')
  .replace('pipeline: standard', 'pipeline: big')
  .replace('command: make', 'command: make, pool: heavy');

const fileOf = (text = FILE) => loadConfiguration(text, { file: 'onceward.yaml' });

const notesOf = (readings: Parameters<typeof registryNotes>[1], hasConnections = true) =>
  registryNotes(fileOf(), readings, { hasConnections });

function recordOf(project: string, written: object = {}, more: object = {}) {
  const settings = { repository: `/srv/${project}.git`, pipeline: 'standard', ...written };
  const [pipeline] = freezePipelines(fileOf(OTHER), '/srv').values();
  assert.ok(pipeline);
  const record = { origin: 'registry', isDraining: false, settings, pipeline, ...more } as const;
  const entry = { key: project, value: encodeProject(record), revision: 7, storedAtMs: 0 };
  const reading = readProjectEntry(entry);
  assert.ok(reading);
  return [project, reading] as const;
}

test('the projects of the registry are worked on beside those of the file', () => {
  const { configuration, draining } = effectiveConfiguration(
    fileOf(),
    new Map([recordOf('web', { maxConcurrentRuns: 2 }), recordOf('old', {}, { isDraining: true })]),
  );

  assert.equal(Object.keys(configuration.projects), ['shop', 'web', 'old']);
  assert.is(configuration.projects['web']?.maxConcurrentRuns, 2);
  assert.equal(configuration.projects['web']?.tracker.kind, 'folder');
  assert.equal([...draining], ['old']);
});

test('where both have a project, that of the registry holds, and that is said', () => {
  const readings = new Map([recordOf('shop', { baseBranch: 'trunk' })]);

  const { configuration } = effectiveConfiguration(fileOf(), readings);

  assert.is(configuration.projects['shop']?.baseBranch, 'trunk');
  assert.match(notesOf(readings).get('shop')?.join() ?? '', 'the registry holds');
});

test('what hosts have stored of their files is no project of this process', () => {
  const readings = new Map([recordOf('web', {}, { origin: 'file' })]);

  assert.equal(Object.keys(effectiveConfiguration(fileOf(), readings).configuration.projects), [
    'shop',
  ]);
  assert.equal(notesOf(readings), new Map());
});

test('a worker serves a project whose pipeline its own file does not have', () => {
  const readings = new Map([recordOf('web', { pipeline: 'big' })]);

  const { configuration } = effectiveConfiguration(fileOf(), readings);

  const heavy = linesOf(configuration).find(({ pool }) => pool === 'heavy');
  assert.equal(heavy?.projects, [{ project: 'web', maxConcurrentRuns: 4 }]);
});

test('a record that cannot be read is said and passed over', () => {
  const broken = readProjectEntry({ key: 'odd', value: '{"v":2}', revision: 3, storedAtMs: 0 });
  const readings = new Map([['odd', broken] as const, recordOf('web')].filter(hasReading));

  assert.equal(Object.keys(effectiveConfiguration(fileOf(), readings).configuration.projects), [
    'shop',
    'web',
  ]);
  assert.match(notesOf(readings).get('odd')?.join() ?? '', 'cannot be read');
});

test('a connection that this host does not have is said; a worker alone needs none', () => {
  const tracker = { kind: 'github', connection: 'mian', repository: 'acme/web' };

  const notes = notesOf(new Map([recordOf('web', { tracker })]));

  assert.match(notes.get('web')?.join() ?? '', 'there is no connection of kind github "mian"');
  assert.equal(notesOf(new Map([recordOf('web', { tracker })]), false), new Map());
});

function hasReading<Reading>(
  pair: readonly [string, Reading | null],
): pair is readonly [string, Reading] {
  return pair[1] !== null;
}

test.run();
