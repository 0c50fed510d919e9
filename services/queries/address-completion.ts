// What an address that is being typed may go on to be: projects, then items, then runs; or an account, a merge queue
// or a deployment.
// It only looks at what is live, and must never return what no person could type.
import { isToken } from '../../machines/identifier.ts';
import type { Session } from './session.ts';

export type AddressKind = 'account' | 'project' | 'item' | 'run' | 'address';

export const ADDRESS_KINDS: readonly AddressKind[] = [
  ...(['account', 'project', 'item', 'run', 'address'] as const),
];

/**
 * Calls back with each continuation as it is found; one may come twice. What ends in a slash goes on.
 * Linear in the size of a project: whoever waits for it should not wait for its end.
 */
export async function findContinuations(
  session: Pick<Session, 'bucket'>,
  { kind, prefix }: { kind: AddressKind; prefix: string },
  found: (name: string) => void,
): Promise<void> {
  if (kind === 'account') return findDotted(session, ACCOUNTS, { prefix, found });
  // Whoever has typed nothing yet looks for work.
  if (kind === 'address' && prefix !== '') {
    await findDotted(session, ACCOUNTS, { prefix, found });
    await findDotted(session, QUEUES, { prefix, found });
    await findDotted(session, DEPLOYMENTS, { prefix, found });
  }
  const steps = prefix.split('/');
  const offer = (tokens: string[], end = '') => {
    const name = tokens.join('/') + end;
    if (tokens.every(isToken) && name.startsWith(prefix)) found(name);
  };
  // What stands before the last slash is whole; NATS cannot look for the beginning of a token.
  const whole = steps.slice(0, -1);
  if (!whole.every(isToken)) return;
  const below = [...whole, '>'].join('.');
  if (steps.length === 1) {
    const end = kind === 'project' ? '' : '/';
    await session.bucket('onceward-projects').scan(({ key }) => offer([key], end));
  } else if (kind === 'project') return;
  else if (steps.length === 2) {
    const end = kind === 'run' ? '/' : '';
    await session.bucket('onceward-items').scan(({ key }) => offer(key.split('.'), end), below);
  } else if (kind !== 'item' && steps.length <= MAX_STEPS) {
    await session.bucket('onceward-runs').scan(({ key }) => offer(key.split('.')), below);
  }
}

/** They are few. Of one that begins with anything else nothing is asked. */
async function findDotted(
  session: Pick<Session, 'bucket'>,
  { head, bucket }: typeof ACCOUNTS | typeof QUEUES | typeof DEPLOYMENTS,
  { prefix, found }: { prefix: string; found: (name: string) => void },
): Promise<void> {
  if (!prefix.startsWith(head) && !head.startsWith(prefix)) return;
  await session.bucket(bucket).scan(({ key, value }) => {
    const address = head + key;
    const isOne = value !== null && key.split('.').every(isToken);
    if (isOne && address.startsWith(prefix)) found(address);
  });
}

const ACCOUNTS = { head: 'account.', bucket: 'onceward-accounts' } as const;
const QUEUES = { head: 'merge.', bucket: 'onceward-merges' } as const;
const DEPLOYMENTS = { head: 'deployment.', bucket: 'onceward-deployments' } as const;

/** project/item/stage/attempt */
const MAX_STEPS = 4;
