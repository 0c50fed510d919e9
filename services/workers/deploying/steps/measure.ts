// One round of a watch: every probe that is due is measured, all at once.
// It must never decide how the version is: the deployment does, by its limits.
import type { Probe } from '../../../../machines/deployment/probes.ts';
import { dueProbes, nextMeasurementMs, type Watch } from '../../../../machines/deployment/watch.ts';
import { faultPoint } from '../../../../transport/process/fault-point.ts';
import type { DeployStep } from '../deploy-step.ts';
import { broughtVersion } from '../plan-run.ts';
import { comparedWithBaseline, measureProbe } from '../probes/probing.ts';

export async function measure(step: DeployStep): Promise<boolean> {
  const { address, reading, rules, lease, deps } = step;
  const { watch, operation, baselines } = reading.context;
  if (watch === null) throw new TypeError('expected a watch');
  const version = broughtVersion(reading);
  const key = `${address}:${operation?.number ?? 1}:measure:${watch.round}`;
  faultPoint('deploy-measuring');
  lease.advance(1, `measuring, round ${watch.round}`);
  const measureOne = async (probe: Probe) => {
    const result = await measureProbe(step, probe, { version, key: `${key}:${probe.name}` });
    lease.advance(1);
    return comparedWithBaseline(result, probe, baselines[probe.name]);
  };
  const due = namesDue(watch, deps.clock.nowMs());
  const probes = rules.watch.probes.filter(({ name }) => due.includes(name));
  const results = await Promise.all(probes.map(measureOne));
  if (lease.signal.aborted) return false;
  return lease.report('measured', { round: watch.round, results });
}

/** The round was asked for by the time of the host: a clock that is behind it would find nothing due. */
function namesDue(watch: Watch, nowMs: number): string[] {
  return dueProbes(watch, Math.max(nowMs, nextMeasurementMs(watch) ?? nowMs));
}
