// How the binary of the embedded nats-server is found, for everything that starts one.
import { join } from 'node:path';
import type { AppOptions } from '../app-options.ts';
import type { CommandContext } from './command-context.ts';

/** A named binary, else PATH, else the cache, where a fetched one is kept. */
export function serverSource({
  environment,
  variables,
  homeDirectory,
}: Pick<CommandContext, 'environment' | 'variables' | 'homeDirectory'>): AppOptions['natsServer'] {
  const caches = variables['XDG_CACHE_HOME'] || join(homeDirectory, '.cache');
  return {
    override: environment.natsServerPath,
    path: variables['PATH'] ?? '',
    cacheDirectory: environment.cacheDirectory ?? join(caches, 'onceward'),
  };
}
