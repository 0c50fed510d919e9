// A life as it is kept: every record as its event has left it, with the revision it got.
// It must never settle a record: what stands in a bucket is what was written.
import type { Decision } from '../../machines/decide.ts';
import { recordChanges } from '../../machines/differences.ts';
import { type ActorRecord, encodeRecord, stateName } from '../../machines/record.ts';
import { type ReplayStep, replaySteps } from '../../machines/replay.ts';
import type { Step, StepMaker, TestActor } from './machine-steps.ts';

export type KeptStep = ReplayStep & { record: ActorRecord };

export interface RecordedLife<Given> {
  /** As `actor.send`; what is applied is kept. */
  send(step: Given): Decision;
  steps(): KeptStep[];
}

type Recordable<Given> = Pick<TestActor, 'stored' | 'effects'> & { send(step: Given): Decision };

/** Of an actor that has just been opened. */
export function recordLife<Given = Step | StepMaker>(
  actor: Recordable<Given>,
): RecordedLife<Given> {
  const { record, revision } = actor.stored();
  const outbox = actor.effects().map((effect, n) => ({ n, revision: null, effect }));
  const kept = [keptStep({ ...record, outbox }, revision)];
  return {
    send(step) {
      const decision = actor.send(step);
      if (decision.outcome === 'applied') {
        kept.push(keptStep(decision.record, actor.stored().revision));
      }
      return decision;
    },
    steps: () => kept,
  };
}

/** The same life with the records of its steps as the archive keeps them: the first and the last. */
export function archivedLife(steps: readonly ReplayStep[]): ReplayStep[] {
  return steps.map((step, n) => {
    const isKept = n === 0 || n === steps.length - 1;
    return isKept ? step : { ...step, record: null };
  });
}

/** State, time and context of a life whose middle was made again from first record and events. */
export function remadeDifferences(address: string, steps: readonly KeptStep[]): unknown[] {
  return replaySteps(address, archivedLife(steps)).flatMap(({ record }, n): unknown[] =>
    record === null ? ['lost'] : recordChanges((steps[n] as KeptStep).record, record),
  );
}

function keptStep(written: ActorRecord, revision: number): KeptStep {
  const record = JSON.parse(encodeRecord(written)) as ActorRecord;
  return { revision, state: stateName(record.state), event: record.event, record };
}
