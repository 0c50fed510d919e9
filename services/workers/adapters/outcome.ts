// Puts the end of an agent into words: one outcome, with the evidence for it.
// It must never call an end a success that nothing but an exit code speaks for.
import { stripVTControlCharacters } from 'node:util';
import { oneLine } from '../../../machines/one-line.ts';
import type { AgentExit, AgentOutcome, OutcomeCause } from './adapter.ts';
import type { Fault } from './provider-fault.ts';

const MAX_EVIDENCE_CHARACTERS = 300;

/** It ended by itself, and its code is what it is to be judged by. */
export function ended({ code }: AgentExit, words: string): AgentOutcome {
  return outcome('exit-code', `exit code ${code}; ${words}`);
}

export function outcome(
  cause: OutcomeCause,
  summary: string,
  resetAtMs: number | null = null,
): AgentOutcome {
  return { cause, summary, resetAtMs };
}

/** `usage-limit`: the rule that fitted, when it resets, and the provider's own words. */
export function faultOutcome(fault: Fault, words: string): AgentOutcome {
  const { cause, reason, resetAtMs } = fault;
  const until = resetAtMs === null ? '' : ` until ${new Date(resetAtMs).toISOString()}`;
  return outcome(cause, `${reason}${until}${quoted(words)}`, resetAtMs);
}

/** It is gone without having said how it went. */
export function crashed(exit: AgentExit, evidence: string, words = 'no result'): AgentOutcome {
  return outcome('agent-crashed', `${endOf(exit)}, ${words}${quoted(evidence)}`);
}

/** `: "the last line of it"`, or nothing. */
function quoted(evidence: string): string {
  const lines = stripVTControlCharacters(evidence)
    .trim()
    .split(/\s*\n\s*/);
  const last = oneLine(lines.at(-1) ?? '').slice(0, MAX_EVIDENCE_CHARACTERS);
  return last === '' ? '' : `: "${last}"`;
}

function endOf({ code, signal }: AgentExit): string {
  if (signal !== null) return `ended by ${signal}`;
  return code === null ? 'ended' : `exit code ${code}`;
}
