// Forty items on their way through a whole `onceward up`, and what is to hold once the last of them has ended.
// It must never ask the queue alone: what it says of an item is compared with what its runs and the base say.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { ItemContext } from '../../../machines/item/context.ts';
import type { MergeContext } from '../../../machines/merge/context.ts';
import { type ActorRecord, stateName } from '../../../machines/record.ts';
import { startAgentFleet } from '../../support/agent-fleet.ts';
import { type Audit, auditOf } from './shop-audit.ts';
import { INNOCENT, type PlannedItem, pairsOf, planOf } from './shop-plan.ts';
import { makeLab, seedShop } from './shop-world.ts';

const QUEUE = 'merge.shop.main';

interface Ended {
  state: string;
  context: ItemContext;
}

export interface ShopRun {
  plan: PlannedItem[];
  ended: ReadonlyMap<string, Ended>;
  /** At rest. */
  queue: MergeContext;
  audit: Audit;
  /** The first-parent line of main since the seed, oldest first. */
  main: string[];
  /** What the developer of an item committed first. */
  firstOf(item: string): string;
}

/** Resolves once all forty have ended, the queue is at rest, and the fleet is gone. */
export async function runShop(seed: number, batchSize: number): Promise<ShopRun> {
  const plan = planOf(seed);
  const lab = makeLab();
  const projects = { shop: { pipeline: lab.pipeline(batchSize) } };
  const fleet = await startAgentFleet({ projects, slots: 4 });
  const seedSha = await seedShop(fleet.remote, lab, plan);
  for (const { item } of plan) await fleet.submit(`shop.${item}`);
  const ended = new Map<string, Ended>();
  for (const { item } of plan) ended.set(item, await fleet.until(`item.shop.${item}`, endedIn));
  const queue = await fleet.until(QUEUE, atRestIn);
  await fleet.stop();
  const audit = await auditOf(fleet.remote, seedSha);
  const main = await audit.line('origin/main');
  const firstOf = (item: string) => readFileSync(join(lab.folder, 'first', item), 'utf8');
  return { plan, ended, queue, audit, main, firstOf };
}

function endedIn({ state, context }: ActorRecord): Ended | null {
  const name = stateName(state);
  if (!['done', 'parked', 'failed'].includes(name)) return null;
  return { state: name, context: context as unknown as ItemContext };
}

function atRestIn({ state, context }: ActorRecord): MergeContext | null {
  const queue = context as unknown as MergeContext;
  return stateName(state) === 'idle' && queue.entries.length === 0 ? queue : null;
}

/** The innocent were never sent back, the second of each pair was once, and whoever is red in itself never landed. */
export function assertVerdicts({ plan, ended, queue }: ShopRun): void {
  const causes = ({ item }: PlannedItem) => causesOf(ended.get(item), 'land');
  for (const one of plan.filter(({ kind }) => INNOCENT.includes(kind))) {
    assert.equal([one.item, ...causes(one)], [one.item, 'landed']);
  }
  for (const pair of pairsOf(plan)) {
    const cause = pair.some(({ kind }) => kind === 'textual') ? 'merge-conflict' : 'merge-red';
    const found = pair.map(causes).sort((a, b) => a.length - b.length);
    assert.equal(found, [['landed'], [cause, 'landed']], pair.map(({ item }) => item).join());
  }
  for (const one of plan.filter(({ kind }) => kind === 'stubborn')) {
    assert.is(ended.get(one.item)?.state, 'parked', one.item);
    assert.equal([one.item, ...causes(one)], [one.item, 'merge-red', 'merge-red']);
  }
  // The queue remembers the newest of what it has told them.
  const heard = plan.flatMap((one) => causes(one).map((cause) => `${one.item}: ${cause}`));
  const told = queue.decided.map(({ item, cause }) => `${item}: ${cause}`);
  assert.ok(told.length >= Math.min(heard.length, 40), `${told.length} of ${heard.length}`);
  assert.equal(
    told.filter((one) => !heard.includes(one)),
    [],
  );
}

/** Every one that landed did so once, with all of its patches, and nobody else did. */
export async function assertNothingLost({ plan, ended, audit, main }: ShopRun) {
  const landed = plan
    .filter(({ kind }) => kind !== 'stubborn')
    .map(({ item }) => ({ item, headSha: landedAs(ended.get(item)) }));
  const parents = await Promise.all(main.map((sha) => audit.git('show', '-s', '--format=%P', sha)));
  const brought = parents.flatMap((line) => line.split(' ').slice(1));
  assert.equal(brought.sort(), landed.map(({ headSha }) => headSha).sort());
  const onMain = new Set(await audit.patchesOf('origin/main'));
  for (const { item, headSha } of landed) {
    assert.is(ended.get(item)?.context.isLanded, true, item);
    const own = await audit.patchesOf(headSha);
    assert.ok(own.length > 0, item);
    assert.equal([item, ...own.filter((patch) => !onMain.has(patch))], [item]);
    const feature = await audit.git('show', `origin/main:features/${item}.mjs`);
    assert.ok(feature.startsWith(`export const item = '${item}';`), item);
  }
}

/** All forty were green by themselves; merged for that alone, how many commits are there, and how many are red? */
export async function mergedByTrust({ plan, ended, audit, firstOf }: ShopRun) {
  for (const { item } of plan) {
    assert.equal([item, causesOf(ended.get(item), 'develop')[0]], [item, 'gate-command']);
  }
  const line = await audit.line(await audit.mergeTrusting(plan, firstOf));
  return { commits: line.length, red: (await audit.redOf(line)).length };
}

/** What its runs in this stage ended with, oldest first. */
function causesOf(ended: Ended | undefined, stage: string): string[] {
  const runs = ended?.context.runs.filter((run) => run.stage === stage) ?? [];
  return runs.map(({ verdict }) => verdict.cause);
}

/** The head of its branch that the queue landed; empty when it did not. */
function landedAs(ended: Ended | undefined): string {
  const run = ended?.context.runs.find(({ verdict }) => verdict.isLanded === true);
  return run?.verdict.headSha ?? '';
}
