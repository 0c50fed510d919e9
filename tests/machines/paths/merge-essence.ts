// What of a merge queue decides how it can go on: without times, texts and numbers that only rise.
import type { MergeContext } from '../../../machines/merge/context.ts';

const NEAR_THE_BREAKER = 9;

export function mergeEssence(context: MergeContext): unknown {
  const { entries, trial, holder, hunt, freeze, decided, ended } = context;
  return [
    entries.map(({ item, attempt, isAdmitted, withdrawn, reds, isAlone }) => [
      ...[item, attempt, isAdmitted, withdrawn !== null],
      ...[Math.min(reds, 1), isAlone],
    ]),
    trial && [
      ...[trial.kind, trial.members, trial.candidate !== null, trial.gates, trial.checks],
      ...[trial.seen !== null, trial.baseMoves, trial.reclaims, trial.faults],
    ],
    holder && Math.min(holder.watermark, 1),
    hunt?.needsControl,
    freeze?.cause,
    decided.map(({ item }) => item),
    context.passed.length > 0,
    context.green !== null,
    context.fruitlessAtMs.length >= NEAR_THE_BREAKER,
    Math.min(ended.length, NEAR_THE_BREAKER + 1),
  ];
}
