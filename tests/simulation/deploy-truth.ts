// What the rules on deployments remember of a world: who was told what, which images were found good, and by whom.
// It must never be asked by the code under test.
import type { Decided, DeploymentContext } from '../../machines/deployment/context.ts';
import type { Environments } from './environments.ts';
import type { Known, Landing } from './landing.ts';

export interface DeployTruth {
  environments: Environments;
  /** By environment and the run's `<item>/<stage>/<attempt>`. */
  decided: Map<string, Decided>;
  /** The newest token that was ever given, by address. */
  newestToken: Map<string, number>;
  /** By environment: images that were found good there and have not proved bad since. */
  good: Map<string, Set<string>>;
}

export function createDeployTruth(environments: Environments): DeployTruth {
  return { environments, decided: new Map(), newestToken: new Map(), good: new Map() };
}

export function deploymentOf({ record }: Known): DeploymentContext {
  return record.context as unknown as DeploymentContext;
}

export function runKey(
  environment: string,
  { item, stage, attempt }: Pick<Decided, 'item' | 'stage' | 'attempt'>,
): string {
  return `${environment} ${item}/${stage}/${attempt}`;
}

/** What was decided with this very record. */
export function decidedWith({ previous, next }: Landing): Decided[] {
  if (previous === null) return [];
  return deploymentOf(next).decided.filter(({ revision }) => revision === previous.revision);
}

export function rememberDeployment(truth: DeployTruth, landing: Landing): void {
  const { next } = landing;
  const { environment, holder, live, rest, condemned, release, queue, operation } =
    deploymentOf(next);
  for (const decided of decidedWith(landing)) {
    truth.decided.set(runKey(environment, decided), decided);
    const isTested = environment === 'staging' && decided.kind === 'pass';
    if (isTested && decided.digest !== null) {
      truth.environments.allow('production', decided.digest);
    }
  }
  const before = truth.newestToken.get(next.address) ?? 0;
  truth.newestToken.set(next.address, Math.max(before, holder?.token ?? 0));
  const good = truth.good.get(environment) ?? new Set<string>();
  // What the operation under way has brought here is not known to be good yet.
  const isProved = rest !== 'idle' && live?.operation !== operation?.number;
  if (live !== null && isProved) good.add(live.digest);
  for (const { digest } of condemned) good.delete(digest);
  truth.good.set(environment, good);
  for (const one of [release, ...queue]) {
    const digest = one?.artifact?.digest;
    if (one?.override && digest !== undefined) truth.environments.allow(environment, digest);
  }
}

export function isAtRest({ state }: Known): boolean {
  return ['idle', 'healthy', 'rolledBack'].includes(state);
}
