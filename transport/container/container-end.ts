// Ends containers and proves them gone: ending the client that started one does not end it.
// It must never end a container that does not carry the given name or label.
import { OncewardError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { pause } from '../process/group-termination.ts';
import type { Engine } from './engine.ts';

/** How long after its removal a container may still be listed. */
const PROOF_LIMIT_MS = 15_000;
const POLL_MS = 100;

export interface ListedContainer {
  id: string;
  labels: Readonly<Record<string, string>>;
}

/**
 * Removes the container of this name, running or not, and resolves once the engine lists it no more.
 * True when there was one.
 * @throws CONTAINER_FAILED when the engine does not answer, or the container stays
 */
export async function endContainer(engine: Engine, name: string, clock: Clock): Promise<boolean> {
  const isThere = async () => (await listed(engine, `name=^${name}$`)).length > 0;
  if (!(await isThere())) return false;
  await remove(engine, name, isThere, clock);
  return true;
}

/** Every container, running or not, that carries the label. */
export async function containersWith(
  engine: Engine,
  label: { name: string; value: string },
): Promise<ListedContainer[]> {
  const ids = await listed(engine, `label=${label.name}=${label.value}`);
  return Promise.all(
    ids.map(async (id) => {
      const text = await engine.ask(['inspect', '--format', '{{json .Config.Labels}}', id]);
      return { id, labels: JSON.parse(text) as Record<string, string> };
    }),
  );
}

/** As `endContainer`, for one that was listed. */
export async function endListed(engine: Engine, id: string, clock: Clock): Promise<void> {
  await remove(engine, id, async () => (await listed(engine, `id=${id}`)).length > 0, clock);
}

async function listed({ ask }: Engine, filter: string): Promise<string[]> {
  const text = await ask(['ps', '--all', '--no-trunc', '--filter', filter, '--format', '{{.ID}}']);
  return text.split('\n').filter((line) => line !== '');
}

async function remove(
  { ask }: Engine,
  container: string,
  isThere: () => Promise<boolean>,
  clock: Clock,
): Promise<void> {
  const untilMs = clock.monotonicMs() + PROOF_LIMIT_MS;
  let reason = 'it is still listed';
  do {
    // One that is being removed by somebody else refuses: the list decides, not the answer.
    await ask(['rm', '--force', container]).catch((error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    if (!(await isThere())) return;
    await pause(clock, POLL_MS);
  } while (clock.monotonicMs() < untilMs);
  throw new OncewardError('CONTAINER_FAILED', `container ${container} cannot be ended: ${reason}`, {
    details: { container },
  });
}
