// What an agent is given of its worker's own environment: the variables that its account names.
// It must never give a variable that no account names, nor begin without one that is named.
import { accountOf } from '../../machines/agent.ts';
import { OncewardError } from '../../transport/errors.ts';
import type { AccountSettings, Accounts } from '../config/account-settings.ts';
import type { HostEnvironment } from './agent-environment.ts';
import type { JobFacts } from './job-facts.ts';
import { credentialValues } from './secret-patterns.ts';
import { type SecretScrubber, secretScrubber } from './secret-scrubber.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** The account an agent of this stage lives by; null for a plain command, and where nothing is said of it. */
export function accountSettingsOf(
  { stage }: Pick<JobFacts, 'stage'>,
  accounts: Accounts,
): AccountSettings | null {
  return stage.agent === undefined ? null : (accounts[accountOf(stage.agent)] ?? null);
}

/** @throws CONFIG_INVALID when the worker lacks a variable that the account names */
export function credentialsOf(
  job: Pick<JobFacts, 'stage'>,
  { accounts, environment }: { accounts: Accounts; environment: HostEnvironment },
): Record<string, string> {
  const names = accountSettingsOf(job, accounts)?.env ?? [];
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) {
    const account = job.stage.agent && accountOf(job.stage.agent);
    const what = `account "${account}" names ${missing.join(', ')}`;
    throw new OncewardError('CONFIG_INVALID', `${what}, which this worker does not have`);
  }
  return Object.fromEntries(names.map((name) => [name, environment[name] ?? '']));
}

/** Knows every credential of every account, and those that a stage's own environment seems to hold. */
export function scrubberOf(
  { stage }: Pick<JobFacts, 'stage'>,
  { accounts, environment }: Pick<WorkerDeps, 'accounts' | 'environment'>,
): SecretScrubber {
  const names = Object.values(accounts()).flatMap(({ env }) => env);
  const secrets = names.map((name) => environment[name] ?? '').filter((value) => value !== '');
  return secretScrubber([...secrets, ...credentialValues(stage.env)]);
}
