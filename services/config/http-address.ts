// Where the page is served: a host and a port, as `--http` and ONCEWARD_HTTP name them, or nowhere.
// It must never guess: a port alone could mean any interface.

export interface HttpAddress {
  /** Without the brackets of an IPv6 address. */
  host: string;
  /** 0 lets the system choose. */
  port: number;
}

export const HTTP_ADDRESS_FORM = 'host:port, such as 127.0.0.1:7717, or off';

const FORM = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?)):(\d{1,5})$/i;
const MAX_PORT = 65_535;

/** Null for what is neither an address nor `off`. */
export function parseHttpAddress(text: string): HttpAddress | 'off' | null {
  if (text === 'off') return 'off';
  const [, bracketed, plain, digits] = FORM.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port > MAX_PORT ? null : { host: host.toLowerCase(), port };
}

/** `127.0.0.1:7717`, `[::1]:7717` */
export function formatHttpAddress({ host, port }: HttpAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
