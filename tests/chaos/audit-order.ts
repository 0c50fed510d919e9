// Finds updates that were lost: an event that was decided on an older record than the one it replaced.
// Two witnesses are compared: what the audit stream says an event was decided on, and what stood in the bucket.
import { groupedBy } from './grouping.ts';
import type { ChaosHistory } from './history.ts';

/** Every applied event was decided on the state of the revision just before its own. */
export function orderProblems({ items, runs, audit }: ChaosHistory): string[] {
  const applied = groupedBy(
    audit.filter(({ outcome, revision }) => outcome === 'applied' && revision !== null),
    ({ address }) => address,
  );
  const actors = [
    ...runs,
    ...[...items.values()].map(({ project, item, steps }) => ({
      address: `item.${project}.${item}`,
      steps,
    })),
  ];
  return actors.flatMap(({ address, steps }) => {
    const before = new Map(
      steps.slice(1).map(({ revision }, index) => [revision, steps[index]?.state]),
    );
    return (applied.get(address) ?? []).flatMap(({ revision, from, to, type, by }) => {
      const stood = before.get(revision ?? 0);
      if (stood === undefined || stood === from) return [];
      return [
        `${address}: ${by} applied ${type} at ${revision} to ${from} (${to}), there stood ${stood}`,
      ];
    });
  });
}
