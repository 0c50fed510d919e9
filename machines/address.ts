// Where an actor lives: its kind and the tokens of its key. Parsing never throws; a bad address is null.
import { isToken, toToken } from './identifier.ts';

/** How many tokens the key of each kind of actor has. */
const TOKEN_COUNTS = { run: 4, item: 2, account: 2, merge: 2, deployment: 2 } as const;

/** Whose accounts there are. */
export const ACCOUNT_OWNERS = ['project', 'provider'] as const;

export type AccountOwner = (typeof ACCOUNT_OWNERS)[number];

export type ActorKind = keyof typeof TOKEN_COUNTS;

export interface Address {
  kind: ActorKind;
  /** Key in the bucket of its kind: tokens joined by dots. */
  key: string;
  /** First token of the key. With the second it decides the partition. */
  project: string;
  /** Second token: the item, the branch, the environment or the account's name. */
  subject: string;
}

/** Reads `run.<project>.<item>.<stage>.<attempt>`, `item.<project>.<item>` and the like. */
export function parseAddress(text: string): Address | null {
  const [kind = '', ...tokens] = text.split('.');
  if (!isActorKind(kind) || tokens.length !== TOKEN_COUNTS[kind]) return null;
  const [project = '', subject = ''] = tokens;
  if (!tokens.every(isToken) || (kind === 'run' && !isAttempt(tokens[3]))) return null;
  return { kind, key: tokens.join('.'), project, subject };
}

export function runAddress(project: string, item: string, stage: string, attempt: number): string {
  return `run.${project}.${item}.${stage}.${attempt}`;
}

export function itemAddress(project: string, item: string): string {
  return `item.${project}.${item}`;
}

/** What a project may use in a day, or a provider lets us use: `account.project.shop`, `account.provider.claude`. */
export function accountAddress(owner: AccountOwner, name: string): string {
  return `account.${owner}.${name}`;
}

/** The queue in front of a base branch: `merge.shop.release=2F1=2E2`. */
export function mergeAddress(project: string, branch: string): string {
  return `merge.${project}.${toToken(branch)}`;
}

/** What is deployed where: `deployment.shop.production`. */
export function deploymentAddress(project: string, environment: string): string {
  return `deployment.${project}.${toToken(environment)}`;
}

/**
 * True for what hosts of any partition tell: the runs of an account are everywhere, and so are the items of a queue and of a
 * deployment. Each host that has told it
 * waits for its deadlines, whoever serves its partition, and revisions decide who comes first.
 */
export function isShared(address: string): boolean {
  return SHARED.some((kind) => address.startsWith(`${kind}.`));
}

const SHARED = ['account', 'merge', 'deployment'] as const satisfies readonly ActorKind[];

function isActorKind(kind: string): kind is ActorKind {
  return Object.hasOwn(TOKEN_COUNTS, kind);
}

function isAttempt(token: string | undefined): boolean {
  return token !== undefined && /^[1-9][0-9]{0,5}$/.test(token);
}
