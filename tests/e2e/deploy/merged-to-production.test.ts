// Time limit: 300 s
// Goal: what is merged is built once, proved in staging, and served in production by that very digest; what wears out
// there is taken back. Method: a whole `onceward up`, a real registry, and a service that really answers, whose own
// time runs sixty times as fast as the clock.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mergeContextOf } from '../../../machines/typed-context.ts';
import { within } from '../../support/within.ts';
import { startShopWorld } from './shop-world.ts';

test(
  'a merged item is built once, and production serves the digest that staging has passed',
  within(90_000, async () => {
    const world = await startShopWorld();
    const { fleet, project } = world;

    await fleet.submit(`${project}.first`);
    await fleet.item(`${project}.first`, 'done');
    const landed = (await fleet.git('rev-parse', 'main')).trim();
    const { live } = await world.deployment('production', 'healthy');
    const served = await world.served();

    assert.equal(world.builds(), [landed]);
    assert.is(live?.sha, landed);
    assert.is(served, `first as ${live?.digest}`);
    assert.is(await world.digestAt('staging'), live?.digest);
    assert.is(await world.digestAt('production'), live?.digest);
    assert.equal(world.platform.asked('staging'), [live?.digest]);
    assert.equal(world.platform.asked('production'), [live?.digest]);
    await world.stop();
  }),
);

test(
  'a version that wears out after three minutes is taken back, an item tells of it, and the old digest serves',
  within(120_000, async () => {
    const world = await startShopWorld();
    const { fleet, project } = world;
    await fleet.submit(`${project}.first`);
    await fleet.item(`${project}.first`, 'done');
    const good = await world.deployment('production', 'healthy');

    const frozen = fleet.until(`merge.${project}.main`, (record) => mergeContextOf(record).freeze);
    await fleet.submit(`${project}.leak`);
    const blamed = await fleet.item(`${project}.leak`, 'parked');
    const after = await world.deployment('production', 'rolledBack', ({ incidents }) =>
      incidents.some(({ openedItem }) => openedItem !== null),
    );
    const [incident] = after.incidents;
    const opened = await fleet.item(`${project}.${incident?.openedItem}`, 'parked');
    const freeze = await frozen;
    await fleet.until(`merge.${project}.main`, (record) => mergeContextOf(record).freeze === null);

    assert.is(incident?.item, 'leak');
    assert.is(blamed.runs.at(-1)?.verdict.cause, 'degraded');
    assert.match(opened.body, incident?.digest ?? 'no digest');
    assert.is(freeze.by, `deployment:${project}.production`);
    assert.is(after.live?.digest, good.live?.digest);
    assert.is(await world.digestAt('production'), good.live?.digest);
    assert.is(await world.served(), `first as ${good.live?.digest}`);
    assert.is(world.builds().length, 2);
    await world.stop();
  }),
);

test.run();
