// `onceward demo`: one issue with a real defect through a whole pipeline, on real git, processes and NATS.
// It must never leave a process behind, nor a folder but the one it names.
import { OncewardError } from '../../transport/errors.ts';
import { EXIT } from '../inspect/exit-codes.ts';
import { type DemoFolder, makeDemoFolder } from './demo-folder.ts';
import type { DemoOptions } from './demo-options.ts';
import { closingLines, demoDocument } from './demo-report.ts';
import { type DemoResult, emptyResult, problemsOf } from './demo-result.ts';
import { show } from './show.ts';

/**
 * Runs the demonstration and says what it has shown. Returns 0 only when every stage advanced
 * exactly once and the tests pass on the remote's main; otherwise 1, with what was wrong.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const folder = await makeDemoFolder(options.variables);
  let isKept = true;
  try {
    const result = await show(folder, options).catch((error: unknown) => failed(error, options));
    if (options.stopSignal.aborted) {
      isKept = options.isKept;
      return EXIT.interrupted;
    }
    tell(result, options);
    const isGood = problemsOf(result).length === 0;
    isKept = options.isKept || !isGood;
    return isGood ? EXIT.done : EXIT.error;
  } finally {
    await leave(folder, isKept, options);
  }
}

function failed(error: unknown, { isCrash }: DemoOptions): DemoResult {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof OncewardError ? ` (${error.code})` : '';
  return { ...emptyResult(isCrash), troubles: [`${message}${code}`] };
}

function tell(result: DemoResult, { isJson, out, style }: DemoOptions): void {
  if (isJson) out.line(JSON.stringify(demoDocument(result), null, 2));
  else for (const line of closingLines(result, style)) out.line(line);
}

async function leave(folder: DemoFolder, isKept: boolean, { err }: DemoOptions): Promise<void> {
  if (isKept) err.line(`kept: ${folder.path} (host.log, worker.log, remote.git, worker/logs)`);
  else await folder.remove();
}
