// Whether a process lives and can do its work: what its parts say, and what is answered from it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createHealth } from '../../../services/web/health.ts';
import { roleChecks } from '../../../services/web-role.ts';
import { natsServer } from '../../support/nats-server.ts';
import { startTestHost } from '../../support/test-host.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { startWebFixture } from './web-fixture.ts';

const LIMIT_MS = 30_000;
const READY = { partitions: [0, 2], wanted: [0, 2], catchingUp: [] as number[] };

function hostWith(changes: Partial<typeof READY>) {
  const status = { deadlines: 0, busyActors: 0, commits: {}, ...READY, ...changes };
  return { host: { status: () => status }, worker: null, isStopping: false };
}

test('a host is ready when it holds what it should and has caught up with all of it', () => {
  const isReady = (changes: Parameters<typeof hostWith>[0]) =>
    roleChecks(['host'], hostWith(changes)).every(({ isOk }) => isOk);

  assert.ok(isReady({}));
  assert.ok(isReady({ partitions: [], wanted: [] }));
  assert.not(isReady({ partitions: [0] }));
  assert.not(isReady({ catchingUp: [2] }));
});

test('a process that starts or stops is not ready, and a worker is once its pools are open', () => {
  const none = { host: null, worker: null, isStopping: false };
  const worker = { stop: async () => {} };
  const told = roleChecks(['host', 'worker'], { ...none, worker });

  assert.equal(
    told.map(({ name, isOk, detail }) => [name, isOk, detail]),
    [
      ['host', false, 'starting'],
      ['worker', true, 'its pools are open'],
    ],
  );
  assert.equal(
    roleChecks(['worker'], { ...none, worker, isStopping: true }).map(({ isOk }) => isOk),
    [false],
  );
});

test(
  'a host knows which partitions fall to it, and that it holds them',
  within(LIMIT_MS, async () => {
    const { url } = await natsServer({ syncAlways: false });
    const members = ['host-test', 'host-other'];
    const { host, stop } = await startTestHost({ url, members });
    const { partitions, wanted } = host.status();
    await host.setMembers(['host-test']);
    const alone = host.status().wanted.length;
    await stop();

    assert.equal(partitions, wanted);
    assert.ok(wanted.length > 0 && wanted.length < alone);
  }),
);

test(
  'a NATS that does not answer is not waited for, and is asked once however often that is wanted',
  within(LIMIT_MS, async () => {
    const clock = createVirtualClock();
    let asked = 0;
    const reachNats = () => {
      asked += 1;
      return new Promise(() => {});
    };
    const health = createHealth({ clock, reachNats, roles: () => [] });
    const checks = [health.check(), health.check()];
    await clock.advance(2_000);
    const [first] = await Promise.all(checks);

    assert.equal([first?.[0]?.name, first?.[0]?.isOk, asked], ['nats', false, 1]);
    assert.is(clock.waiting(), 0);
  }),
);

test(
  'a NATS that answers again is asked again',
  within(LIMIT_MS, async () => {
    const clock = createVirtualClock();
    const answers = [Promise.reject(new Error('gone')), Promise.resolve()];
    const reachNats = () => answers.shift() ?? Promise.reject(new Error('asked too often'));
    const health = createHealth({ clock, reachNats, roles: () => [] });
    const [before] = await health.check();
    const [after] = await health.check();

    assert.equal([before?.isOk, before?.detail], [false, 'gone']);
    assert.is(after?.isOk, true);
  }),
);

test(
  'readiness is the sum of the checks, and life needs none',
  within(LIMIT_MS, async () => {
    const checks = [
      { name: 'nats', isOk: true, detail: 'answers' },
      { name: 'host', isOk: false, detail: 'starting' },
    ];
    const metrics = { contentType: 'text/plain; version=0.0.4', metrics: async () => 'up 1\n' };
    const starting = await startWebFixture({ health: { check: async () => checks }, metrics });
    const ready = await starting.ask('/readyz');
    const alive = await starting.ask('/livez');
    const counted = await starting.ask('/metrics');
    await starting.close();

    assert.equal([ready.status, ready.json], [503, { v: 1, isOk: false, checks }]);
    assert.is(alive.status, 200);
    assert.equal([counted.text, counted.headers['content-type']], ['up 1\n', metrics.contentType]);
    assert.is(alive.json.isOk, true);
  }),
);

test(
  'a process without a session serves its health and nothing of the page',
  within(LIMIT_MS, async () => {
    const worker = await startWebFixture({ session: null });
    const paths = ['/livez', '/readyz', '/', '/page/main.js', '/api/board', '/api/session'];
    const answers = await Promise.all(paths.map((path) => worker.ask(path)));
    await worker.close();

    assert.equal(
      answers.map(({ status }) => status),
      [200, 200, 404, 404, 404, 404],
    );
  }),
);

test.run();
