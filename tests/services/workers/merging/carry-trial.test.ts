// A worker carries a trial from what the record says, up to the base, and stops at the first word that it is not its.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OncewardError } from '../../../../transport/errors.ts';
import { isGroupAlive } from '../../../../transport/process/group-termination.ts';
import { eventually } from '../../../support/eventually.ts';
import { within } from '../../../support/within.ts';
import { hangingGate, queueFixture } from './queue-fixture.ts';

const TO_THE_END = ['take', 'prepared', 'validated', 'landed', 'verified'];

/** Resolves with the process of the gate once it runs. */
function gateProcess(path: string): Promise<number> {
  return eventually(() => {
    try {
      return Number(readFileSync(path, 'utf8'));
    } catch {
      return null;
    }
  }, 20);
}

test(
  'a trial is carried to the base, and its item is told that it has landed',
  within(30_000, async () => {
    const { carry, git, headSha, queue } = await queueFixture();

    const { outcome, types } = carry();

    assert.is(await outcome, 'done');
    assert.equal(types(), TO_THE_END);
    const { state, context } = await queue();
    const [decided] = context.decided;
    assert.equal([state, context.trial, context.holder], ['idle', null, null]);
    assert.equal([decided?.outcome, decided?.headSha], ['landed', headSha]);
    assert.is(await git.remote.head('main'), decided?.sha);
  }),
);

test(
  'a lease that is lost under way ends the process of the gate, and nothing more is reported',
  within(30_000, async () => {
    const { carry, git, pidPath, queue, send } = await queueFixture(hangingGate);
    const seed = await git.remote.head('main');
    const { outcome, types } = carry();
    const pid = await gateProcess(pidPath);
    const { context } = await queue();

    const lost = { token: context.holder?.token, worker: 'worker-1', evidence: 'missed' };
    const reply = await send('holder-lost', lost);

    assert.is(reply.outcome, 'applied');
    assert.is(await outcome, 'lost');
    assert.is(isGroupAlive(pid), false);
    assert.equal(types(), ['take', 'prepared']);
    assert.is(await git.remote.head('main'), seed);
  }),
);

test(
  'a worker that stops ends its gate and gives the lease back, so that the next one need not wait',
  within(30_000, async () => {
    const { carry, pidPath, queue } = await queueFixture(hangingGate);
    const stopping = new AbortController();
    const { outcome, types } = carry({ cancelSignal: stopping.signal });
    const pid = await gateProcess(pidPath);

    stopping.abort();

    assert.is(await outcome, 'lost');
    assert.is(isGroupAlive(pid), false);
    assert.equal(types(), ['take', 'prepared', 'holder-lost']);
    const { state, context } = await queue();
    assert.equal([state, context.holder, context.trial?.reclaims], ['validating', null, 1]);
  }),
);

test(
  'what a worker has prepared, another one makes again in a clone of its own, tests and lands',
  within(30_000, async () => {
    const { carry, git, lab, pidPath, queue } = await queueFixture(hangingGate);
    const stopping = new AbortController();
    const first = carry({ cancelSignal: stopping.signal });
    await gateProcess(pidPath);
    stopping.abort();
    await first.outcome;
    const candidate = (await queue()).context.trial?.candidate?.sha;
    writeFileSync(join(lab, 'second'), '');

    const second = carry({ worker: 'worker-2' });

    assert.is(await second.outcome, 'done');
    assert.equal(second.types(), ['take', 'validated', 'landed', 'verified']);
    assert.is(await git.remote.head('main'), candidate);
  }),
);

for (const [type, left] of [
  ['validated', ['take', 'landed', 'verified']],
  ['landed', ['take', 'verified']],
] as const) {
  test(
    `after a worker that stops when it has reported "${type}", another one goes on from there`,
    within(30_000, async () => {
      const { carry, git, queue } = await queueFixture();
      const stopping = new AbortController();
      const stop = (request: { type: string }) => request.type === type && stopping.abort();
      const first = carry({ cancelSignal: stopping.signal, answered: (one) => void stop(one) });
      await first.outcome;
      const candidate = (await queue()).context.trial?.candidate?.sha;

      const second = carry({ worker: 'worker-2' });

      assert.is(await second.outcome, 'done');
      assert.equal(second.types(), left);
      assert.is(await git.remote.head('main'), candidate);
      const line = await git.read('rev-list', '--first-parent', '--count', 'main');
      assert.is(line, '2');
    }),
  );
}

test(
  'a report whose answer is lost is repeated as the same one, and counts once',
  within(30_000, async () => {
    const { carry, queue } = await queueFixture();
    const lost = new Set(['prepared', 'validated', 'landed', 'verified']);
    const answered = ({ type }: { type: string }) => {
      if (lost.delete(type)) throw new OncewardError('OUTCOME_UNKNOWN', `no answer to ${type}`);
    };

    const { outcome, requests, types } = carry({ answered });
    await outcome;

    assert.equal(
      types(),
      TO_THE_END.flatMap((type) => (type === 'take' ? [type] : [type, type])),
    );
    const ids = requests.filter(({ type }) => type === 'landed').map(({ id }) => id);
    assert.is(new Set(ids).size, 1);
    const { context } = await queue();
    assert.equal(
      context.decided.map((one) => one.outcome),
      ['landed'],
    );
  }),
);

test(
  'a remote that knows a newer holder ends it: nothing is pushed and nothing is reported',
  within(30_000, async () => {
    const { carry, git, queue } = await queueFixture();
    const seed = await git.remote.head('main');
    const other = git.machine();
    const answered = async ({ type }: { type: string }) => {
      if (type === 'validated') await other.landing.fence(1_000_000);
    };

    const { outcome, types } = carry({ answered });

    assert.is(await outcome, 'lost');
    assert.equal(types(), ['take', 'prepared', 'validated']);
    assert.is(await git.remote.head('main'), seed);
    assert.is((await queue()).state, 'merging');
  }),
);

test(
  'what fails around a trial is reported with its cause, blames nobody, and the next one goes on',
  within(30_000, async () => {
    const { carry, git, queue } = await queueFixture();
    renameSync(git.remote.url, `${git.remote.url}.away`);

    const first = carry();

    assert.is(await first.outcome, 'failed');
    const failed = first.requests.find(({ type }) => type === 'failed')?.data;
    assert.is(failed?.['cause'], 'remote-unreachable');
    assert.match(String(failed?.['summary']), /remote\.git/);
    const { state, context } = await queue();
    assert.equal([state, context.holder, context.trial?.faults], ['preparing', null, 1]);
    assert.equal(
      context.entries.map(({ reds }) => reds),
      [0],
    );
    renameSync(`${git.remote.url}.away`, git.remote.url);
    const second = carry({ worker: 'worker-2' });
    assert.is(await second.outcome, 'done');
    assert.equal(second.types(), TO_THE_END);
  }),
);

test(
  'a worker that has no room for a clone says so, in place of blaming the remote',
  within(30_000, async () => {
    const { carry, lab, queue } = await queueFixture();
    writeFileSync(join(lab, 'file'), '');

    const { outcome, requests } = carry({ stateDir: join(lab, 'file', 'state') });

    assert.is(await outcome, 'failed');
    const failed = requests.find(({ type }) => type === 'failed')?.data;
    assert.is(failed?.['cause'], 'workspace-failed');
    assert.match(String(failed?.['summary']), /ENOTDIR/);
    assert.is((await queue()).context.trial?.faults, 1);
  }),
);

test(
  'a job of a trial whose lease another worker has ends with one refusal',
  within(30_000, async () => {
    const { carry, queue, send } = await queueFixture();
    await send('take', { worker: 'worker-0', machine: 'machine-0' });

    const { outcome, types } = carry();

    assert.is(await outcome, 'refused');
    assert.equal(types(), ['take']);
    assert.is((await queue()).context.holder?.worker, 'worker-0');
  }),
);

test.run();
