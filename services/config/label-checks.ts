// Checks that one pool has the labels that a stage asks for.
// It must never judge by pools whose labels are themselves broken.
import type { Stage } from '../../machines/pipeline.ts';
import { nearestName } from './nearest-name.ts';
import { poolWithLabels } from './pool-labels.ts';
import { type Finding, listed, type Path, suggestion } from './problems.ts';
import type { Salvaged } from './salvage.ts';

/** By name; null where they are broken. */
export type PoolLabels = ReadonlyMap<string, readonly string[] | null>;

export function labelFindings(
  path: Path,
  { value, suspects }: Salvaged<Stage>,
  { pools, isPoolWritten }: { pools: PoolLabels | undefined; isPoolWritten: boolean },
): Finding[] {
  const { name, labels } = value;
  if (labels === undefined || suspects.has('labels')) return [];
  const at: Pick<Finding, 'path' | 'spot' | 'got'> = {
    path: [...path, 'labels'],
    spot: 'value',
    got: listed(labels),
  };
  if (isPoolWritten) {
    return [{ ...at, message: `stage "${name}" names a pool and labels, expected one of the two` }];
  }
  const known = [...(pools ?? [])];
  const sound = known.flatMap(([pool, own]) => (own === null ? [] : [[pool, own] as const]));
  const isUnknown = pools === undefined || sound.length < known.length;
  if (isUnknown || poolWithLabels(labels, new Map(sound)) !== undefined) return [];
  return [{ ...at, ...noPool(name, labels, sound) }];
}

function noPool(
  stage: string,
  labels: readonly string[],
  pools: readonly (readonly [string, readonly string[]])[],
): Pick<Finding, 'message' | 'expected' | 'nearest'> {
  const names = new Set(pools.flatMap(([, own]) => own));
  const nearest = labels
    .filter((label) => !names.has(label))
    .map((label) => nearestName(label, names))
    .find((name) => name !== undefined);
  const offered = pools.map(([pool, own]) => `${pool}: ${listed(own)}`).join('; ');
  const message = `no pool has the labels that stage "${stage}" asks for, ${listed(labels)} (${offered})`;
  return {
    message: `${message}${suggestion(nearest)}`,
    expected: 'labels that one pool has together',
    ...(nearest === undefined ? {} : { nearest }),
  };
}
