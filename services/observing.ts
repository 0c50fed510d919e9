// Who looks on in a process, made from what the composition root was given: nobody, where it names no version.

import type { Clock } from '../transport/ports.ts';
import { NO_OBSERVER } from './actors/observer.ts';
import type { AppOptions } from './app-options.ts';
import type { Observability } from './observability/observability.ts';
import type { ScrapeReading } from './observability/scrape-reading.ts';

export interface ObservingOptions {
  /** Of this process. */
  identity: string;
  clock: Clock;
  readFacts: () => Promise<ScrapeReading>;
}

export async function startObserving(
  options: AppOptions,
  given: ObservingOptions,
): Promise<Observability> {
  const { version, role, http, configuration, configurationFolder, environment, log } = options;
  if (version === undefined) return NOBODY;
  // Here, so that no process without it waits for all of this to be loaded.
  const { startObservability } = await import('./observability/observability.ts');
  return startObservability({
    ...{ ...given, version, environment, log },
    isHost: role !== 'worker',
    isScraped: http !== undefined,
    alarms: configuration.settings.alarms,
    folder: configurationFolder,
  });
}

const NOBODY: Observability = {
  observer: NO_OBSERVER,
  agents: { started: () => {}, ended: () => {} },
  onSwept: () => {},
  onLook: () => {},
  onDeed: () => {},
  alarm: () => {},
  metrics: null,
  apply: () => {},
  stop: async () => {},
};
