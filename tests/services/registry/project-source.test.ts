// What a process works by follows the file and the registry: in order, gathered, and over every trouble.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfiguration } from '../../../services/config/load.ts';
import { freezePipelines } from '../../../services/project-registry.ts';
import type { Effective } from '../../../services/registry/effective-configuration.ts';
import { encodeProject } from '../../../services/registry/project-record.ts';
import { openProjectSource } from '../../../services/registry/project-source.ts';
import type { RecordFeed } from '../../../transport/nats/record-feed.ts';
import type { Entry } from '../../../transport/ports.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const file = loadConfiguration(
  `version: 1
projects: { shop: { repository: /srv/shop.git, pipeline: standard } }
pipelines: { standard: { stages: [{ name: build, kind: external }] } }
`,
  { file: 'onceward.yaml' },
);

function entryOf(key: string, revision: number): Entry {
  const [pipeline] = freezePipelines(file, '/srv').values();
  assert.ok(pipeline);
  const settings = { repository: `/srv/${key}.git`, pipeline: 'standard' };
  const record = { origin: 'registry', isDraining: false, settings, pipeline } as const;
  return { key, value: encodeProject(record), revision, storedAtMs: 0 };
}

/** A feed that hands out what it is given, and says when that has been taken. */
function createFeed(present: readonly Entry[] = []) {
  const queue: Entry[] = [...present];
  let wake = () => {};
  let isEnded = false;
  let tellCaughtUp = () => {};
  const caughtUp = new Promise<void>((resolve) => {
    tellCaughtUp = resolve;
  });
  async function* entries(): AsyncIterable<Entry> {
    while (!isEnded) {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) yield next;
      tellCaughtUp();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  const close = async () => {
    isEnded = true;
    tellCaughtUp();
    wake();
  };
  const feed: RecordFeed = { entries, caughtUp, close };
  return {
    feed,
    async give(entry: Entry) {
      queue.push(entry);
      wake();
      await settled();
    },
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

interface SetupOptions {
  present?: readonly Entry[];
  /** Of the second feed. */
  later?: readonly Entry[];
  openings?: Error[];
}

async function setup(options: SetupOptions = {}) {
  const clock = createVirtualClock();
  const warnings: string[] = [];
  const given = createFeed(options.present);
  const openings = [...(options.openings ?? [])];
  const feeds = [given.feed, createFeed(options.later).feed];
  const silent = () => {};
  const warn = (_: object, message: string) => void warnings.push(message);
  const opening = openProjectSource({
    file,
    hasConnections: true,
    clock,
    openFeed: async () => {
      const failure = openings.shift();
      if (failure !== undefined) throw failure;
      return feeds.shift() ?? given.feed;
    },
    log: { info: silent, error: silent, warn },
  });
  const source = await opening;
  const applied: string[][] = [];
  const apply = async ({ configuration }: Effective) =>
    void applied.push(Object.keys(configuration.projects));
  const pass = async (ms: number) => {
    await clock.advance(ms);
    await settled();
  };
  const end = async () => {
    await given.feed.close();
    await settled();
  };
  return { source, applied, apply, warnings, pass, end, give: given.give };
}

test(
  'what is registered at the start is there at once, and is not applied a second time',
  within(5_000, async () => {
    const { source, applied, apply, pass } = await setup({ present: [entryOf('web', 1)] });

    source.begin(apply);
    await pass(1_000);

    assert.equal(Object.keys(source.current().configuration.projects), ['shop', 'web']);
    assert.equal(applied, []);
    await source.close();
  }),
);

test(
  'changes that come together are applied together, a removal too',
  within(5_000, async () => {
    const { source, applied, apply, pass, give } = await setup();
    source.begin(apply);
    await pass(1_000);

    await give(entryOf('web', 1));
    await give(entryOf('bank', 2));
    await pass(1_000);
    await give({ key: 'web', value: null, revision: 3, storedAtMs: 0 });
    await pass(1_000);

    assert.equal(applied, [
      ['shop', 'web', 'bank'],
      ['shop', 'bank'],
    ]);
    await source.close();
  }),
);

test(
  'what could not be applied is tried again',
  within(5_000, async () => {
    const { source, applied, apply, pass, give, warnings } = await setup();
    const failures = [new Error('no connection')];
    source.begin(async (effective) => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      await apply(effective);
    });
    await pass(1_000);

    await give(entryOf('web', 1));
    await pass(1_000);
    assert.equal(applied, []);
    await pass(6_000);

    assert.equal(applied, [['shop', 'web']]);
    assert.match(warnings.join(), 'could not be applied');
    await source.close();
  }),
);

test(
  'a registry that cannot be read keeps nobody from starting, and is read once it can be',
  within(5_000, async () => {
    const { source, applied, apply, pass, warnings } = await setup({
      present: [entryOf('web', 1)],
      openings: [new Error('denied')],
    });
    source.begin(apply);
    await pass(1_000);
    const before = Object.keys(source.current().configuration.projects);

    await pass(6_000);
    await pass(1_000);

    assert.equal(before, ['shop']);
    assert.match(warnings.join(), 'cannot be followed');
    assert.equal(applied, [['shop', 'web']]);
    await source.close();
  }),
);

test(
  'what was removed while nobody could follow is gone once the registry is followed again',
  within(5_000, async () => {
    const { source, applied, apply, pass, end } = await setup({
      present: [entryOf('web', 1), entryOf('bank', 2)],
      later: [entryOf('bank', 2)],
    });
    source.begin(apply);
    await pass(1_000);

    await end();
    await pass(6_000);
    await pass(1_000);

    assert.equal(applied, [['shop', 'bank']]);
    await source.close();
  }),
);

test(
  'a file that is read again is applied together with the registry, and its failure is told',
  within(5_000, async () => {
    const { source, applied, apply } = await setup({ present: [entryOf('web', 1)] });
    source.begin(apply);
    const projects = { ...file.projects };
    delete projects['shop'];

    await source.replaceFile({ ...file, projects });

    assert.equal(applied, [['web']]);
    await source.close();
  }),
);

test.run();
