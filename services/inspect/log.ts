// The log of a running process, on standard error: JSON lines for machines, one-liners on a terminal.
// It must never write to standard output, more than one line for each entry on a terminal, or a secret.
import { pino } from 'pino';
import type { Log } from '../actors/log.ts';
import { redactedFields, redactedText } from '../observability/redaction.ts';
import type { CommandContext, TextStyle } from './command-context.ts';
import { printable } from './printable.ts';

type Entry = Readonly<Record<string, unknown>>;

const STYLE_OF: Readonly<Record<string, TextStyle>> = {
  error: 'red',
  fatal: 'red',
  warn: 'yellow',
  info: 'green',
};
/** Said elsewhere on the line, or to nobody who reads along. */
const HIDDEN = ['level', 'time', 'msg', 'role', 'v'];

/** `fields` stand on every entry. */
export function createLog(
  { err, environment, style }: Pick<CommandContext, 'err' | 'environment' | 'style'>,
  fields: Record<string, unknown>,
): Log {
  const formatters = { level: (label: string) => ({ level: label }) };
  // Errors come written out already; pino's own way would call each of them an `Object`, and drop its causes.
  const serializers = { err: (written: unknown) => written };
  const base = redactedFields(fields);
  const options = { level: environment.logLevel, base, formatters, serializers };
  const logger = pino(options, {
    write: (line: string) => err.text(err.isTerminal ? `${oneLine(line, style)}\n` : line),
  });
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (entry: object, message: string) => {
    if (logger.isLevelEnabled(level)) logger[level](redactedFields(entry), redactedText(message));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** `12:00:00.000 INFO  partitions changed  taken=[1,2] members=1` */
function oneLine(json: string, style: CommandContext['style']): string {
  const entry = JSON.parse(json) as Entry;
  const level = String(entry['level']);
  const time = new Date(Number(entry['time'])).toISOString().slice(11, -1);
  const fields = Object.entries(entry)
    .filter(([name]) => !HIDDEN.includes(name))
    .map(([name, value]) => `${name}=${valueText(value)}`);
  const label = style(STYLE_OF[level] ?? 'dim', level.toUpperCase().padEnd(5));
  const message = printable(String(entry['msg'] ?? ''));
  const rest = fields.length === 0 ? '' : `  ${style('dim', printable(fields.join(' ')))}`;
  return `${style('dim', time)} ${label} ${message}${rest}`;
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (!isWrittenError(value)) return JSON.stringify(value);
  return JSON.stringify(`${messagesOf(value).join(': ')}${value.code ? ` (${value.code})` : ''}`);
}

interface WrittenError {
  message: string;
  stack: string;
  code?: unknown;
  cause?: unknown;
}

function isWrittenError(value: unknown): value is WrittenError {
  const { message, stack } = (value ?? {}) as Partial<WrittenError>;
  return typeof message === 'string' && typeof stack === 'string';
}

/** Of an error and its causes, as far as they are errors. */
function messagesOf({ message, cause }: WrittenError): string[] {
  return isWrittenError(cause) ? [message, ...messagesOf(cause)] : [message];
}
