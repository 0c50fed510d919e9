// Why an account is suspended, in words. Evidence comes from outside: it must never be more than one line here.
import type { Suspension } from '../../machines/account/context.ts';
import { isAccountCause } from '../../machines/agent.ts';
import { oneLine } from '../../machines/one-line.ts';
import { formatDuration, formatMoment, formatRemaining } from './duration.ts';

const MAX_EVIDENCE_CHARACTERS = 200;

/** A run that names nobody has suspended it in the name of its provider. */
export function suspendedWords({ by, cause, sinceMs }: Suspension, nowMs: number): string {
  const isNamed = by !== 'operator' || !isAccountCause(cause);
  return `suspended ${isNamed ? `by ${by} ` : ''}${formatDuration(nowMs - sinceMs)} ago`;
}

/** `it is suspended (usage-limit: resets 2pm) until 2026-11-30T14:00:00.000Z, in 12m03s` */
export function suspensionWords(
  { cause, evidence, untilMs }: Pick<Suspension, 'cause' | 'evidence' | 'untilMs'>,
  nowMs: number,
): string {
  const seen = oneLine(evidence).slice(0, MAX_EVIDENCE_CHARACTERS);
  const why = seen === '' ? cause : `${cause}: ${seen}`;
  return `it is suspended (${why}) until ${formatMoment(untilMs)}, ${formatRemaining(untilMs - nowMs)}`;
}
