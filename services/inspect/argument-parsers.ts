// How the values of options are read. What cannot be read is a usage error that names the option.
import { InvalidArgumentError, Option } from 'commander';
import { OncewardError } from '../../transport/errors.ts';
import { HTTP_ADDRESS_FORM, type HttpAddress, parseHttpAddress } from '../config/http-address.ts';
import { LABELS_FORM, parseLabels } from '../config/pool-labels.ts';
import { parseDuration } from '../queries/duration.ts';
import type { Place } from '../queries/happenings.ts';
import { parseSetting, type SettingChange } from '../registry/setting-paths.ts';

const PLACE_FORM = /^(0|[1-9]\d{0,15})(?:\.(\d{1,6}))?$/;
const STATE_FORM = /^state=([A-Za-z.]+)$/;

/** An empty value is often a variable that was never set: what would be taken instead is not what was meant. */
export function filledArgument(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('it is empty');
}

/** `60s` in milliseconds. */
export function durationArgument(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw error instanceof OncewardError ? new InvalidArgumentError(error.message) : error;
  }
}

/** `state=done`, as the state. */
export function conditionArgument(text: string): string {
  const state = STATE_FORM.exec(text)?.[1];
  if (state !== undefined) return state;
  throw new InvalidArgumentError('expected state=<name>, for example state=done');
}

/** A revision or an epoch. */
export function numberArgument(text: string): number {
  const value = /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
  // Beyond these another number would be meant.
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('expected a whole number from 1');
}

/** `123`, or `123.4` for the fifth entry of the message with sequence 123. */
export function placeArgument(text: string): Place {
  const [whole, sequence, position] = PLACE_FORM.exec(text) ?? [];
  if (whole === undefined) throw new InvalidArgumentError('expected a sequence, as 123 or 123.4');
  return { sequence: Number(sequence), position: position ? Number(position) : null };
}

/** `127.0.0.1:7717` or `off`. */
export function httpArgument(text: string): HttpAddress | 'off' {
  const address = parseHttpAddress(text);
  if (address !== null) return address;
  throw new InvalidArgumentError(`expected ${HTTP_ADDRESS_FORM}`);
}

/** `gpu,big` */
export function labelsArgument(text: string): string[] {
  const labels = parseLabels(text);
  if (labels !== null) return labels;
  throw new InvalidArgumentError(`expected ${LABELS_FORM}`);
}

/** `tracker.maxActive=5` */
export function settingArgument(text: string): SettingChange {
  try {
    return parseSetting(text);
  } catch (error) {
    throw error instanceof OncewardError ? new InvalidArgumentError(error.message) : error;
  }
}

/** `--timeout`, in milliseconds. */
export function timeoutOption(meaning: string, defaultMs: number): Option {
  return new Option('--timeout <duration>', meaning)
    .argParser(durationArgument)
    .default(defaultMs, `${defaultMs / 1_000}s`);
}
