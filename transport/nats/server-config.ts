// Turns the shipped nats.conf into the configuration of one embedded server.
// It changes whole lines only, and refuses a file in which it cannot find them.
import { OncewardError } from '../errors.ts';

export interface EmbeddedSettings {
  /** Absolute. */
  storeDir: string;
  /** 0 lets the server choose. */
  port: number;
  /** 0 lets the server choose. */
  monitorPort: number;
  /** False writes to disk every two minutes only: for tests and measurements. */
  syncAlways: boolean;
}

/**
 * The text with `listen`, `http`, `store_dir` and `sync_interval` replaced.
 * @throws CONFIG_INVALID when one of the four does not stand on a line of its own, once
 */
export function embeddedConfig(text: string, settings: EmbeddedSettings): string {
  const values = {
    listen: JSON.stringify(`127.0.0.1:${settings.port || -1}`),
    http: JSON.stringify(`127.0.0.1:${settings.monitorPort || -1}`),
    store_dir: JSON.stringify(settings.storeDir),
    sync_interval: settings.syncAlways ? 'always' : '"2m"',
  };
  return Object.entries(values).reduce((rest, [key, value]) => replaced(rest, key, value), text);
}

function replaced(text: string, key: string, value: string): string {
  const line = new RegExp(`^([ \\t]*)${key}[ \\t]*[:=].*$`, 'gm');
  const found = [...text.matchAll(line)].length;
  if (found !== 1) {
    throw new OncewardError(
      'CONFIG_INVALID',
      `nats.conf: expected one line "${key}: …", found ${found}`,
      { details: { key, found } },
    );
  }
  return text.replace(line, (_, indent: string) => `${indent}${key}: ${value}`);
}
