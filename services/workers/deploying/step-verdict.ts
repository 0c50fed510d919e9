// What the end of one command of a deployment says: it passed, or whose fault it was. Pure, so that it can be tried often.
// What is not known to be the infrastructure's fault is the product's, and silence must never be taken for success.
import { z } from 'zod';
import type { DeployRules } from '../../../machines/deployment/rules.ts';
import { oneLine } from '../../../machines/one-line.ts';
import { judgedKind } from '../../../machines/verdict.ts';

export type DeployPhase = 'prepare' | 'deploy' | 'verify' | 'rollback';

export interface StepEnd {
  /** Null when a signal has ended it. */
  exit: number | null;
  signal: string | null;
  isOverdue: boolean;
  /** The end of its output. */
  tail: string;
}

export interface StepFault {
  kind: 'product_fail' | 'infra_error' | 'inconclusive' | 'unobserved';
  cause: string;
  summary: string;
}

export interface EndedStep {
  phase: DeployPhase;
  end: StepEnd;
  /** What stands in its verdict file, null when there is none; undefined where none is asked for. */
  verdict?: string | null | undefined;
}

/** `$ONCEWARD_VERDICT_FILE`. Who writes it says what was seen; whose fault that is, is looked up by its cause. */
const verdictSchema = z.strictObject({
  outcome: z.enum(['pass', 'fail', 'inconclusive']),
  cause: z.string().min(1).max(64).default('verdict-file'),
  summary: z.string().max(4_000).default(''),
});

/** Null when it passed. */
export function stepFault(
  { phase, end, verdict }: EndedStep,
  rules: Pick<DeployRules, 'infrastructure'>,
): StepFault | null {
  const fault = endFault(end, rules);
  // Nothing of the product has run yet.
  if (phase === 'prepare') return fault === null ? null : { ...fault, kind: 'infra_error' };
  // Whatever it has left behind, it was not done with it.
  if (verdict === undefined || end.isOverdue || fault?.kind === 'infra_error') return fault;
  return verdictFault(verdict, rules) ?? fault;
}

function endFault(
  { exit, signal, isOverdue, tail }: StepEnd,
  { infrastructure }: Pick<DeployRules, 'infrastructure'>,
): StepFault | null {
  const last = tail === '' ? '' : `; last output:\n${tail}`;
  if (isOverdue) {
    return { kind: 'product_fail', cause: 'timeout', summary: `it ran out of its time${last}` };
  }
  if (exit === 0) return null;
  // Who has sent it is not known: a product that eats all memory is ended like that, too.
  if (exit === null) {
    const summary = `it was ended by ${signal ?? 'a signal'}${last}`;
    return { kind: 'product_fail', cause: 'signal', summary };
  }
  const kind = infrastructure.exitCodes.includes(exit) ? 'infra_error' : 'product_fail';
  return { kind, cause: 'exit-code', summary: `it ended with code ${exit}${last}` };
}

function verdictFault(
  text: string | null,
  { infrastructure }: Pick<DeployRules, 'infrastructure'>,
): StepFault | null {
  if (text === null) return unobserved('it has left no verdict file that could be read');
  const parsed = verdictSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'file'}: ${message}`,
    );
    return unobserved(oneLine(`its verdict file is malformed: ${problems.join('; ')}`));
  }
  const { outcome, cause, summary } = parsed.data;
  if (outcome === 'pass') return null;
  if (outcome === 'inconclusive') return { kind: 'inconclusive', cause, summary };
  const isKnown = infrastructure.causes.includes(cause);
  return { kind: isKnown ? 'infra_error' : judgedKind(cause), cause, summary };
}

function unobserved(summary: string): StepFault {
  return { kind: 'unobserved', cause: 'no-verdict', summary: summary.slice(0, 4_000) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
