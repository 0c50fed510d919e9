// `watch` and `events` over restarts of the server, and behind a place where they have been before: nothing is
// missed, nothing shown twice.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { events } from '../../../services/inspect/commands/events.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { watch } from '../../../services/inspect/commands/watch.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { EXIT } from '../../../services/inspect/exit-codes.ts';
import { apiRequest } from '../../../transport/nats/jetstream-api.ts';
import { openNats } from '../../support/nats-fixture.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { publishAudit } from '../../transport/nats/feed-fixture.ts';
import { finishRun, startFleet, testContext } from './command-fixture.ts';

/** Messages of two entries each, under ids that count up. */
function messagesOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) =>
    messageOf(`${name}-${2 * n}`, `${name}-${2 * n + 1}`),
  );
}

function messageOf(...ids: string[]): string {
  const entry = { atMs: 1, address: 'run.shop.7.build.1', type: 'progress', outcome: 'applied' };
  return JSON.stringify({ v: 1, entries: ids.map((id) => ({ ...entry, id })) });
}

function idsOf(name: string, count: number): string[] {
  return Array.from({ length: 2 * count }, (_, n) => `${name}-${n}`);
}

async function setup() {
  const { close, nc, server } = await openNats();
  const at = () => testContext({ natsUrl: server.url, output: 'jsonl' });
  return { at, close, nc, server };
}

function shownIds(documents: readonly { id: string }[]): string[] {
  return documents.map(({ id }) => id);
}

test(
  'watch shows each event once and in order, although the server is restarted under it',
  within(60_000, async () => {
    const { at, close, nc, server } = await setup();
    const { context, documents, err, written, stop } = at();
    const watched = watch(context, { filter: 'shop/7', sinceMs: 60_000 });

    const publishing = publishAudit(nc, messagesOf('restart', 800));
    await written('"restart-200"');
    await server.restart();
    await written('"restart-900"');
    await server.restart();
    await publishing;
    await publishAudit(nc, [messageOf('last')]);
    await written('"last"');
    stop();

    assert.is(await watched, EXIT.interrupted);
    assert.equal(shownIds(documents()), [...idsOf('restart', 800), 'last']);
    assert.match(err(), /^connection lost, resuming after \d+\nconnected again\n/);
    assert.not.throws(() => documents().map((one) => DOCUMENTS.happening.parse(one)));
    await close();
  }),
);

test(
  'watch goes on behind the sequence, and the entry of it, where a reader was before',
  within(30_000, async () => {
    const { at, close, nc } = await setup();
    const before = at();
    const first = watch(before.context, { filter: undefined });
    const publishing = publishAudit(nc, messagesOf('place', 1_000));
    await before.written('"place-600"');
    before.stop();
    await Promise.all([first, publishing]);
    const seen = before.documents();
    const last = seen.at(-1);
    // As if it had been ended in the middle of a message.
    const inside = seen.findLast(({ position }) => position === 0);

    const whole = at();
    const after = { sequence: last.sequence, position: null };
    const second = watch(whole.context, { filter: undefined, after });
    const part = at();
    const { sequence, position } = inside;
    const third = watch(part.context, { filter: undefined, after: { sequence, position } });
    await Promise.all([whole.written('"place-1999"'), part.written('"place-1999"')]);
    whole.stop();
    part.stop();
    await Promise.all([second, third]);

    const all = idsOf('place', 1_000);
    const begin = all.indexOf(seen[0].id);
    assert.equal([...shownIds(seen), ...shownIds(whole.documents())], all.slice(begin));
    assert.equal(shownIds(part.documents()), all.slice(all.indexOf(inside.id) + 1));
    await close();
  }),
);

test(
  'a place that is not stored yet is a usage error; one that is gone is told',
  within(20_000, async () => {
    const { at, close, nc } = await setup();
    await publishAudit(nc, [messageOf('here')]);
    const after = { sequence: 9_000_000, position: null };
    const error = await rejects(watch(at().context, { filter: undefined, after }), 'USAGE');
    await publishAudit(nc, [messageOf('kept')]);
    await apiRequest(nc, 'STREAM.PURGE.ONCEWARD_AUDIT', { keep: 1 });
    const gone = at();
    const place = { sequence: 1, position: null };
    const watched = watch(gone.context, { filter: undefined, after: place });
    await gone.written('"kept"');
    gone.stop();
    await watched;

    assert.match(error.message, /--after 9000000 is not stored yet: the newest sequence is \d+/);
    assert.match(gone.err(), /^what was stored before sequence \d+ is gone/);
    assert.equal(shownIds(gone.documents()), ['kept']);
    await close();
  }),
);

test(
  'watch shows only the outcome that is asked for',
  within(20_000, async () => {
    const { at, close, nc } = await setup();
    const { context, documents, written, stop } = at();
    const watched = watch(context, { filter: undefined, outcome: 'alarm', sinceMs: 60_000 });
    const alarm = { atMs: 1, address: 'item.shop.7', type: 'alarm', id: 'loud', outcome: 'alarm' };

    await publishAudit(nc, [messageOf('quiet'), JSON.stringify({ v: 1, entries: [alarm] })]);
    await written('"loud"');
    stop();
    await watched;

    assert.equal(shownIds(documents()), ['loud']);
    await close();
  }),
);

test(
  'events shows the life of one run from its opening, refusals and lost claims included',
  within(30_000, async () => {
    const fleet = await startFleet();
    const { asker } = fleet.host;
    await submit(fleet.at().context, { project: 'shop', title: 'x', id: 'e1', timeoutMs: 10_000 });
    const address = 'run.shop.e1.build.1';
    await asker.ask({ address, type: 'gone', id: 'too-early', data: { epoch: 1 } });
    await finishRun(fleet.host, 'shop/e1/build/1');
    const verdict = { kind: 'pass', cause: 'test', summary: '', headSha: null, isLanded: false };
    const late = { claimant: 'publisher-2', verdict };
    await asker.ask({ address, type: 'claim', id: 'too-late', data: late });

    const { context, documents, written, stop } = fleet.at({ output: 'jsonl' });
    const following = events(context, { address: 'shop/e1/build/1', isFollowing: true });
    await written('"too-late"');
    stop();
    assert.is(await following, EXIT.interrupted);
    const table = fleet.at();
    assert.is(await events(table.context, { address: 'shop/e1/build' }), EXIT.done);

    const shown = documents().filter(({ type }) => type !== 'advance-confirmed');
    assert.equal(
      shown.map(({ type, outcome, isLostClaim }) => [type, outcome, isLostClaim]),
      [
        ['open', 'applied', false],
        ['gone', 'refused', false],
        ['exited', 'applied', false],
        ['claim', 'applied', false],
        ['claim', 'refused', true],
      ],
    );
    assert.match(table.out(), /claimant publisher-2 {2}lost claim, refused /);
    assert.match(table.out(), /^[\d:.]+ {2}shop\/e1\/build\/1 {2}open /);
    await fleet.host.stop();
  }),
);

test(
  'events of what never was are not found',
  within(20_000, async () => {
    const { at, close } = await setup();
    await rejects(events(at().context, { address: 'shop/never' }), 'ACTOR_NOT_FOUND');
    await close();
  }),
);

test.after(() => stopNatsServer());
test.run();
