// Why a deployment waits for a person, as values. Whatever it is, the reason is on record, and an alarm says it.
import { hold } from './actions.ts';
import { currentArtifact } from './conditions.ts';
import { type DeploymentArgs, type DeploymentContext, rulesOf } from './context.ts';
import { failureOf } from './failure.ts';
import { stepsAfter } from './step-actions.ts';
import { watchWords } from './watch.ts';

type Change = Partial<DeploymentContext>;

/** Nobody has tested it elsewhere. */
export function holdUntested(args: DeploymentArgs): Change {
  const { requires } = rulesOf(args.context);
  const digest = currentArtifact(args.context)?.digest ?? 'it';
  const reason = `${requires} has no verdict of pass for ${digest}`;
  return hold(args.context, { cause: 'untested', reason, by: 'onceward' }, args.event);
}

/** It is not, or not provably, what was tested. */
export function holdMismatch(args: DeploymentArgs): Change {
  const { context, event } = args;
  const findings = event.type === 'checked' ? event.data.findings : [];
  const unmet = findings.filter(({ isMet }) => !isMet);
  const words = unmet.map(({ check, detail }) => `${check}: ${detail}`).join('; ');
  const reason =
    words || `the registry answered for another image than ${currentArtifact(context)?.digest}`;
  return hold(context, { cause: 'provenance-mismatch', reason, by: 'onceward' }, event);
}

/** Infrastructure has used up its tries, or nobody can say how it went. */
export function holdFailed(args: DeploymentArgs): Change {
  const { event, context } = args;
  const { cause, summary } = failureOf(args);
  const kind = event.type === 'failed' ? event.data.kind : 'infra_error';
  const causes = { infra_error: 'infrastructure', unobserved: 'unobserved' } as const;
  const held = kind === 'infra_error' || kind === 'unobserved' ? causes[kind] : 'inconclusive';
  const faults = context.operation?.faults ?? 0;
  const tries = kind === 'infra_error' && faults > 0 ? ` after ${faults + 1} tries` : '';
  const reason = `${cause}${tries}: ${summary}`;
  return {
    ...hold(context, { cause: held, reason, by: 'onceward' }, event),
    operation: withSteps(args),
  };
}

/** What was done up to there stays known: who tries it again tells the tries apart by it. */
function withSteps({ context, event }: DeploymentArgs): DeploymentContext['operation'] {
  const { operation } = context;
  if (operation === null || event.type !== 'failed') return operation;
  return { ...operation, steps: stepsAfter(context, event.data.steps, event.atMs) };
}

/** It was measured, and is neither good nor bad. */
export function holdUndecided(args: DeploymentArgs): Change {
  const { context, event } = args;
  const states = ['running', 'inconclusive', 'errored'] as const;
  const words = context.watch === null ? '' : watchWords(context.watch, states);
  const when = event.type === 'watch-overdue' ? 'the watch has come to no end; ' : '';
  return hold(context, { cause: 'undecided', reason: `${when}${words}`, by: 'onceward' }, event);
}
