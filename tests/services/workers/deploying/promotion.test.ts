// Tags are moved by whoever holds the lease, as often as it takes, and are read back.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { setupTested } from './tested-fixture.ts';

const LIMIT_MS = 60_000;

test(
  'a worker that was given up before it moves a tag moves none',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    const { carry, deployment, registry, registryServer, send } = tested;
    await tested.requestProduction();
    const loses = async (request: string) => {
      if (!request.includes('/manifests/production')) return;
      registryServer.setListener(null);
      const { holder } = (await deployment('production')).context;
      const lost = { token: holder?.token, worker: 'worker-1', evidence: 'missed' };
      await send('production', 'holder-lost', lost);
    };

    registryServer.setListener(loses);
    // Longer than the test: it must be noticed by looking, not by a sign of life.
    const { outcome, types } = await carry('production', { progressMs: LIMIT_MS });

    assert.is(outcome, 'lost');
    assert.equal(types, ['take', 'assessed', 'checked']);
    assert.is(await registry.digestAt('production'), null);
    assert.is((await deployment('production')).state, 'promoting');
  }),
);

test(
  'tags that another worker has moved already are only read back',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    const { carry, deployment, registry, registryServer } = tested;
    await tested.requestProduction();
    const stopping = new AbortController();
    const stop = ({ type }: { type: string }) => void (type === 'checked' && stopping.abort());
    await carry('production', { cancelSignal: stopping.signal, answered: stop });
    const tags = ['production', `production-${tested.sha.slice(0, 12)}`];
    await Promise.all(tags.map((tag) => registry.moveTag(tag, tested.artifact.digest)));
    const before = registryServer.requests.length;

    const second = await carry('production', { worker: 'worker-2' });

    assert.equal(second.types, ['take', 'promoted', 'holder-lost']);
    const asked = registryServer.requests.slice(before).join('\n');
    assert.not.match(asked, /^PUT /m);
    const steps = (await deployment('production')).context.operation?.steps ?? [];
    const said = steps.filter(({ step }) => step === 'tag').map(({ result }) => result);
    assert.equal(
      said.map((result) => result.endsWith('is there already')),
      [true, true],
    );
  }),
);

test(
  'a tag that does not stay where it was moved is no promotion',
  within(LIMIT_MS, async () => {
    const tested = await setupTested();
    const { carry, deployment, registry, registryServer } = tested;
    const other = await tested.pushOther('elsewhere');
    await tested.requestProduction();
    let puts = 0;
    const overwrites = async (request: string) => {
      if (request.startsWith('PUT ') && request.includes('/manifests/production')) puts += 1;
      if (puts < 2 || !request.startsWith('GET ')) return;
      registryServer.setListener(null);
      await registry.moveTag('production', other);
    };

    registryServer.setListener(overwrites);
    const { types } = await carry('production');

    assert.equal(types, ['take', 'assessed', 'checked', 'failed']);
    const { state, context } = await deployment('production');
    assert.is(state, 'held');
    assert.match(String(context.holding?.reason), `production reads back as ${other}`);
  }),
);

test.run();
