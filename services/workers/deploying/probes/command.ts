// Runs a command that says by its exit code how the version is, and by its last line how much.
// A probe that runs out of its time could not measure: whether that is the product's fault is not known.
import type { Probe } from '../../../../machines/deployment/probes.ts';
import { runCommand } from '../command-run.ts';
import type { DeployStep } from '../deploy-step.ts';
import type { ProbeSubject, Reading } from './probing.ts';

type CommandProbe = Extract<Probe, { kind: 'command' }>;

const OUTCOMES: Readonly<Record<number, Reading['outcome']>> = {
  0: 'good',
  75: 'error',
  76: 'inconclusive',
};

export async function probeCommand(
  step: DeployStep,
  { name, command, timeoutMs }: CommandProbe,
  { version, key }: ProbeSubject,
): Promise<Reading> {
  const { sha, digest } = version;
  const variables = { ONCEWARD_DIGEST: digest, ONCEWARD_PROBE: name };
  const given = { name: `probe ${name}`, command, timeoutMs, sha, key, variables };
  const { exit, signal, isOverdue, tail } = await runCommand(step, given);
  if (isOverdue) return { outcome: 'error', value: null, detail: `it took over ${timeoutMs} ms` };
  const [last = ''] = tail.trimEnd().split('\n').slice(-1);
  // Ended from outside: by whom, and why, nobody knows.
  if (exit === null) return { outcome: 'error', value: null, detail: `ended by ${signal}` };
  const outcome = OUTCOMES[exit] ?? 'bad';
  return { outcome, value: numberOf(last), detail: `code ${exit}${last && `: ${last}`}` };
}

function numberOf(line: string): number | null {
  const value = line.trim() === '' ? Number.NaN : Number(line);
  return Number.isFinite(value) ? value : null;
}
