/** Why a server cannot start, in words that say what to do. */
import type { Configuration } from '../configuration/configuration.ts';
import { CommandRefused } from './command.ts';

/** Says in words why a port or address cannot be listened on; anything else stays what it is. */
export function listeningRefused(thrown: unknown, { host, port, metricsPort }: Configuration): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown)) return thrown;
  const wanted = 'port' in thrown ? Number(thrown.port) : port;
  const flag = wanted === port ? '--port' : '--metrics-port';
  switch (thrown.code) {
    case 'EADDRINUSE': {
      const place = wanted === port ? `${host}:${wanted}` : `127.0.0.1:${wanted}`;
      const other = wanted === 65_535 ? 3000 : wanted + 1;
      return new CommandRefused(
        `${place} is taken by another program. Stop that one, or choose another port: doorward serve ${flag} ${other}`,
      );
    }
    case 'EACCES':
      return new CommandRefused(
        `This account may not listen on port ${wanted}. Choose one above 1023: doorward serve ${flag} ${metricsPort === wanted ? 9464 : 3000}`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CommandRefused(
        `${host} is no address of this machine. Choose another with --host, or 0.0.0.0 for all of them.`,
      );
    default:
      return thrown;
  }
}
