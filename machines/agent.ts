// How a stage names the coding agent that works on it, and what an agent's end may be called.
// Pure data: nothing here knows how an agent is started or read.
import { z } from 'zod';
import { identifierSchema } from './identifier.ts';

/** Relative, without `..`; `{item}`, `{project}`, `{stage}`, `{attempt}` are filled in. */
export const pathTemplate = z
  .string()
  .min(1)
  .max(512)
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
    message: 'expected a path inside the repository, without ".."',
  });

const AGENT_ADAPTERS = ['claude', 'codex'] as const;

export const agentSchema = z.strictObject({
  /** Which tool it is: `claude` is Claude Code, `codex` is the Codex command line. */
  adapter: z.enum(AGENT_ADAPTERS),
  /** Name or path of the executable. Defaults to that of the tool. */
  executable: z.string().min(1).max(1_000).optional(),
  /** Further arguments, each as it stands. */
  args: z.array(z.string().max(4_000)).max(64).default([]),
  /** As the tool names it. Defaults to the tool's own choice. */
  model: z.string().min(1).max(200).optional(),
  /** Most turns of one run. Defaults to the tool's own choice. */
  maxTurns: z.number().int().min(1).max(10_000).optional(),
  /** Template of the prompt: a file on the base branch. Defaults to a short one that is built in. */
  prompt: pathTemplate.optional(),
  /** Whose limits and credentials it lives by: a name of `accounts`. Defaults to the adapter's name. */
  account: identifierSchema.optional(),
});

export type AgentChoice = z.infer<typeof agentSchema>;

/** Ends of an agent that say nothing of its work: the provider, and not the item, is charged. */
export const ACCOUNT_CAUSES = ['usage-limit', 'provider-outage'] as const;

/** Ends after which the next run goes on where the agent stopped, instead of being told everything again. */
const CONTINUED_CAUSES: readonly string[] = [
  'turn-limit',
  'cap-reached',
  'agent-crashed',
  'fenced',
  ...ACCOUNT_CAUSES,
];

/** A session is kept only to be gone on with: a new attempt at the work begins a new one. */
export function isContinued(cause: string): boolean {
  return CONTINUED_CAUSES.includes(cause);
}

export function isAccountCause(cause: string): boolean {
  return ACCOUNT_CAUSES.some((known) => known === cause);
}

/** The account an agent lives by. */
export function accountOf({ account, adapter }: Pick<AgentChoice, 'account' | 'adapter'>): string {
  return account ?? adapter;
}
