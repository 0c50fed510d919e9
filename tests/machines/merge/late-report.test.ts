// What was found of one candidate is never said of another: the base has moved, and an old report comes late.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decide } from '../../../machines/decide.ts';
import { stageSchema } from '../../../machines/pipeline.ts';
import { type Stored, stateName } from '../../../machines/record.ts';

const ADDRESS = 'merge.shop.main';
const shaOf = (letter: string) => letter.repeat(40);

function setup() {
  let stored: Stored | null = null;
  let revision = 0;
  const tell = (type: string, data: Record<string, unknown>): string => {
    const event = { address: ADDRESS, type, id: `e${revision}-${type}`, atMs: 1_000, data };
    const decision = decide(stored, { ...event, door: 'tell' });
    if (decision.outcome !== 'applied') return decision.outcome;
    revision += 1;
    stored = { record: decision.record, revision };
    return stateName(decision.record.state);
  };
  const gates = [{ kind: 'command', command: 'true' }];
  const stage = stageSchema.parse({
    name: 'land',
    kind: 'merge',
    gates,
    merge: { admission: 'none' },
  });
  const settings = { stage, repository: '/r', baseBranch: 'main', digest: 'd', sinceMs: 1 };
  const member = { item: 'a', headSha: shaOf('a') };
  tell('open', {});
  tell('enqueue', {
    ...{ ...member, stage: 'land', attempt: 1, settings: { ...settings, reminderMs: 60_000 } },
  });
  tell('take', { worker: 'w' });
  const lease = { token: revision - 1, trial: 1 };
  const prepared = (base: string, candidate: string): string => {
    const members = [{ ...member, landsAs: shaOf(candidate) }];
    const made = { sha: shaOf(candidate), treeSha: shaOf('9'), members };
    const data = { ...lease, baseSha: shaOf(base), baseTreeSha: shaOf('8'), candidate: made };
    return tell('prepared', data);
  };
  const validated = (candidate: string): string =>
    tell('validated', { ...lease, kind: 'pass', cause: 'gates', sha: shaOf(candidate) });
  return { lease, prepared, tell, validated };
}

test('a report on the candidate lets it land', () => {
  const { prepared, validated } = setup();
  prepared('1', 'c');

  const state = validated('c');

  assert.is(state, 'merging');
});

test('a report on the candidate of a base that has moved does not let the next one land', () => {
  const { lease, prepared, tell, validated } = setup();
  prepared('1', 'c');
  validated('c');
  tell('base-moved', { ...lease, baseSha: shaOf('2') });
  prepared('2', 'd');

  const late = validated('c');

  assert.is(late, 'refused');
  assert.is(validated('d'), 'merging');
});

test.run();
