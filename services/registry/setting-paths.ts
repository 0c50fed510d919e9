// Settings written one by one: `tracker.maxActive=5`. Sets or takes away what a path names; pure.
// It must never judge a value: the schema does, once all are set.
import { parse } from 'yaml';
import { OncewardError } from '../../transport/errors.ts';
import { shown } from '../config/issue-findings.ts';
import type { WrittenSettings } from './project-record.ts';

const PATH = /^[A-Za-z]{1,64}(?:\.[A-Za-z]{1,64}){0,4}$/;
const MAX_VALUE_LENGTH = 4_000;

/** One change: undefined takes the setting away, so that its default holds. */
export interface SettingChange {
  path: readonly string[];
  value: unknown;
}

/**
 * Reads `path=value`, the value as YAML writes it: `[alice, bob]`, `5`, `"quoted"`; an empty one takes it away.
 * @throws USAGE
 */
export function parseSetting(text: string): SettingChange {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(at, 0));
  if (!PATH.test(path)) {
    throw new OncewardError('USAGE', `${shown(text)}: expected path=value, as tracker.maxActive=5`);
  }
  return { path: path.split('.'), value: valueIn(text.slice(at + 1), path) };
}

/** What a tracker and a forge are that nobody has written down. */
const KINDS = { tracker: 'folder', forge: 'git' } as const;

/**
 * The same settings with these changes; a map that is left empty is taken away with its last setting, and one
 * that was not written down before begins as its default.
 */
export function withSettings(
  settings: WrittenSettings,
  changes: readonly SettingChange[],
): WrittenSettings {
  const changed = changes.reduce(
    (before, { path, value }) => changedAt(before, path, value),
    settings,
  );
  const begun = Object.entries(KINDS).flatMap(([section, kind]) => {
    const written = changed[section];
    if (!isMapping(written) || Object.hasOwn(written, 'kind')) return [];
    return [[section, { kind, ...written }] as const];
  });
  return { ...changed, ...Object.fromEntries(begun) };
}

function changedAt(
  settings: WrittenSettings,
  [key = '', ...rest]: readonly string[],
  value: unknown,
): WrittenSettings {
  const { [key]: before, ...others } = settings;
  if (rest.length === 0) return value === undefined ? others : { ...settings, [key]: value };
  const inner = changedAt(isMapping(before) ? before : {}, rest, value);
  const isLeftEmpty = value === undefined && Object.keys(inner).length === 0;
  return isLeftEmpty ? others : { ...settings, [key]: inner };
}

function valueIn(text: string, path: string): unknown {
  if (text.trim() === '') return undefined;
  if (text.length > MAX_VALUE_LENGTH) {
    throw new OncewardError('USAGE', `${path}: expected at most ${MAX_VALUE_LENGTH} characters`);
  }
  try {
    return parse(text, { logLevel: 'error', maxAliasCount: 0 }) as unknown;
  } catch (cause) {
    const message = `${path}: ${shown(text)} is no value of YAML; put it into quotes`;
    throw new OncewardError('USAGE', message, { cause });
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
