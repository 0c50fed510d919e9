// `onceward logs`: the file of the right run, to its end, and what it says when there is none here.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type FrozenPipeline, frozenPipelineSchema } from '../../../machines/item/events.ts';
import type { RunContext } from '../../../machines/run/context.ts';
import { logPath, logs } from '../../../services/inspect/commands/logs.ts';
import type { JobFacts } from '../../../services/workers/job-facts.ts';
import { runPaths } from '../../../services/workers/run-paths.ts';
import { natsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { externalPipeline, startTestHost } from '../../support/test-host.ts';
import { within } from '../../support/within.ts';
import { testContext } from './command-fixture.ts';

const RUN = { project: 'shop', item: '1', attempt: 1, epoch: 1, stage: { name: 'build' } };

/** A run of an agent, picked up by a worker on this machine (as the context names it). */
async function setup(project: string, machine = 'machine-of-the-test') {
  const { url } = await natsServer({ syncAlways: false });
  const stages = [{ name: 'build', kind: 'agent', command: 'true' }];
  const pipeline = frozenPipelineSchema.parse({ name: 'p', digest: '', stages, limits: {} });
  const pipelines: Record<string, FrozenPipeline> = { [project]: pipeline };
  const host = await startTestHost({ url, pipelines });
  const address = `run.${project}.1.build.1`;
  const ask = (type: string, data: Record<string, unknown>) =>
    host.asker.ask({ address, type, data: { epoch: 1, ...data } });
  await host.asker.ask({ address: `item.${project}.1`, type: 'open', data: { title: 'x' } });
  await ask('started', { worker: 'w', machine });
  const stateDirectory = temporaryDirectory();
  const path = logPath(stateDirectory, { ...RUN, project } as unknown as RunContext, 1);
  mkdirSync(dirname(path), { recursive: true });
  const at = (output: 'table' | 'json' | 'jsonl' = 'table', isTerminal = false) =>
    testContext({ natsUrl: url, stateDirectory, output, isTerminal });
  return { host, ask, at, path, run: `${project}/1/build` };
}

test('it reads where workers write', () => {
  const facts = RUN as unknown as JobFacts;
  const context = RUN as unknown as RunContext;
  assert.is(logPath('/state', context, 1), runPaths('/state', facts).logPath);
});

test(
  'a log is printed as it is, or as lines of JSON',
  within(20_000, async () => {
    const { host, at, path, run } = await setup('plain');
    writeFileSync(path, 'one\ntwo');
    const plain = at();
    assert.is(await logs(plain.context, { address: run }), 0);
    assert.is(plain.out(), 'one\ntwo');
    const lines = at('jsonl');
    await logs(lines.context, { address: run });
    assert.equal(
      lines.documents().map(({ v, run: shown, line }) => [v, shown, line]),
      [
        [1, 'plain/1/build/1', 'one'],
        [1, 'plain/1/build/1', 'two'],
      ],
    );
    const whole = at('json');
    await logs(whole.context, { address: `${run}/1` });
    assert.is(whole.documents()[0].text, 'one\ntwo');
    await host.stop();
  }),
);

test(
  'a character that was never completed is told as such, not left out',
  within(20_000, async () => {
    const { host, at, path, run } = await setup('cut');
    writeFileSync(path, Buffer.from('one €').subarray(0, -1));
    const lines = at('jsonl');
    await logs(lines.context, { address: run });
    const whole = at('json');
    await logs(whole.context, { address: run });
    const terminal = at('table', true);
    await logs(terminal.context, { address: run });
    await host.stop();

    assert.equal(
      [lines.documents()[0].line, whole.documents()[0].text, terminal.out()],
      ['one \ufffd', 'one \ufffd', 'one \ufffd'],
    );
  }),
);

test(
  'on a terminal nothing of a log is obeyed; elsewhere it is as it was written',
  within(20_000, async () => {
    const { host, at, path, run } = await setup('hostile');
    const text = '\u001b]52;c;c2VjcmV0\u0007\u001b[31mred\u001b[0m\n10 %\r\tdone ✅\u001b';
    writeFileSync(path, text);
    const terminal = at('table', true);
    await logs(terminal.context, { address: run });
    assert.is(terminal.out(), 'red\n10 %\n\tdone ✅ ');
    const piped = at();
    await logs(piped.context, { address: run });
    assert.is(piped.out(), text);
    await host.stop();
  }),
);

test(
  'following ends with the command, after its last line',
  within(20_000, async () => {
    const { host, ask, at, path, run } = await setup('followed');
    const { context, out, written } = at();
    const ended = logs(context, { address: run, isFollowing: true });
    writeFileSync(path, 'first\n');
    await written('first');
    appendFileSync(path, 'last\n');
    await ask('exited', { code: 0 });
    assert.is(await ended, 0);
    assert.is(out(), 'first\nlast\n');
    await host.stop();
  }),
);

test(
  'who follows is told that the run goes on in another epoch',
  within(20_000, async () => {
    const { host, ask, at, path, run } = await setup('requeued');
    writeFileSync(path, 'first\n');
    const { context, err, out, written } = at();
    const ended = logs(context, { address: run, isFollowing: true });
    await written('first');
    await ask('worker-lost', { worker: 'w' });
    assert.is(await ended, 0);
    assert.is(out(), 'first\n');
    assert.is(err(), 'epoch 1 is over; requeued/1/build/1 goes on in epoch 2\n');
    await host.stop();
  }),
);

test(
  'following can be interrupted',
  within(20_000, async () => {
    const { host, at, path, run } = await setup('interrupted');
    writeFileSync(path, 'first\n');
    const { context, written, stop } = at();
    const ended = logs(context, { address: run, isFollowing: true });
    await written('first');
    stop();
    assert.is(await ended, 130);
    await host.stop();
  }),
);

test(
  'a log on another machine is told as such, and one that is not there, too',
  within(20_000, async () => {
    const elsewhere = await setup('elsewhere', 'other-machine');
    const error = await rejects(
      logs(elsewhere.at().context, { address: elsewhere.run }),
      'ACTOR_NOT_FOUND',
    );
    assert.match(error.message, 'is on machine other-machine; this is machine-of-the-test');
    assert.match(error.remedy ?? '', 'on that machine');
    const here = await setup('here');
    const missing = logs(here.at().context, { address: here.run });
    const { message, remedy } = await rejects(missing, 'ACTOR_NOT_FOUND');
    assert.match(message, 'there is no file ');
    assert.match(remedy ?? '', '--state-dir');
    await rejects(logs(here.at().context, { address: 'here/1' }), 'USAGE');
    await Promise.all([elsewhere.host.stop(), here.host.stop()]);
  }),
);

test(
  'of a stage that has no log it is said where to look instead',
  within(20_000, async () => {
    const { url } = await natsServer({ syncAlways: false });
    const host = await startTestHost({ url, pipelines: { outside: externalPipeline('build') } });
    await host.asker.ask({ address: 'item.outside.1', type: 'open', data: { title: 'x' } });
    const { context } = testContext({ natsUrl: url });
    const missing = logs(context, { address: 'outside/1/build' });

    const { message, remedy } = await rejects(missing, 'ACTOR_NOT_FOUND');
    assert.match(message, 'a stage of kind external has none');
    assert.match(remedy ?? '', '`onceward events outside/1/build/1`');
    await host.stop();
  }),
);

test.run();
