// An exported life as a file: what of it is believed, what is refused, and how a unit test replays one.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { definitionOf } from '../../../machines/registry.ts';
import { parseExport, readExport } from '../../../services/queries/export-file.ts';
import { type Replay, replayExport } from '../../../services/queries/export-replay.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { ask, claim, openRun } from '../../support/machine-steps.ts';
import { recordLife } from '../../support/recorded-lives.ts';

// biome-ignore lint/suspicious/noExplicitAny: a file may hold anything, and that is what is tested
type Document = any;

const AUDIT = { address: 'run.shop.7.build.1', id: 'x', door: 'ask', by: 'host-1' };

/** A run that was claimed, with a claim that lost in between. */
function exported(): Document {
  const life = recordLife(openRun());
  life.send(ask('started', { epoch: 1, worker: 'worker-1', machine: 'm1' }));
  life.send(ask('exited', { epoch: 1, code: 0 }));
  life.send(claim('worker-1'));
  const steps = life.steps().map((step) => ({ ...step, by: 'host-1', isRemade: false }));
  const applied = steps.map(({ revision, event }) => {
    return { ...AUDIT, atMs: event.atMs, type: event.type, outcome: 'applied', revision };
  });
  const lost = { ...AUDIT, atMs: 1, type: 'claim', outcome: 'refused', claimant: 'reaper-1' };
  const audit = [...applied.slice(0, 3), { ...lost, reason: 'not-now', message: 'no' }, applied[3]];
  return structuredClone({
    ...{ v: 1, kind: 'onceward-export', address: 'shop/7/build/1', exportedAtMs: 5, steps, audit },
    versions: { onceward: '0.1.0', envelope: 1, machine: 1 },
  });
}

function changed(change: (document: Document) => void): Document {
  const document = exported();
  change(document);
  return document;
}

function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof OncewardError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

function told({ revisions }: Replay) {
  return revisions.map(({ type, from, to, outcome }) => [type, from, to, outcome]);
}

test('a unit test replays an exported file: read it, and assert that it is reproduced', () => {
  const file = JSON.stringify(exported());

  const replay = replayExport(JSON.parse(file));

  assert.is(replay.isReproduced, true);
  assert.equal(replay.counts, { same: 4, differs: 0, notReplayable: 0 });
});

test('each revision is told with its event, where it led, what it changed and what it ordered', () => {
  const replay = replayExport(exported());

  assert.equal(told(replay), [
    ['open', null, 'running.queued', 'same'],
    ['started', 'running.queued', 'running.starting', 'same'],
    ['exited', 'running.starting', 'finalizing', 'same'],
    ['claim', 'finalizing', 'claimed', 'same'],
  ]);
  assert.ok(replay.revisions[2]?.changes?.some(({ path }) => path === 'context.exit'));
  assert.equal(replay.revisions[3]?.effects, ['tells shop/7: advance']);
});

test('what was refused stands behind the revision it met', () => {
  const [, , exited, claimed] = replayExport(exported()).revisions;

  assert.equal(
    exited?.refused.map(({ claimant }) => claimant),
    ['reaper-1'],
  );
  assert.equal(claimed?.refused, []);
});

test('where the audit begins late, its time tells what was refused when', () => {
  const late = changed((document) => {
    document.audit = [{ ...document.audit[3], atMs: document.steps[3].event.atMs + 1 }];
  });

  assert.is(replayExport(late).revisions[3]?.refused.length, 1);
});

test('a record that was tampered with is found', () => {
  const replay = replayExport(
    changed(({ steps }) => {
      steps[2].record.context.exit.code = 1;
    }),
  );

  assert.is(replay.isReproduced, false);
  assert.equal(replay.revisions[2]?.differences, [
    { path: 'context.exit.code', before: 1, after: 0 },
  ]);
});

test('a record that was made again is made once more, and proves nothing', () => {
  const replay = replayExport(
    changed(({ steps }) => {
      steps[2].isRemade = true;
      steps[2].record.context.exit.code = 1;
    }),
  );

  assert.is(replay.isReproduced, true);
  assert.is(replay.revisions[2]?.reason, 'only its state is kept');
});

test('what cannot be replayed is counted, and is no difference', () => {
  const replay = replayExport(
    changed((document) => {
      document.steps = document.steps.slice(1);
    }),
  );

  assert.is(replay.isReproduced, true);
  assert.equal(replay.counts, { same: 2, differs: 0, notReplayable: 1 });
});

test('a file that is no JSON, or no export, is refused', () => {
  const foreign = 'EXPORT_INVALID: the export cannot be read: it is no export of onceward';

  assert.match(
    refusalOf(() => parseExport('{')),
    'EXPORT_INVALID: the export cannot be read: it is not JSON',
  );
  assert.is(
    refusalOf(() => readExport([])),
    foreign,
  );
  assert.is(
    refusalOf(() => readExport({ v: 1, runs: [] })),
    foreign,
  );
  assert.is(
    refusalOf(() => readExport(changed((document) => (document.kind = 'another')))),
    foreign,
  );
});

test('a file of a newer version is refused as such', () => {
  const newer = (change: (document: Document) => void) =>
    refusalOf(() => readExport(changed(change)));

  assert.match(
    newer((document) => (document.v = 2)),
    'newer onceward: export version 2, this one knows 1',
  );
  assert.match(
    newer(({ versions }) => (versions.machine = 9)),
    `machine version 9, this one knows ${definitionOf('run')?.version}`,
  );
  assert.match(
    newer(({ versions }) => (versions.envelope = 3)),
    'envelope version 3, this one knows 1',
  );
  assert.match(
    newer(({ steps }) => (steps[1].record.v = 2)),
    'record of revision 6: envelope version 2',
  );
});

test('what is wrong in an export is named by its place', () => {
  const wrong = (change: (document: Document) => void) =>
    refusalOf(() => readExport(changed(change)));

  assert.match(
    wrong(({ steps }) => (steps[1].revision = 'x')),
    'steps.1.revision: ',
  );
  assert.match(
    wrong((document) => (document.steps = [])),
    'steps: ',
  );
  assert.match(
    wrong((document) => (document.exportedAtMs = 1e300)),
    'exportedAtMs: ',
  );
  assert.match(
    wrong(({ steps }) => (steps[0].record.machine = 'item')),
    'record of revision 3: it is that of another machine, item',
  );
  assert.match(
    wrong((document) => (document.address = '../etc')),
    '"../etc" is that of no actor',
  );
  assert.match(
    wrong(({ steps }) => delete steps[0].record.context.deadlines),
    'record of revision 3: context.deadlines: ',
  );
});

test('an entry of the audit that cannot be read is left out', () => {
  const { audit } = readExport(changed((document) => document.audit.push('?', { type: 1 })));

  assert.is(audit.length, 5);
});

test.run();
