// Merge queues through the command line: looking at them, steering them, and every command that takes an address, on a
// real host. No worker is there: the tests report for it.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { frozenPipelineSchema } from '../../../machines/item/events.ts';
import type { CommandContext } from '../../../services/inspect/command-context.ts';
import { complete } from '../../../services/inspect/commands/complete.ts';
import { events } from '../../../services/inspect/commands/events.ts';
import { exportLife } from '../../../services/inspect/commands/export.ts';
import { graph } from '../../../services/inspect/commands/graph.ts';
import { logs } from '../../../services/inspect/commands/logs.ts';
import { ps } from '../../../services/inspect/commands/ps.ts';
import { queueShow } from '../../../services/inspect/commands/queue/show.ts';
import {
  type QueueSteerInput,
  queueSteer,
} from '../../../services/inspect/commands/queue/steer.ts';
import { replay } from '../../../services/inspect/commands/replay.ts';
import { send } from '../../../services/inspect/commands/send.ts';
import { show } from '../../../services/inspect/commands/show.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { wait } from '../../../services/inspect/commands/wait.ts';
import { watch } from '../../../services/inspect/commands/watch.ts';
import { why } from '../../../services/inspect/commands/why.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { commit } from '../../support/queue-steps.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { startFleet, type TestContextOptions } from './command-fixture.ts';

const QUEUE = 'merge.yard.main';
const timeoutMs = 10_000;
const yard = frozenPipelineSchema.parse({
  ...{ name: 'landing', digest: 'test', limits: {}, baseBranch: 'main' },
  stages: [
    { name: 'build', kind: 'external' },
    { name: 'land', kind: 'merge', merge: { admission: 'none' }, onFail: 'build' },
  ],
});
const fleet = await startFleet({ yard });
const { asker } = fleet.host;

async function printed(
  command: (context: CommandContext) => Promise<number>,
  options: TestContextOptions = {},
): Promise<string> {
  const { context, out } = fleet.at(options);
  await command(context);
  return out();
}

async function shown(project = 'yard') {
  const text = await printed((context) => queueShow(context, { project }), { output: 'json' });
  return DOCUMENTS.queueShown.parse(JSON.parse(text));
}

/** An item whose work is one commit, and which waits to be landed. */
async function toBeLanded(id: string): Promise<void> {
  await submit(fleet.at().context, { project: 'yard', title: `change ${id}`, id, timeoutMs });
  const address = `run.yard.${id}.build.1`;
  await wait(fleet.at().context, { address: `yard/${id}/build/1`, for: 'running', timeoutMs });
  await asker.ask({ address, type: 'exited', data: { code: 0 } });
  const verdict = {
    kind: 'pass',
    cause: 'test',
    summary: '',
    headSha: commit(id),
    isLanded: false,
  };
  await asker.ask({ address, type: 'claim', data: { claimant: 'publisher-1', verdict } });
  await fleet.audited(QUEUE, '"enqueue"', `${id}`);
}

function steer(input: Partial<QueueSteerInput> & Pick<QueueSteerInput, 'verb'>): Promise<string> {
  const given = { name: 'yard', timeoutMs, ...input };
  return printed((context) => queueSteer(context, given));
}

test(
  'a queue that no item has come to cannot be frozen, and the answer says so',
  within(20_000, async () => {
    const freeze = steer({ verb: 'freeze' });
    const { message } = await rejects(freeze, 'ACTOR_NOT_FOUND');
    assert.is(
      message,
      'merge queue merge.yard.main does not exist: no item has come to a stage of kind merge there yet',
    );
  }),
);

test(
  'queue lists every queue, and shows the train of one in the order it is tried in',
  within(60_000, async () => {
    await toBeLanded('1');
    await toBeLanded('2');
    await toBeLanded('3');
    const list = await printed((context) => queueShow(context, {}), { output: 'json' });
    const { queues } = DOCUMENTS.queues.parse(JSON.parse(list)) as { queues: object[] };
    assert.is(queues.length, 1);
    const { train } = await shown();
    assert.equal(
      train.map(({ item, place }) => `${item} ${place}`),
      ['yard/1 testing', 'yard/2 next', 'yard/3 waiting'],
    );
    const page = await printed((context) => queueShow(context, { project: 'yard/' }));
    assert.match(page, /^merge: +merge\.yard\.main$/m);
    assert.match(page, /^ {2}3 +yard\/3 +waiting /m);
    assert.match(page, /^waits for: +a worker to take its job: trial 1 is merged onto the base/m);
  }),
);

test(
  'an item that is moved is tried next, and the trial under way goes on',
  within(20_000, async () => {
    await steer({ verb: 'move', name: 'yard/3', to: 'first' });
    const { train } = await shown();
    assert.equal(
      train.map(({ item }) => item),
      ['yard/1', 'yard/3', 'yard/2'],
    );
    const stranger = steer({ verb: 'move', name: 'yard/9', to: 'last' });
    const { message } = await rejects(stranger, 'EVENT_REFUSED');
    assert.match(message, /9 is not in the queue/);
  }),
);

test(
  'why says of an item where it stands in the queue, and who has the lease',
  within(20_000, async () => {
    await asker.ask({ address: QUEUE, type: 'take', data: { worker: 'worker-1', machine: 'm1' } });
    const answer = await printed((context) => why(context, { address: 'yard/2' }));
    assert.match(
      answer,
      /it is number 3 of 3 in merge\.yard\.main, waiting, there since \w+ ago: it waits for the 2 before it: 1, 3/,
    );
    assert.match(answer, /worker-1 has the lease since \w+ ago, for trial 1/);
    assert.match(answer, /^ {2}onceward queue move yard\/2 --branch main --to first$/m);
  }),
);

test(
  'a frozen queue says who froze it and why, to whoever asks, until it is resumed',
  within(20_000, async () => {
    await steer({ verb: 'freeze', reason: 'release day' });
    const answer = await printed((context) => why(context, { address: 'yard/1' }));
    assert.match(answer, /the queue is frozen by operator:tester \(release day\)/);
    const { hold, state } = await shown();
    assert.equal([state, hold?.by], ['frozen', 'operator:tester']);
    const dry = { verb: 'resume', isDryRun: true } as const;
    assert.match(await steer(dry), /would accept resume: frozen → preparing/);
    await steer({ verb: 'resume' });
    assert.is((await shown()).hold, null);
    await rejects(steer({ verb: 'resume' }), 'EVENT_REFUSED');
  }),
);

test(
  'an item that is ejected goes back with the reason as feedback',
  within(20_000, async () => {
    await steer({ verb: 'eject', name: 'yard/2', reason: 'it breaks the docs' });
    await wait(fleet.at().context, { address: 'yard/2/build/2', for: 'running', timeoutMs });
    const { decided } = await shown();
    assert.is(
      decided[0]?.summary,
      'taken out of the merge queue by operator:tester: it breaks the docs',
    );
    const page = await printed((context) => show(context, { address: 'yard/2' }));
    assert.match(page, /it breaks the docs/);
  }),
);

test(
  'show, why, events, watch, ps, graph and send take the address of a queue',
  within(30_000, async () => {
    const page = await printed((context) => show(context, { address: QUEUE, hasHistory: true }));
    assert.match(page, /^Landed and sent back$/m);
    const record = await printed((context) => show(context, { address: QUEUE }), {
      output: 'json',
    });
    DOCUMENTS.shown.parse(JSON.parse(record));
    const answer = await printed((context) => why(context, { address: QUEUE }), { output: 'json' });
    assert.is(DOCUMENTS.why.parse(JSON.parse(answer)).kind, 'merge');
    assert.match(await printed((context) => events(context, { address: QUEUE })), /freeze/);
    const watching = fleet.at();
    const watched = watch(watching.context, { filter: QUEUE, sinceMs: 600_000 });
    await watching.written('eject');
    watching.stop();
    await watched;
    assert.not.match(watching.out(), /yard\/1\/build/);
    const rows = await printed((context) => ps(context, { kind: 'merges' }), { output: 'jsonl' });
    assert.equal(DOCUMENTS.merge.parse(JSON.parse(rows)), JSON.parse(rows));
    const drawn = await printed((context) => graph(context, { what: QUEUE }), { output: 'json' });
    assert.equal([JSON.parse(drawn).name, JSON.parse(drawn).lit], ['merge', ['preparing']]);
    const input = { address: QUEUE, type: 'freeze', isDryRun: true, timeoutMs };
    assert.match(await printed((context) => send(context, input)), /would accept freeze/);
    await rejects(logs(fleet.at().context, { address: QUEUE }), 'USAGE');
    const prefix = { kind: 'address', prefix: 'mer' };
    assert.is(await printed((context) => complete(context, prefix)), `${QUEUE}\n`);
  }),
);

test(
  'the life of a queue is exported, and replays as it was stored',
  within(20_000, async () => {
    const file = join(temporaryDirectory(), 'queue.json');
    await exportLife(fleet.at().context, { address: QUEUE, file });
    const replayed = await printed((context) => replay(context, { file }), { output: 'json' });
    const { isReproduced, address, counts } = JSON.parse(replayed);
    assert.equal([isReproduced, address, counts.differs], [true, QUEUE, 0]);
  }),
);

test(
  'the items of a queue are followed line by line as their places change',
  within(30_000, async () => {
    const following = fleet.at({ output: 'jsonl' });
    const followed = queueShow(following.context, { project: 'yard', isFollowing: true });
    await following.written('yard/1');
    await steer({ verb: 'eject', name: 'yard/3', reason: 'no' });
    await following.written('"isGone":true');
    following.stop();
    await followed;
    const lines = following.documents().map((line) => DOCUMENTS.trainEntry.parse(line));
    assert.is(lines.find(({ isGone }) => isGone)?.item, 'yard/3');
  }),
);

test(
  '--branch names another queue, and needs a project',
  within(20_000, async () => {
    const other = printed((context) =>
      queueShow(context, { project: 'yard', branch: 'release/1' }),
    );
    const { message } = await rejects(other, 'ACTOR_NOT_FOUND');
    assert.match(message, /merge\.yard\.release=2F1 does not exist: yard has merge\.yard\.main/);
    await rejects(queueShow(fleet.at().context, { branch: 'main' }), 'USAGE');
    await rejects(queueShow(fleet.at().context, { project: 'yard/1' }), 'USAGE');
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
