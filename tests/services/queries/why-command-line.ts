// Reads a command as a shell and then the real command line read it: what it is called with, and what it would send.
// It must never run one: the program it builds only parses.
import { execFileSync } from 'node:child_process';
import { deploymentAddress, itemAddress, mergeAddress } from '../../../machines/address.ts';
import type { ActorEvent } from '../../../machines/event.ts';
import type { Dispatch } from '../../../services/inspect/dispatch.ts';
import { buildProgram } from '../../../services/inspect/program.ts';
import {
  actorAddress,
  parseItemAddress,
  parseUserAddress,
} from '../../../services/queries/user-address.ts';

const VERBS = ['approve', 'reject', 'cancel', 'retry', 'pause', 'resume'];
const STEERING = ['rollback', 'hold', 'release'];

/** The words a shell makes of it. */
export function shellWords(command: string): string[] {
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

/** What the command was dispatched with. Rejects where commander refuses it. */
async function parsedInput(command: string): Promise<Record<string, unknown>> {
  const inputs: unknown[] = [];
  const dispatch: Dispatch = async (_, input) => void inputs.push(input);
  const silent = () => {};
  const output = { writeOut: silent, writeErr: silent, onUsageError: silent };
  const program = buildProgram({ version: '', dispatch, ...output });
  const [name, ...words] = shellWords(command);
  if (name !== 'onceward') throw new Error(`${command} is no command of onceward`);
  await program.parseAsync(words, { from: 'user' });
  return inputs[0] as Record<string, unknown>;
}

/** The event it would send at this moment; null for a command that only looks. */
export async function sentEvent(command: string, atMs: number): Promise<ActorEvent | null> {
  const input = await parsedInput(command);
  const sent = { id: 'pasted', atMs, door: 'ask' } as const;
  const [, name = ''] = shellWords(command);
  if (name === 'send') {
    const address = actorAddress(parseUserAddress(String(input['address']))) ?? '';
    const data: unknown = JSON.parse(String(input['data'] ?? '{}'));
    return { ...sent, address, type: String(input['type']), data };
  }
  if (name === 'queue' && input['verb'] !== undefined) return { ...sent, ...steered(input) };
  if (STEERING.includes(name)) return { ...sent, ...steeredDeployment(input) };
  if (!VERBS.includes(name)) return null;
  const [only, ...more] = input['items'] as string[];
  if (more.length > 0) throw new Error(`${command} speaks of more than one item`);
  const { project, item } = parseItemAddress(String(only));
  const { reason } = input;
  const data = { by: 'operator:tester', ...(reason === undefined ? {} : { reason }) };
  return { ...sent, address: itemAddress(project, item), type: name, data };
}

/** What `queue freeze`, `queue move` and the like send. */
function steered(input: Record<string, unknown>) {
  const { verb, name, to, reason, branch } = input;
  const [project = '', item] = String(name).split('/');
  const given = { by: 'operator:tester', item, to, reason };
  const data = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { address: mergeAddress(project, String(branch)), type: String(verb), data };
}

/** What `rollback`, `hold` and `release` send. */
function steeredDeployment({
  verb,
  project,
  environment,
  decisions,
  reason = '',
}: Record<string, unknown>) {
  const [decision = 'retry'] = decisions as string[];
  const data = { by: 'operator:tester', reason, ...(verb === 'release' ? { decision } : {}) };
  return {
    address: deploymentAddress(String(project), String(environment)),
    type: String(verb),
    data,
  };
}
