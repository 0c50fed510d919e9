// How a deployment stands to an item that has come to it, in words for its comment. Pure.
// It must never say its place among those that wait, nor how far a watch is: both change without news of the item.
import { match } from 'ts-pattern';
import type { Incident } from '../../../machines/deployment/context.ts';
import type { DeploymentView } from '../records/deployment-views.ts';

/** What is done with the release of this run; null where it waits for its turn. */
export function releaseWords(
  { state, context }: DeploymentView,
  run: { item: string; attempt: number },
): string | null {
  const { release, holding } = context;
  if (release?.item !== run.item || release.attempt !== run.attempt) return null;
  const where = `\`${context.environment}\``;
  const [step = ''] = state.split('.');
  return match(step)
    .with('assessing', () => `is compared with what is live in ${where}`)
    .with('building', () => `its image is being built for ${where}`)
    .with('verifyingProvenance', () => `where its image comes from is checked for ${where}`)
    .with('promoting', 'deploying', () => `is being deployed to ${where}`)
    .with('observing', () => `deployed to ${where}, and watched`)
    .with('held', () => `held in ${where}: ${holding?.reason ?? 'a person decides'}`)
    .otherwise(() => null);
}

/** What was done about a version that proved bad. What is deployed later is no news of it. */
export function incidentWords(
  { state, context }: DeploymentView,
  { number, sha }: Incident,
): string {
  const where = `\`${context.environment}\``;
  const { operation, operations, ended } = context;
  if (operation?.kind === 'rollback')
    return `The version of before is being brought back to ${where}.`;
  const later = ended.filter((one) => one.number > number);
  const others = later.findIndex(({ kind }) => kind !== 'rollback');
  const last = later.slice(0, others === -1 ? later.length : others).at(-1);
  if (last?.outcome === 'rolled-back') {
    return `\`${last.sha.slice(0, 12)}\` serves ${where} again, in place of \`${sha.slice(0, 12)}\`.`;
  }
  if (last !== undefined) return `The version of before could not be brought back to ${where}.`;
  const isUndecided = operations === number && state === 'degraded';
  return isUndecided ? `It serves ${where} until somebody rolls it back.` : '';
}

/** The version of this item that proved bad here between two times; undefined where none did. */
export function incidentOf(
  { context }: DeploymentView,
  { item, sinceMs, untilMs }: { item: string; sinceMs: number; untilMs: number },
): Incident | undefined {
  return context.incidents.find(
    (one) => one.item === item && one.atMs >= sinceMs && one.atMs <= untilMs,
  );
}
