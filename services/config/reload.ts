// Holds the last good configuration and reads the file again on demand.
// It must never let an invalid file replace a good configuration.
import { type LoadOptions, readConfigurationFile } from './load.ts';
import { invalidConfiguration, type Problem } from './problems.ts';
import type { Configuration } from './schema.ts';

export type Reload =
  | { outcome: 'replaced'; configuration: Configuration }
  | { outcome: 'kept'; configuration: Configuration; problems: Problem[] };

/** The configuration of a running process. */
export interface ConfigurationSource {
  /** The last good configuration. */
  current(): Configuration;
  /** Reads the file again. Calls are carried out one after the other, so that the last one counts. */
  reload(): Promise<Reload>;
}

/**
 * Reads the file for the first time.
 * @throws CONFIG_INVALID when there is no good configuration to begin with
 */
export async function openConfiguration(options: LoadOptions): Promise<ConfigurationSource> {
  const first = await readConfigurationFile(options);
  if (first.outcome === 'invalid') throw invalidConfiguration(first.problems);
  let current = first.configuration;

  const readAgain = async (): Promise<Reload> => {
    const reading = await readConfigurationFile(options);
    if (reading.outcome === 'invalid') {
      return { outcome: 'kept', configuration: current, problems: reading.problems };
    }
    current = reading.configuration;
    return { outcome: 'replaced', configuration: current };
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    current: () => current,
    reload: () => {
      const next = last.then(readAgain);
      last = next;
      return next;
    },
  };
}
