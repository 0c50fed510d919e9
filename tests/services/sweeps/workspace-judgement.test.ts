// What becomes of an item's folders follows from its record, its heads and nothing else.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ItemLife } from '../../../services/sweeps/item-life.ts';
import { judgeWorkspace, type LandingProof } from '../../../services/sweeps/workspace-judgement.ts';

const LIMITS = { nowMs: 100_000, logMaxAgeMs: 50_000 };
const ALL = { hasWorktree: true, hasRuns: true, hasLogs: true };
const LANDED: LandingProof = { outcome: 'landed' };

function finished(state: string, endedAtMs = 99_000): ItemLife {
  const place = { repository: '/r', baseBranch: 'main', landedSha: null };
  return { status: 'finished', state, endedAtMs, ...place };
}

function judged(life: ItemLife, proof: LandingProof | null = null, folders = ALL) {
  const { isWorkspaceRemoved, areLogsRemoved, kept } = judgeWorkspace(
    { life, folders, proof },
    LIMITS,
  );
  return [isWorkspaceRemoved, areLogsRemoved, kept?.reason ?? null];
}

test('only an item that is done and has landed loses its workspace; its logs stay for their time', () => {
  assert.equal(judged(finished('done'), LANDED), [true, false, 'logs-only']);
  assert.equal(judged(finished('done', 40_000), LANDED), [true, true, null]);
});

test('an item that goes on, is unknown or cannot be read keeps everything, however old it is', () => {
  assert.equal(judged({ status: 'active', state: 'parked' }, LANDED), [false, false, 'active']);
  assert.equal(judged({ status: 'unknown' }, LANDED), [false, false, 'unknown']);
  assert.equal(judged({ status: 'unreadable', message: 'x' }, LANDED), [
    false,
    false,
    'unreadable',
  ]);
});

test('a failed or cancelled item keeps its workspace until it is discarded, its logs for their time', () => {
  assert.equal(judged(finished('failed'), LANDED), [false, false, 'not-discarded']);
  assert.equal(judged(finished('cancelled', 40_000), LANDED), [false, true, 'not-discarded']);
});

test('an item that is done without a proof keeps its workspace, and says what is missing', () => {
  const headSha = 'a'.repeat(40);
  const unread: LandingProof = { outcome: 'remote-unread', message: 'no route' };
  assert.equal(judged(finished('done'), { outcome: 'not-landed', headSha })[2], 'not-landed');
  assert.equal(judged(finished('done'), { outcome: 'head-unknown' })[2], 'head-unknown');
  assert.equal(judged(finished('done'), unread)[2], 'remote-unread');
  assert.equal(judged(finished('done'), null), [false, false, 'head-unknown']);
});

test('logs that are left alone go when their time is over', () => {
  const logs = { hasWorktree: false, hasRuns: false, hasLogs: true };
  assert.equal(judged(finished('failed'), null, logs), [false, false, 'logs-only']);
  assert.equal(judged(finished('failed', 40_000), null, logs), [false, true, null]);
});

test.run();
