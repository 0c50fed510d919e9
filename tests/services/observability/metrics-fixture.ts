// Metrics in the hands of a test: actors whose steps are counted, and the samples of a scrape by their labels.
// It must never look into the registry: what counts is what Prometheus is told.
import { NO_OBSERVER } from '../../../services/actors/observer.ts';
import { createMetrics } from '../../../services/observability/metrics.ts';
import type { ScrapeReading } from '../../../services/observability/scrape-reading.ts';
import {
  ITEM,
  itemOpening,
  RUN,
  runOpening,
  type StageInput,
  tell,
} from '../../support/machine-steps.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { openObserved } from './observed-actor.ts';

export const NOTHING: ScrapeReading = { partitions: [], queues: [] };

export function setup(readFacts: () => Promise<ScrapeReading> = async () => NOTHING) {
  const clock = createVirtualClock();
  const metrics = createMetrics({ version: '1.2.3', clock, readFacts });
  const observer = { ...NO_OBSERVER, ...metrics };
  const samples = async () => samplesOf(await metrics.text());
  return {
    ...{ clock, metrics, observer, samples },
    run: (stage: StageInput = {}) => openObserved(RUN, runOpening(stage), observer),
    account: (address: string) => openObserved(address, tell('open'), observer),
    item: (...stages: StageInput[]) => openObserved(ITEM, itemOpening(stages), observer),
    /** The values of one metric by its labels, without those that have counted nothing. */
    async valuesOf({ name }: { name: string }): Promise<Record<string, number>> {
      const found = (await samples()).filter(
        ([sample, value]) => sample.replace(/\{.*/, '') === name && value > 0,
      );
      return Object.fromEntries(found.map(([sample, value]) => [sample.slice(name.length), value]));
    },
  };
}

function samplesOf(text: string): [string, number][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]);
}
