// Deployments through the command line: looking at them, steering them, and every command that takes an address, on a
// real host. No worker is there: the tests report for it.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { complete } from '../../../services/inspect/commands/complete.ts';
import { deployments } from '../../../services/inspect/commands/deployment/list.ts';
import { events } from '../../../services/inspect/commands/events.ts';
import { exportLife } from '../../../services/inspect/commands/export.ts';
import { graph } from '../../../services/inspect/commands/graph.ts';
import { logs } from '../../../services/inspect/commands/logs.ts';
import { ps } from '../../../services/inspect/commands/ps.ts';
import { replay } from '../../../services/inspect/commands/replay.ts';
import { show } from '../../../services/inspect/commands/show.ts';
import { watch } from '../../../services/inspect/commands/watch.ts';
import { why } from '../../../services/inspect/commands/why.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { artifact, digestOf } from '../../support/deployment-steps.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { onBase, PRODUCTION, STAGING, startDelivery } from './delivery-fixture.ts';

const delivery = await startDelivery();
const { fleet, printed, shown, toBeDeployed, report, take, deployTo, steer } = delivery;

test(
  'a deployment that no item has come to cannot be held, and the answer says so',
  within(20_000, async () => {
    const { message } = await rejects(steer({ verb: 'hold' }), 'ACTOR_NOT_FOUND');
    assert.is(
      message,
      'deployment deployment.yard.production does not exist: no item has come to a stage of kind deploy there yet',
    );
  }),
);

test(
  'deployments lists every environment, with what is under way and what waits',
  within(60_000, async () => {
    await toBeDeployed('1');
    await toBeDeployed('2');
    const list = await printed((context) => deployments(context, {}), { output: 'json' });
    DOCUMENTS.environments.parse(JSON.parse(list));
    const { deployments: rows } = JSON.parse(list) as {
      deployments: { address: string; queued: number }[];
    };
    assert.equal(
      rows.map(({ address, queued }) => [address, queued]),
      [[STAGING, 1]],
    );
    const page = await printed((context) => deployments(context, { project: 'yard/' }));
    assert.match(page, /deployment\.yard\.staging +assessing .* release 1: yard\/1 .* 1 /);
  }),
);

test(
  'why says of an item what its deployment is doing, and of one behind it where it stands',
  within(20_000, async () => {
    await take(STAGING);
    const first = await printed((context) => why(context, { address: 'yard/1' }));
    const second = await printed((context) => why(context, { address: 'yard/2' }));
    assert.match(first, /deployment\.yard\.staging, where it is under way, begun \w+ ago/);
    assert.match(first, /worker worker-1: release 1 \(yard\/1\) is compared with the base/);
    assert.match(second, /where it is number 1 of 1 that wait, there since \w+ ago: .*1 to end/);
  }),
);

test(
  'an item that staging has passed goes on to production, with the very same image',
  within(30_000, async () => {
    await report(STAGING, 'assessed', onBase);
    await report(STAGING, 'built', { artifact: artifact('1') });
    await deployTo(STAGING, '1');
    await fleet.audited(PRODUCTION, '"request"');
    const { release, rules: known } = await shown();
    const staging = await shown('staging');
    assert.equal(
      [release?.item, release?.digest, release?.passes],
      ['yard/1', digestOf('1'), ['staging']],
    );
    assert.equal(
      [known?.requires, staging.live?.digest, staging.liveIs],
      ['staging', digestOf('1'), 'good'],
    );
  }),
);

test(
  'a hold stops what has changed nothing yet, tells everybody why, and is released',
  within(20_000, async () => {
    const dry = await steer({ verb: 'hold', reason: 'sale', isDryRun: true });
    assert.match(dry, /would accept hold: assessing → held/);
    await steer({ verb: 'hold', reason: 'sale' });
    const { hold, state } = await shown();
    assert.equal([state, hold?.cause, hold?.by], ['held', 'operator', 'operator:tester']);
    const answer = await printed((context) => why(context, { address: 'yard/1' }));
    assert.match(answer, /a person to decide: operator by operator:tester: sale/);
    assert.match(answer, /^ {2}onceward release yard production$/m);
    assert.match(await steer({ verb: 'release' }), /deployment\.yard\.production assessing/);
    await rejects(steer({ verb: 'release' }), 'EVENT_REFUSED');
    await rejects(steer({ verb: 'release', decisions: ['accept', 'reject'] }), 'USAGE');
  }),
);

test(
  'show, why, events, watch, ps and graph take the address of a deployment',
  within(30_000, async () => {
    const page = await printed((context) =>
      show(context, { address: PRODUCTION, hasHistory: true }),
    );
    assert.match(page, /^rolls back to: +nothing: none was good before$/m);
    const record = await printed((context) => show(context, { address: PRODUCTION }), {
      output: 'json',
    });
    DOCUMENTS.shown.parse(JSON.parse(record));
    const answer = await printed((context) => why(context, { address: PRODUCTION }), {
      output: 'json',
    });
    assert.is(DOCUMENTS.why.parse(JSON.parse(answer)).kind, 'deployment');
    assert.match(await printed((context) => events(context, { address: PRODUCTION })), /hold/);
    const watching = fleet.at();
    const watched = watch(watching.context, { filter: PRODUCTION, sinceMs: 600_000 });
    await watching.written('hold');
    watching.stop();
    await watched;
    assert.not.match(watching.out(), /yard\/1\/build/);
    const input = { kind: 'deployments', filter: { project: 'yard' } } as const;
    const [row] = (await printed((context) => ps(context, input), { output: 'jsonl' })).split('\n');
    assert.equal(DOCUMENTS.deployment.parse(JSON.parse(row ?? '')), JSON.parse(row ?? ''));
    const drawn = await printed((context) => graph(context, { what: PRODUCTION }), {
      output: 'json',
    });
    assert.equal([JSON.parse(drawn).name, JSON.parse(drawn).lit], ['deployment', ['assessing']]);
    const { message } = await rejects(logs(fleet.at().context, { address: PRODUCTION }), 'USAGE');
    assert.match(message, /is a deployment: expected a run/);
    const prefix = { kind: 'address', prefix: 'dep' };
    assert.is(await printed((context) => complete(context, prefix)), `${PRODUCTION}\n${STAGING}\n`);
  }),
);

test(
  'the life of a deployment is exported, and replays as it was stored',
  within(20_000, async () => {
    const file = join(temporaryDirectory(), 'deployment.json');
    await exportLife(fleet.at().context, { address: PRODUCTION, file });
    const replayed = await printed((context) => replay(context, { file }), { output: 'json' });
    const { isReproduced, address, counts } = JSON.parse(replayed);
    assert.equal([isReproduced, address, counts.differs], [true, PRODUCTION, 0]);
  }),
);

test(
  'an environment is followed line by line as it changes',
  within(30_000, async () => {
    const following = fleet.at({ output: 'jsonl' });
    const which = { project: 'yard', environment: 'production', isFollowing: true };
    const followed = deployments(following.context, which);
    await following.written('assessing');
    await take(PRODUCTION);
    await following.written('"holder":"worker-1"');
    following.stop();
    await followed;
    const lines = following.documents().map((line) => DOCUMENTS.environment.parse(line));
    assert.ok(lines.length > 1);
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
