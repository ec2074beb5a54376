/**
 * `doorward doctor`: looks at everything that an installation stands on, changes nothing, and says what to do. A failed
 * check is a negative finding.
 */
import { systemClock } from '../../base/clock.ts';
import { columns } from '../columns.ts';
import { checkDisk, checkFolder } from '../doctor/machine.ts';
import { checkIssuer, checkPort, checkProxies } from '../doctor/network.ts';
import { checkStore } from '../doctor/store.ts';
import { checkMail } from '../mail/doctor-mail.ts';
import type { Command } from './command.ts';

/** Checks the installation. */
export const examine: Command = async ({ loaded: { values } }) => {
  const store = await checkStore(values, systemClock);
  const findings = [
    ...checkFolder(values),
    checkDisk(values),
    ...store.findings,
    await checkPort(values),
    await checkIssuer(values, store),
    checkProxies(values),
    await checkMail(values, systemClock),
  ];
  const failed = findings.filter(({ level }) => level === 'fail').length;
  const doubts = findings.filter(({ level }) => level === 'warn').length;
  return {
    code: failed === 0 ? 0 : 1,
    json: { healthy: failed === 0, findings },
    text: `${columns(findings.map(({ level, check, words }) => [level, check, words]))}\n\n${failed} failed, ${doubts} to look at, ${findings.length - failed - doubts} fine.`,
  };
};
