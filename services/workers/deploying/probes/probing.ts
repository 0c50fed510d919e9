// Measures one probe of whatever kind, within its time, and compares the value with the one of before.
// It must never take a measurement that failed for a bad one: it says nothing of the version.
import { match } from 'ts-pattern';
import type { Measurement } from '../../../../machines/deployment/events.ts';
import type { Probe } from '../../../../machines/deployment/probes.ts';
import type { Version } from '../deploy-plan.ts';
import type { DeployStep } from '../deploy-step.ts';
import { probeCommand } from './command.ts';
import { probeHttp } from './http.ts';
import { probePrometheus } from './prometheus.ts';

export type Reading = Omit<Measurement, 'probe'>;

export interface ProbeSubject {
  /** What is measured: its digest and commit are filled in. */
  version: Pick<Version, 'sha' | 'digest'>;
  /** The same for each repetition of the same measurement. */
  key: string;
}

const MAX_DETAIL_CHARACTERS = 300;

/** Never rejects: not being able to measure is a measurement as well. */
export async function measureProbe(
  step: DeployStep,
  probe: Probe,
  subject: ProbeSubject,
): Promise<Measurement> {
  const { clock } = step.deps;
  const { signal } = step.lease;
  const { version } = subject;
  const reading = await match(probe)
    .with({ kind: 'http' }, (http) => probeHttp(http, { version, clock, signal }))
    .with({ kind: 'command' }, (command) => probeCommand(step, command, subject))
    .with({ kind: 'prometheus' }, (query) => probePrometheus(query, { signal }))
    .exhaustive()
    .catch((error: unknown): Reading => {
      const detail = error instanceof Error ? error.message : String(error);
      return { outcome: 'error', value: null, detail };
    });
  return {
    ...{ probe: probe.name, ...reading },
    detail: reading.detail.slice(0, MAX_DETAIL_CHARACTERS),
  };
}

/**
 * Bad when the value is more than `maxRatio` times as large as before. Without a baseline, and with one of 0 or less,
 * there is no ratio: the measurement stands as it is.
 */
export function comparedWithBaseline(
  measurement: Measurement,
  { baseline: rule }: Pick<Probe, 'baseline'>,
  baseline: number | undefined,
): Measurement {
  const { outcome, value } = measurement;
  if (rule === undefined || outcome !== 'good' || value === null) return measurement;
  if (baseline === undefined || baseline <= 0) return measurement;
  const ratio = value / baseline;
  if (ratio <= rule.maxRatio) return measurement;
  const detail = `${value} is ${ratio.toFixed(2)} times the ${baseline} of before, more than ${rule.maxRatio}`;
  return { ...measurement, outcome: 'bad', detail: detail.slice(0, MAX_DETAIL_CHARACTERS) };
}
