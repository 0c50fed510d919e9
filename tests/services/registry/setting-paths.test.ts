// Settings by their paths: what is set, what is taken away, and what is no setting at all.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSetting, withSettings } from '../../../services/registry/setting-paths.ts';

const changed = (settings: object, ...texts: string[]) =>
  withSettings({ ...settings }, texts.map(parseSetting));

function refusalOf(text: string): string {
  try {
    return `taken: ${JSON.stringify(parseSetting(text))}`;
  } catch (error) {
    return (error as Error).message;
  }
}

test('a value is read as YAML reads it, and stands where its path says', () => {
  const settings = changed(
    { repository: 'r', tracker: { kind: 'folder' } },
    ...['maxConcurrentRuns=2', 'tracker.commanders=[alice, bob]', 'baseBranch=release/1=2'],
    'dailyCaps={ usd: 5 }',
  );

  assert.equal(settings, {
    ...{ repository: 'r', tracker: { kind: 'folder', commanders: ['alice', 'bob'] } },
    ...{ maxConcurrentRuns: 2, baseBranch: 'release/1=2', dailyCaps: { usd: 5 } },
  });
});

test('an empty value takes a setting away, and with the last one its map', () => {
  const before = { actuators: { intake: 'off' }, tracker: { kind: 'folder', path: '/x' } };

  assert.equal(changed(before, 'actuators.intake=', 'tracker.path='), {
    tracker: { kind: 'folder' },
  });
});

test('a tracker or forge that was not written down begins as its default', () => {
  assert.equal(changed({}, 'tracker.maxActive=5', 'forge.kind=git'), {
    tracker: { kind: 'folder', maxActive: 5 },
    forge: { kind: 'git' },
  });
});

test('what was given is left as it was', () => {
  const before = { tracker: { kind: 'folder' } };

  changed(before, 'tracker.path=/x');

  assert.equal(before, { tracker: { kind: 'folder' } });
});

test('what is no path or no value is refused', () => {
  assert.match(refusalOf('tracker'), 'expected path=value');
  assert.match(refusalOf('__proto__.polluted=1'), 'expected path=value');
  assert.match(refusalOf('a.b.c.d.e.f=1'), 'expected path=value');
  assert.match(refusalOf('baseBranch=[unclosed'), 'is no value of YAML');
  assert.match(refusalOf(`baseBranch=${'x'.repeat(5_000)}`), 'at most 4000 characters');
});

test('an inherited name is a name like any other', () => {
  assert.equal(Object.entries(changed({}, 'constructor.x=1')), [['constructor', { x: 1 }]]);
});

test.run();
