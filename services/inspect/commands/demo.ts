// `onceward demo`: hands over to the demonstration.
import { join } from 'node:path';
import type { CommandContext } from '../command-context.ts';

export interface DemoInput {
  isCrash: boolean;
  isJson: boolean;
  isKept: boolean;
}

export async function demo(context: CommandContext, input: DemoInput): Promise<number> {
  const { out, err, style, variables, environment, homeDirectory } = context;
  // Here, so that no other command waits for all of this to be loaded.
  const { runDemo } = await import('../../demo/demo.ts');
  return runDemo({
    ...{ ...input, out, err, style, variables },
    natsServer: {
      override: environment.natsServerPath,
      path: variables['PATH'] ?? '',
      cacheDirectory:
        environment.cacheDirectory ??
        join(variables['XDG_CACHE_HOME'] || join(homeDirectory, '.cache'), 'onceward'),
    },
    stopSignal: context.stopSignal(),
  });
}
