// Ends the containers that a worker left running when it was killed: its engine keeps them, whoever started them.
// It must never end a container whose worker is alive, unless the folder it works in is the caller's.
import {
  containersWith,
  endListed,
  type ListedContainer,
} from '../../../transport/container/container-end.ts';
import { type Engine, findEngine } from '../../../transport/container/engine.ts';
import type { Clock } from '../../../transport/ports.ts';
import { isGone } from '../../../transport/process/abandoned.ts';
import type { HostEnvironment } from '../agent-environment.ts';
import { FOLDER_LABEL, STARTER_LABEL, STATE_LABEL } from './container-labels.ts';

interface Limits {
  clock: Clock;
  environment: HostEnvironment;
}

/**
 * Ends what workers that are gone have left below this state directory. Resolves with how many.
 * @throws CONTAINER_FAILED when one cannot be ended
 */
export async function endAbandonedContainers(stateDir: string, limits: Limits): Promise<number> {
  const label = { name: STATE_LABEL, value: stateDir };
  return endWhere(label, ({ labels }) => isGone(labels[STARTER_LABEL] ?? ''), limits);
}

/**
 * Ends every container that works in the folder. Resolves with how many.
 * @throws CONTAINER_FAILED when one cannot be ended
 */
export async function endContainersIn(folder: string, limits: Limits): Promise<number> {
  return endWhere({ name: FOLDER_LABEL, value: folder }, () => true, limits);
}

async function endWhere(
  label: { name: string; value: string },
  isLeft: (container: ListedContainer) => boolean,
  { clock, environment }: Limits,
): Promise<number> {
  let ended = 0;
  for (const engine of await enginesOf(environment)) {
    const left = (await containersWith(engine, label)).filter(isLeft);
    await Promise.all(left.map(({ id }) => endListed(engine, id, clock)));
    ended += left.length;
  }
  return ended;
}

/** Whichever answer: an engine that does not runs nothing that could be ended. */
async function enginesOf(environment: HostEnvironment): Promise<Engine[]> {
  const found = await Promise.all(
    (['docker', 'podman'] as const).map((kind) => findEngine(kind, environment)),
  );
  return found.map(({ engine }) => engine).filter((engine) => engine !== null);
}
