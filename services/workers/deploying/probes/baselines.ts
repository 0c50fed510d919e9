// What probes measure before a deploy, to compare with afterwards.
// It must never keep a deploy from going on: what cannot be measured has no baseline.
import type { Probe } from '../../../../machines/deployment/probes.ts';
import type { DeployStep } from '../deploy-step.ts';
import { measureProbe, type ProbeSubject } from './probing.ts';

interface Baseline {
  probe: string;
  value: number;
}

/**
 * Median of each probe that is compared with a baseline, measured of what is live; those that could not be measured
 * are left out. Where nothing is live there is nothing to compare with.
 */
export async function measureBaselines(step: DeployStep): Promise<Baseline[]> {
  const { live, operation } = step.reading.context;
  if (live === null) return [];
  const key = `${step.address}:${operation?.number ?? 1}:baseline`;
  const compared = step.rules.watch.probes.filter(({ baseline }) => baseline !== undefined);
  const measured = compared.map((probe) =>
    baselineOf(step, probe, { version: live, key: `${key}:${probe.name}` }),
  );
  return (await Promise.all(measured)).flat();
}

async function baselineOf(
  step: DeployStep,
  probe: Probe,
  subject: ProbeSubject,
): Promise<Baseline[]> {
  const values: number[] = [];
  for (let sample = 1; sample <= (probe.baseline?.samples ?? 0); sample += 1) {
    if (step.lease.signal.aborted) return [];
    step.lease.advance(1, `measuring ${probe.name} before the deploy`);
    const key = `${subject.key}:${sample}`;
    const { value, outcome } = await measureProbe(step, probe, { ...subject, key });
    if (value !== null && outcome !== 'error') values.push(value);
  }
  const value = medianOf(values);
  return value === null ? [] : [{ probe: probe.name, value }];
}

function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}
