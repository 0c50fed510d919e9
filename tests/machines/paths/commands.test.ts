// Goal: whatever is sent to a run, an item, an account, a queue or a deployment, in whatever order, what it promises holds.
// Method: random commands against decide, held against a small model; SEED=… replays, the seed is printed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ACCOUNT_LAWS } from './account-laws.ts';
import { commandLives } from './command-lives.ts';
import { DEPLOYMENT_LAWS } from './deployment-laws.ts';
import { ITEM_LAWS } from './item-laws.ts';
import { everyItemMove } from './item-moves.ts';
import { MERGE_LAWS } from './merge-laws.ts';
import { RUN_LAWS } from './run-laws.ts';
import {
  ACCOUNT_SUBJECT,
  DEPLOYMENT_SUBJECT,
  ITEM_SUBJECT,
  MERGE_SUBJECT,
  RUN_SUBJECT,
} from './subjects.ts';

const LIVES = 400;
const SEED = Number(process.env['SEED'] ?? 20_261_123);

test('a run keeps its laws under any sequence of commands, and every answer is seen', () => {
  const { outcomes, commandCount } = commandLives(RUN_SUBJECT, RUN_LAWS, {
    seed: SEED,
    lives: LIVES,
  });

  process.stdout.write(`commands to runs: ${commandCount}, seed ${SEED}\n`);
  for (const answer of ['applied', 'repeated', ...FENCES, 'stale-epoch']) {
    assert.ok((outcomes.get(answer) ?? 0) > LIVES / 10, `${answer}: ${outcomes.get(answer)}`);
  }
});

test('an item keeps its laws under any sequence of commands, and every answer is seen', () => {
  const { outcomes, commandCount } = commandLives(
    { ...ITEM_SUBJECT, moves: everyItemMove },
    ITEM_LAWS,
    {
      seed: SEED,
      lives: LIVES,
    },
  );

  process.stdout.write(`commands to items: ${commandCount}, seed ${SEED}\n`);
  for (const answer of ['applied', 'repeated', ...FENCES]) {
    assert.ok((outcomes.get(answer) ?? 0) > LIVES / 10, `${answer}: ${outcomes.get(answer)}`);
  }
});

test('an account keeps its laws under any sequence of commands, and every answer is seen', () => {
  const { outcomes, commandCount } = commandLives(ACCOUNT_SUBJECT, ACCOUNT_LAWS, {
    seed: SEED,
    lives: LIVES,
  });

  process.stdout.write(`commands to accounts: ${commandCount}, seed ${SEED}\n`);
  for (const answer of ['applied', 'repeated', 'revision', 'not-now', 'unknown-type']) {
    assert.ok((outcomes.get(answer) ?? 0) > LIVES / 10, `${answer}: ${outcomes.get(answer)}`);
  }
});

test('a merge queue keeps its laws under any sequence of commands, and every answer is seen', () => {
  const { outcomes, commandCount } = commandLives(MERGE_SUBJECT, MERGE_LAWS, {
    seed: SEED,
    lives: LIVES,
  });

  process.stdout.write(`commands to merge queues: ${commandCount}, seed ${SEED}\n`);
  for (const answer of ['applied', 'repeated', 'revision', 'not-now', 'unknown-type']) {
    assert.ok((outcomes.get(answer) ?? 0) > LIVES / 10, `${answer}: ${outcomes.get(answer)}`);
  }
});

test('a deployment keeps its laws under any sequence of commands, and every answer is seen', () => {
  const { outcomes, commandCount } = commandLives(DEPLOYMENT_SUBJECT, DEPLOYMENT_LAWS, {
    seed: SEED,
    lives: LIVES,
  });

  process.stdout.write(`commands to deployments: ${commandCount}, seed ${SEED}\n`);
  for (const answer of ['applied', 'repeated', 'revision', 'not-now', 'unknown-type']) {
    assert.ok((outcomes.get(answer) ?? 0) > LIVES / 10, `${answer}: ${outcomes.get(answer)}`);
  }
});

const FENCES = ['finished', 'revision', 'not-now', 'schema', 'unknown-type'];

test('a law that is broken is found, with the commands that break it', () => {
  const strict = { ...RUN_LAWS, leadsTo: { ...RUN_LAWS.leadsTo, finalizing: ['claimed'] } };

  assert.throws(
    () => commandLives(RUN_SUBJECT, strict, { seed: SEED, lives: LIVES }),
    /finalizing leads to/,
  );
});

test('the same seed gives the same lives', () => {
  const run = () => commandLives(RUN_SUBJECT, RUN_LAWS, { seed: SEED, lives: 20 }).outcomes;

  assert.equal([...run()], [...run()]);
});

test.run();
