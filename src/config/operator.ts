import { isIP } from 'node:net';
import { isOperatorName } from './environment.ts';
import { shown, type Findings } from './problems.ts';

/** Who is at the keyboard, as it is written into audit rows and edit journals. */
export interface Operator {
  readonly name: string;
  /** The machine the console runs on. */
  readonly host: string;
  /** Address of the SSH client, when the session came over SSH. */
  readonly sshClient?: string;
}

/**
 * `--operator`, else AISHA_OPERATOR, else SUDO_USER (who became root, not root), else USER, else the account's name.
 * An unusable `--operator` is a problem.
 */
export function operatorOf(
  flag: string | undefined,
  variables: NodeJS.ProcessEnv,
  host: { readonly hostname: string; readonly userName: string },
  findings: Findings,
): Operator {
  if (flag !== undefined && !isOperatorName(flag)) {
    findings.problems.push({ setting: '--operator', held: `holds ${shown(flag)}`, expected: '1 to 100 printable characters' });
  }
  const candidates = [flag, variables['AISHA_OPERATOR'], variables['SUDO_USER'], variables['USER'], host.userName];
  const name = candidates.find((candidate) => candidate !== undefined && isOperatorName(candidate)) ?? 'unknown';
  const sshClient = sshClientOf(variables);
  return { name, host: host.hostname, ...(sshClient !== undefined && { sshClient }) };
}

/** SSH_CONNECTION is "client port server port", SSH_CLIENT "client port port"; sudo drops both unless told to keep them. */
function sshClientOf(variables: NodeJS.ProcessEnv): string | undefined {
  const [address = ''] = (variables['SSH_CONNECTION'] || variables['SSH_CLIENT'] || '').split(' ');
  return address !== '' && isIP(address) !== 0 ? address : undefined;
}
