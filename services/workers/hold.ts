// Whether a run may be started: the accounts it would draw on are asked right before.
// It must never hold a stage that draws on nothing, nor change an account: it only reads.
import { accountAddress, parseAddress } from '../../machines/address.ts';
import { accountOf } from '../../machines/agent.ts';
import { stateName } from '../../machines/record.ts';
import { accountContextOf } from '../../machines/typed-context.ts';
import type { Bucket } from '../../transport/ports.ts';
import { decodeEntry } from '../actors/record-cache.ts';
import type { JobFacts } from './job-facts.ts';

export interface Hold {
  /** `account.provider.claude`. */
  account: string;
  cause: string;
  untilMs: number;
}

/**
 * The suspension that keeps the run from being started for longest; null where nothing does.
 * What cannot be read holds nothing: a run that runs into a limit is not charged for it.
 */
export async function holdOf(
  { project, stage }: Pick<JobFacts, 'project' | 'stage'>,
  accounts: Pick<Bucket, 'read'>,
): Promise<Hold | null> {
  if (stage.agent === undefined) return null;
  const addresses = [
    accountAddress('provider', accountOf(stage.agent)),
    accountAddress('project', project),
  ];
  const holds = await Promise.all(addresses.map((address) => suspensionOf(address, accounts)));
  const found = holds.filter((hold) => hold !== null);
  return found.toSorted((a, b) => b.untilMs - a.untilMs)[0] ?? null;
}

async function suspensionOf(address: string, accounts: Pick<Bucket, 'read'>): Promise<Hold | null> {
  const key = parseAddress(address)?.key;
  const entry = key === undefined ? null : await accounts.read(key);
  const loaded = entry === null ? null : decodeEntry(entry);
  if (loaded?.status !== 'stored') return null;
  const { record } = loaded.stored;
  const { suspension } = accountContextOf(record);
  if (stateName(record.state) !== 'suspended' || suspension === null) return null;
  return { account: address, cause: suspension.cause, untilMs: suspension.untilMs };
}
