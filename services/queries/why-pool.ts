// Who serves the pool that a run waits in, as far as presence tells. Pure.
// It must never say that nobody does while someone alive has not said what it serves.
import type { Stage } from '../../machines/pipeline.ts';
import type { Presence } from '../../transport/ports.ts';
import { aliveOf, type Surroundings } from './why-facts.ts';
import type { Why } from './why-view.ts';

/** Of the workers that serve something else. */
const MAX_NAMED = 5;

type Asked = { stage: Pick<Stage, 'pool' | 'labels'> };

/** True when a living worker says that it serves the pool, false when none can, null when that is not known. */
export function isPoolServed(facts: Surroundings, { stage }: Asked): boolean | null {
  const workers = aliveOf(facts, 'worker');
  if (workers === null) return null;
  if (workers.some(({ pools }) => pools?.includes(stage.pool))) return true;
  return workers.some(({ pools }) => pools === undefined) ? null : false;
}

/** The pool as the one whose turn it is. */
export function poolOwner(
  facts: Surroundings,
  context: Asked & { project: string },
  { lane, detail }: { lane: string; detail: string },
): Why['owner'] {
  const { pool } = context.stage;
  const queue = facts.queues?.find(
    (one) => one.pool === pool && one.project === context.project && one.lane === lane,
  );
  const known = [
    detail,
    servedText(facts, pool),
    queue ? `in its queue ${queue.waiting} waiting, ${queue.underWay} under way` : '',
  ];
  const isAlive = isPoolServed(facts, context);
  return { who: `pool ${pool}`, isAlive, detail: known.filter(Boolean).join('; ') };
}

/** `; no worker is alive`, or who is, and serves other pools. Empty unless it is certain that nobody serves it. */
export function unservedText(facts: Surroundings, { stage }: Asked): string {
  if (isPoolServed(facts, { stage }) !== false) return '';
  const workers = aliveOf(facts, 'worker') ?? [];
  if (workers.length === 0) return '; no worker is alive';
  const asked =
    stage.labels === undefined ? '' : `, which asks for labels ${stage.labels.join(', ')}`;
  const named = workers.slice(0, MAX_NAMED).map(namedText);
  const others = workers.length > MAX_NAMED ? [`${workers.length - MAX_NAMED} more`] : [];
  const alive = [...named, ...others].join(', ');
  return `; no living worker serves pool ${stage.pool}${asked}; alive: ${alive}`;
}

function namedText({ identity, labels = [] }: Presence): string {
  return `${identity} (${labels.join(', ') || 'no labels'})`;
}

function servedText(facts: Surroundings, pool: string): string {
  const workers = aliveOf(facts, 'worker') ?? [];
  const serving = workers.filter(({ pools }) => pools?.includes(pool)).length;
  if (serving > 0) return `${counted(serving)} alive to serve it`;
  const silent = workers.filter(({ pools }) => pools === undefined).length;
  if (silent === 0) return '';
  return `${counted(silent)} alive, but no pools are announced`;
}

function counted(count: number): string {
  return `${count} worker${count === 1 ? '' : 's'}`;
}
