// `onceward demo`: hands over to the demonstration, which is loaded only here.
import type { CommandContext } from '../command-context.ts';
import { serverSource } from '../server-source.ts';

export interface DemoInput {
  isCrash: boolean;
  isJson: boolean;
  isKept: boolean;
}

export async function demo(context: CommandContext, input: DemoInput): Promise<number> {
  const { out, err, style, variables } = context;
  const { runDemo } = await import('../../demo/demo.ts');
  return runDemo({
    ...input,
    ...{ out, err, style, variables },
    natsServer: serverSource(context),
    stopSignal: context.stopSignal(),
  });
}
