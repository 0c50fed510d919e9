// Which moves of a deployment are not searched: what is odd about one is seen one thing at a time.
// Random commands see them together; nothing here may leave a transition out altogether.
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import { digestOf } from '../../support/deployment-driver.ts';
import { GOOD_ITEMS } from './deployment-openings.ts';
import type { Move } from './situation.ts';

/** From so many on, a prelude has worn a step out. */
const WORN = 10;
const COURSE = [
  ...['take', 'assessed', 'built', 'checked', 'promoted', 'deployed'],
  ...['measure-due', 'measured', 'rolled-back'],
];
const LEASE = ['take', 'holder-lost', 'lease-elapsed'];
const DECISIONS = ['release', 'rollback'];

export function isDeploymentLeftOut(context: DeploymentContext, move: Move): boolean {
  if (move.type === 'built' && isTwin(context, move)) return true;
  const allowed = allowedBy(context);
  return allowed !== null && !allowed.includes(move.type);
}

/** What proved bad before is built once more: that matters only where it did. */
function isTwin({ release, condemned }: DeploymentContext, { data }: Move): boolean {
  const { digest } = data['artifact'] as { digest: string };
  if (digest === digestOf(release?.sha ?? '')) return false;
  return condemned.every((one) => one.digest !== digest);
}

/** The only moves that are searched while something is odd; null while nothing is. */
function allowedBy(context: DeploymentContext): readonly string[] | null {
  const { queue, release, operation, holding, operations, ended } = context;
  const known = ended.filter(({ item, kind }) => kind === 'release' && GOOD_ITEMS.includes(item));
  const begun = operations - known.length;
  const [first] = queue;
  if (first !== undefined) return ['withdraw'];
  if ((operation?.reclaims ?? 0) >= WORN) return LEASE;
  if ((operation?.reclaims ?? 0) > 0) return ['job-overdue'];
  if ((operation?.faults ?? 0) > 0) return ['take', 'retry-due', 'failed'];
  if (context.rollbackWanted !== null) return ['take', 'deployed', 'failed'];
  if (release?.withdrawn) return [];
  if (release !== null && release.item === null) return [];
  if (begun > 2) return operation === null ? null : [];
  if (release?.override) return [];
  if (context.holdWanted !== null) return [...COURSE, 'release'];
  if (context.incidents.some(({ openedItem }) => openedItem !== null)) return [];
  if (begun === 2 && operation?.kind === 'release') return [];
  return holding === null
    ? null
    : [...DECISIONS, 'hold', 'withdraw', 'reminder', 'request', 'deploy', 'item-opened'];
}
