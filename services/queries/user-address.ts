// Addresses as people type and read them: `project/item`, `project/item/stage[/attempt]`, `account.<owner>.<name>`,
// `merge.<project>.<branch>` and `deployment.<project>.<environment>`.
// It must never ask NATS: which attempt is the latest is found out elsewhere.
import {
  ACCOUNT_OWNERS,
  type AccountOwner,
  accountAddress,
  deploymentAddress,
  itemAddress,
  mergeAddress,
  parseAddress,
  runAddress,
} from '../../machines/address.ts';
import { fromToken, isToken } from '../../machines/identifier.ts';
import { OncewardError } from '../../transport/errors.ts';
import { shown } from '../config/issue-findings.ts';

export type UserAddress =
  | { kind: 'item'; project: string; item: string }
  /** `attempt` is null when the latest is meant. */
  | { kind: 'run'; project: string; item: string; stage: string; attempt: number | null }
  /** With slashes it could not be told from a run of a project called `account`. */
  | { kind: 'account'; owner: AccountOwner; name: string }
  /** A merge queue; the branch as git knows it. */
  | { kind: 'merge'; project: string; branch: string }
  | { kind: 'deployment'; project: string; environment: string };

const ATTEMPT = /^[1-9][0-9]{0,5}$/;

/**
 * Reads what a person typed; the form of the subjects (`run.shop.7.build.1`) is understood, too.
 * @throws USAGE
 */
export function parseUserAddress(text: string): UserAddress {
  const dotted = dottedIn(text);
  if (dotted !== null) return dotted;
  const [project = '', item = '', stage, attempt, ...rest] = parts(text);
  const names = stage === undefined ? [project, item] : [project, item, stage];
  const isWhole = rest.length === 0 && names.every(isToken);
  const isAttempt = attempt === undefined || ATTEMPT.test(attempt);
  if (!isWhole || !isAttempt) {
    const message = `${shown(text)} is no address: expected project/item, project/item/stage[/attempt], account.<owner>.<name>, merge.<project>.<branch> or deployment.<project>.<environment>`;
    throw new OncewardError('USAGE', message);
  }
  if (stage === undefined) return { kind: 'item', project, item };
  return { kind: 'run', project, item, stage, attempt: attempt ? Number(attempt) : null };
}

/** @throws USAGE when it is not the address of an item */
export function parseItemAddress(text: string): Extract<UserAddress, { kind: 'item' }> {
  const address = parseUserAddress(text);
  if (address.kind === 'item') return address;
  const what = WHAT_IT_IS[address.kind];
  throw new OncewardError('USAGE', `${shown(text)} is ${what}: expected an item, as project/item`);
}

const WHAT_IT_IS = {
  run: 'a run',
  account: 'an account',
  merge: 'a merge queue',
  deployment: 'a deployment',
} as const;

/** The address of the actor; null while the attempt is open. */
export function actorAddress(address: UserAddress): string | null {
  if (address.kind === 'account') return accountAddress(address.owner, address.name);
  if (address.kind === 'merge') return mergeAddress(address.project, address.branch);
  if (address.kind === 'deployment') return deploymentAddress(address.project, address.environment);
  const { project, item } = address;
  if (address.kind === 'item') return itemAddress(project, item);
  if (address.attempt === null) return null;
  return runAddress(project, item, address.stage, address.attempt);
}

/** The address of an account, a merge queue or a deployment, which are written with dots; null for anything else. @throws USAGE */
export function dottedAddress(text: string): string | null {
  const dotted = dottedIn(text);
  return dotted && actorAddress(dotted);
}

/** `run.shop.7.build.1` as `shop/7/build/1`; anything that is no address stays as it is. */
export function userAddress(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === null) return address;
  const isDotted = parsed.kind !== 'run' && parsed.kind !== 'item';
  return isDotted ? address : parsed.key.split('.').join('/');
}

/** @throws USAGE */
function dottedIn(text: string): UserAddress | null {
  return accountIn(text) ?? queueIn(text) ?? deploymentIn(text);
}

/** `deployment.shop.production`, as it stands in subjects. */
function deploymentIn(text: string): Extract<UserAddress, { kind: 'deployment' }> | null {
  const parsed = parseAddress(text);
  if (parsed?.kind !== 'deployment') return null;
  return { kind: 'deployment', project: parsed.project, environment: parsed.subject };
}

/** Owners are few: a slip of the pen is no account. @throws USAGE */
function accountIn(text: string): Extract<UserAddress, { kind: 'account' }> | null {
  const parsed = parseAddress(text);
  if (parsed?.kind !== 'account') return null;
  const owner = ACCOUNT_OWNERS.find((known) => known === parsed.project);
  if (owner !== undefined) return { kind: 'account', owner, name: parsed.subject };
  const message = `${shown(text)} is no account: its owner is ${ACCOUNT_OWNERS.join(' or ')}`;
  throw new OncewardError('USAGE', message);
}

/** `merge.shop.release=2F1` as it stands in subjects, or `merge.shop.release/1` with the branch as it is. */
function queueIn(text: string): Extract<UserAddress, { kind: 'merge' }> | null {
  const [, project = '', branch = ''] = QUEUE.exec(text) ?? [];
  if (!isToken(project) || branch === '') return null;
  return { kind: 'merge', project, branch: isToken(branch) ? fromToken(branch) : branch };
}

const QUEUE = /^merge\.([^./]+)\.(.{1,250})$/;

function parts(text: string): string[] {
  const parsed = parseAddress(text);
  const isSubject = parsed?.kind === 'run' || parsed?.kind === 'item';
  return isSubject ? parsed.key.split('.') : text.split('/');
}
