// Time limit: 300 s
// Goal: whatever stands in a bucket, in the job queue or in a verdict file, reading it ends with a reason.
// Method: what our own processes write, with hostile changes; real files for verdicts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeRecord, encodeRecord, skimRecord } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import { VERDICT_KINDS } from '../../machines/verdict.ts';
import type { GateSubject } from '../../services/workers/gates/finding.ts';
import { verdictGate } from '../../services/workers/gates/verdict-file.ts';
import { createJobHandling } from '../../services/workers/job-handling.ts';
import type { Bucket } from '../../transport/ports.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';
import { fuzz, fuzzAsync, type Judgement } from './campaign.ts';
import { hugeText, mutated, mutatedText, nastyBytes, nastyText } from './garbage.ts';
import { livesInEveryState } from './lives.ts';

const lives = livesInEveryState();
const records = lives.map(({ stored }) => stored.record);

const recordText = fc.oneof(
  { weight: 100, arbitrary: mutated(records).map(written) },
  { weight: 20, arbitrary: mutatedText(fc.constantFrom(...records.map(encodeRecord))) },
  { weight: 5, arbitrary: nastyText },
  { weight: 1, arbitrary: hugeText },
  { weight: 1, arbitrary: hugeText.map((text) => `{"v":1,"state":${text}}`) },
  { weight: 1, arbitrary: hugeText.map((text) => withState(text)) },
);

test('a stored record is read, or reported as newer or corrupt, and never repaired', () => {
  const { acceptedShare, reasons } = fuzz({
    name: 'stored records',
    cases: 20_000,
    inputs: recordText,
    judge(text) {
      const decoded = decodeRecord(text, definitionOf);
      const skimmed = skimRecord(text, definitionOf);
      if (decoded.outcome === 'newer') assert.is(skimmed.outcome, 'newer');
      if (decoded.outcome !== 'ok')
        return { ...decoded, outcome: 'refused', reason: decoded.outcome };
      const again = decodeRecord(encodeRecord(decoded.record), definitionOf);
      const copy = again.outcome === 'ok' ? encodeRecord(again.record) : again.message;
      assert.is(copy, encodeRecord(decoded.record));
      return { outcome: 'accepted' };
    },
  });

  assert.ok(acceptedShare > 0.2, `accepted: ${acceptedShare}`);
  assert.equal([...reasons.keys()].sort(), ['corrupt', 'newer']);
});

const jobs = ['work', 'evaluate', 'cleanup'].map((kind) => ({
  ...{ v: 1, address: 'run.shop.7.build.1', kind, epoch: 1, fence: 1 },
}));
const jobText = fc.oneof(
  { weight: 60, arbitrary: mutated(jobs).map(written) },
  { weight: 30, arbitrary: mutatedText(fc.constantFrom(...jobs.map(written))) },
  { weight: 9, arbitrary: nastyText },
  { weight: 1, arbitrary: hugeText },
);

test(
  'a job that cannot be read is done with, and reads nothing but the records it names',
  within(300_000, async () => {
    const { carry, keysRead } = openJobs();

    const { acceptedShare } = await fuzzAsync({
      name: 'job bodies',
      cases: 10_000,
      inputs: jobText,
      async judge(body): Promise<Judgement> {
        keysRead.length = 0;
        assert.is(await carry(body), 'done');
        assert.ok(
          keysRead.length <= 2 && keysRead.every((key) => key.length < 800),
          keysRead.join(),
        );
        if (keysRead.length > 0) return { outcome: 'accepted' };
        return { outcome: 'refused', reason: 'not-a-job', message: 'no record was read' };
      },
    });

    assert.ok(acceptedShare > 0.2, `accepted: ${acceptedShare}`);
  }),
);

const verdicts = VERDICT_KINDS.map((verdict) => ({ verdict, summary: 'seen', cause: 'tests' }));
const verdictBytes = fc.oneof(
  { weight: 60, arbitrary: mutated(verdicts).map(written).map(utf8) },
  { weight: 30, arbitrary: mutatedText(fc.constantFrom(...verdicts.map(written))).map(utf8) },
  { weight: 9, arbitrary: nastyBytes },
  { weight: 1, arbitrary: hugeText.map(utf8) },
);

test(
  'a verdict file gives its verdict, or is unobserved with what is wrong with it',
  within(300_000, async () => {
    const { judge } = openVerdicts();

    const { acceptedShare } = await fuzzAsync({
      ...{ name: 'verdict files', cases: 5_000 },
      ...{ inputs: verdictBytes, judge },
    });

    assert.ok(acceptedShare > 0.2, `accepted: ${acceptedShare}`);
  }),
);

test.run();

/** A worker's job handling on buckets that are empty and remember what was asked of them. */
function openJobs() {
  const keysRead: string[] = [];
  const bucket = {
    async read(key: string) {
      keysRead.push(key);
      return null;
    },
  } as Partial<Bucket> as Bucket;
  const deps = {} as Parameters<typeof createJobHandling>[0]['deps'];
  const { carry } = createJobHandling({
    deps,
    runs: bucket,
    items: bucket,
    merges: bucket,
    deployments: bucket,
    log: () => {},
  });
  return { carry, keysRead };
}

/** The verdict gate on a run folder with one file, and nothing pushed. */
function openVerdicts() {
  const runFolder = temporaryDirectory();
  const path = join(runFolder, 'verdict.json');
  mkdirSync(runFolder, { recursive: true });
  const job = { item: '7', project: 'shop', stage: { name: 'build' }, attempt: 1 };
  const subject = { job, headSha: null, paths: { runFolder } } as unknown as GateSubject;
  return {
    async judge(bytes: Uint8Array): Promise<Judgement> {
      writeFileSync(path, bytes);
      const { kind, cause, summary } = await verdictGate({ path: 'verdict.json' }, subject);
      assert.ok(kind !== 'infra_error' || cause !== 'tests', 'a made-up fault excuses nothing');
      if (cause !== 'no-verdict') return { outcome: 'accepted' };
      assert.is(kind, 'unobserved');
      return { outcome: 'refused', reason: cause, message: summary };
    },
  };
}

function withState(state: string): string {
  const [record] = records;
  return written({ ...record, state: 0 }).replace('"state":0', `"state":${state}`);
}

function written(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
