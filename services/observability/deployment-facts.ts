// The deployments of the fleet as a scrape tells of them: where each stands, what waits, and whether a person is waited for.
// It must never name anything but projects and their environments, which stand in the configuration.
import { fromToken } from '../../machines/identifier.ts';
import { stateName } from '../../machines/record.ts';
import { deploymentContextOf } from '../../machines/typed-context.ts';
import type { Bucket } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry } from '../actors/record-cache.ts';

export interface DeploymentFact {
  project: string;
  environment: string;
  state: string;
  queued: number;
  operations: number;
  /** Null while nobody is waited for. */
  heldSinceMs: number | null;
}

/** In these a person is waited for. */
const HELD_UP: readonly string[] = ['held', 'degraded', 'rollbackFailed'];

/** Those that can be read. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readDeploymentFacts(world: {
  bucket: (name: 'onceward-deployments') => Pick<Bucket, 'scan'>;
}): Promise<DeploymentFact[]> {
  const facts: DeploymentFact[] = [];
  await world.bucket(BUCKET_OF.deployment).scan((entry) => {
    const loaded = entry.value === null ? null : decodeEntry(entry);
    if (loaded?.status !== 'stored' || loaded.stored.record.machine !== 'deployment') return;
    const { record } = loaded.stored;
    const { project, environment, queue, operations } = deploymentContextOf(record);
    const state = stateName(record.state);
    const heldSinceMs = HELD_UP.includes(state) ? record.sinceMs : null;
    const named = { project, environment: fromToken(environment), state };
    facts.push({ ...named, queued: queue.length, operations, heldSinceMs });
  });
  return facts;
}
