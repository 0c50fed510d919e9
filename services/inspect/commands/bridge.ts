// `onceward bridge`: shows items and runs to the Stately inspector, until it is interrupted.
// It must never begin without saying what leaves this machine, and where to.
import { isToken } from '../../../machines/identifier.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { startBridge } from '../../bridge/stately-bridge.ts';
import { shown } from '../../config/issue-findings.ts';
import { withSession } from '../../queries/session.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';
import { printable } from '../printable.ts';

export interface BridgeInput {
  /** `project`, `project/item`, `project/item/stage` or a run. */
  filter: string | undefined;
  port: number;
  /** Pages that may connect; defaults to that of the inspector. */
  allowedOrigins?: readonly string[];
  isRedacted: boolean;
}

const INSPECTOR_ORIGIN = 'https://stately.ai';
const MAX_FILTER_PARTS = 4;
const MAX_PORT = 65_535;

/** Ends with 130, because nothing but an interruption ends it. @throws USAGE, BROKER_UNAVAILABLE */
export async function bridge(context: CommandContext, input: BridgeInput): Promise<number> {
  const { port, isRedacted } = input;
  const filter = input.filter === undefined ? null : checkedFilter(input.filter);
  const [first = INSPECTOR_ORIGIN, ...others] = (input.allowedOrigins ?? []).map(checkedOrigin);
  const allowedOrigins = [first, ...others] as const;
  if (port > MAX_PORT) throw new OncewardError('USAGE', `--port ${port}: at most ${MAX_PORT}`);
  const stop = context.stopSignal();
  await withSession(context, async (session) => {
    const onNotice = (text: string) => context.err.line(`onceward: ${printable(text)}`);
    const scope = { filter, isRedacted, onNotice };
    const running = await startBridge({
      ...scope,
      session,
      port,
      allowedOrigins: [...allowedOrigins],
    });
    try {
      const document = { url: running.url, allowedOrigins, isRedacted, filter };
      printDocument(context, document, () => announcement(running.url, allowedOrigins, input));
      if (!stop.aborted) {
        await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
      }
    } finally {
      await running.close();
    }
  });
  return EXIT.interrupted;
}

function announcement(
  url: string,
  origins: readonly string[],
  { filter, isRedacted }: BridgeInput,
): string[] {
  const what = filter === undefined ? 'all items and runs' : `items and runs below ${filter}`;
  return [
    `${url} shows ${what} in the inspector of ${origins[0]}, read only, until interrupted.`,
    `What leaves this machine: whoever opens it hands run data to a page that ${origins.join(', ')} serves:`,
    '  addresses, states, events, contexts, and the names of workers, machines and operators.',
    isRedacted
      ? '  Free text (titles, feedback, summaries, commands, paths) is left out; --no-redact sends it, too.'
      : '  Free text (titles, feedback, summaries, commands, paths) is sent, too: --no-redact was given.',
  ];
}

function checkedFilter(filter: string): string {
  const parts = filter.replace(/\/$/, '').split('/');
  if (parts.length <= MAX_FILTER_PARTS && parts.every(isToken)) return parts.join('/');
  const message = `${shown(filter)} is no filter: expected project[/item[/stage[/attempt]]]`;
  throw new OncewardError('USAGE', message);
}

function checkedOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  if (origin === text && /^https?:/.test(origin)) return origin;
  const message = `--allow-origin ${shown(text)}: expected an origin such as ${INSPECTOR_ORIGIN}`;
  throw new OncewardError('USAGE', message);
}
