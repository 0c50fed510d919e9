// What `onceward show` says of the outside: the issue, the pull request, what was heard, the checks. Nothing where
// nothing is known.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { itemPairs } from '../../../services/inspect/item-sections.ts';
import { runPairs } from '../../../services/inspect/run-sections.ts';
import { timesOf } from '../../../services/inspect/times.ts';
import { stagesOf } from '../../../services/queries/stage-progress.ts';
import {
  ask,
  ITEM,
  itemOpening,
  OPENED_AT_MS,
  openActor,
  openItem,
  openRun,
  type Step,
  statesAfter,
} from '../../support/machine-steps.ts';

const SHA = 'a'.repeat(40);
const TIMES = timesOf({ timeStyle: undefined }, OPENED_AT_MS + 60_000);
const OUTSIDE = ['issue', 'pull request', 'heard', 'sent back for', 'pause'];
const url = 'https://github.com/acme/shop/pull/7';

function itemShown(origin: unknown, ...steps: Step[]): Record<string, unknown> {
  const opening = itemOpening([{ kind: 'approval' }]);
  const item = openActor(ITEM, { ...opening, data: { ...opening.data, origin } });
  statesAfter(item, ...steps);
  return Object.fromEntries(itemPairs(item.item(), TIMES).filter(([key]) => OUTSIDE.includes(key)));
}

function checksShown(...steps: Step[]): unknown {
  const run = openRun({ kind: 'checks' });
  statesAfter(run, ...steps);
  return Object.fromEntries(runPairs(run.run(), TIMES))['checks'];
}

test('an item shows its issue, its pull request, and what a person has said last', () => {
  const shown = itemShown(
    { tracker: 'github', ref: '12', url: 'https://me:pw@github.com/acme/shop/issues/12' },
    ask('pull-request', { number: 7, state: 'open', headSha: SHA, url }),
    ask('heard', { by: 'ada', verb: 'pause', mark: '1/1' }),
    ask('reject', { by: 'ada', reviews: ['r1', 't2'] }),
    ask('pause', { by: 'ada', reason: 'holidays' }),
  );

  assert.match(
    String(shown['issue']),
    /^github 12 \(https:.*github\.com\/acme\/shop\/issues\/12\)$/,
  );
  assert.not.match(String(shown['issue']), 'pw');
  assert.is(shown['pull request'], `#7, open (${url})`);
  assert.is(shown['heard'], 'pause, by ada 1m00s ago');
  assert.is(shown['sent back for'], '2 reviews and threads');
  assert.is(shown['pause'], 'requested, before the next stage, by ada: holidays');
});

test('an item that nobody outside knows of shows nothing of it', () => {
  assert.equal(
    Object.values(itemShown(null)),
    OUTSIDE.map(() => null),
  );
});

test('a run of checks shows what was seen of them, and when that changed', () => {
  const seen = { epoch: 1, sha: SHA, digest: 'd1', reruns: 1, summary: '2 of 5 passed' };

  assert.is(
    checksShown(ask('checks-seen', seen)),
    'aaaaaaaaaaaa: 2 of 5 passed, run again 1 times, last change 1m00s ago',
  );
  assert.is(checksShown(), null);
});

test('a stage of checks is waited for, not worked on', () => {
  const item = openItem([{ name: 'ci', kind: 'checks' }]);

  const [stage] = stagesOf(item.item(), item.state(), []);

  assert.is(stage?.progress, 'waiting');
});

test.run();
