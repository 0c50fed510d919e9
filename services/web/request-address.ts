// The actor a path names. It must never pass on a name that is none.
import type { Context } from 'hono';
import { parseUserAddress, type UserAddress } from '../queries/user-address.ts';

/** @throws USAGE */
export function itemIn(context: Context): Extract<UserAddress, { kind: 'item' }> {
  const address = parseUserAddress(joined(context, ['project', 'item']));
  if (address.kind === 'item') return address;
  throw new TypeError('two names are an item');
}

/** @throws USAGE */
export function runIn(
  context: Context,
): Extract<UserAddress, { kind: 'run' }> & { attempt: number } {
  const address = parseUserAddress(joined(context, ['project', 'item', 'stage', 'attempt']));
  if (address.kind === 'run' && address.attempt !== null) {
    return { ...address, attempt: address.attempt };
  }
  throw new TypeError('four names are a run');
}

/** The branch as git knows it, or as it stands in subjects. @throws USAGE */
export function queueIn(context: Context): Extract<UserAddress, { kind: 'merge' }> {
  const [project, branch] = ['project', 'branch'].map((name) => context.req.param(name) ?? '');
  const address = parseUserAddress(`merge.${project}.${branch}`);
  if (address.kind === 'merge') return address;
  throw new TypeError('a project and a branch are a merge queue');
}

/** @throws USAGE */
export function deploymentIn(context: Context): Extract<UserAddress, { kind: 'deployment' }> {
  const [project, environment] = joined(context, ['project', 'environment']).split('/');
  const address = parseUserAddress(`deployment.${project}.${environment}`);
  if (address.kind === 'deployment') return address;
  throw new TypeError('a project and an environment are a deployment');
}

/** A slash in a name, written as %2F, must not make two of it. */
function joined(context: Context, names: readonly string[]): string {
  return names.map((name) => context.req.param(name)?.replaceAll('/', '%2F') ?? '').join('/');
}
