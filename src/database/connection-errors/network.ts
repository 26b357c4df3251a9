import type { Explanation, Symptom } from './symptom.ts';

/** Explains names that do not resolve, servers that refuse or stay silent, and connections that break. */
export function explainNetwork({ code, message, where, supabase, settings }: Symptom): Explanation | undefined {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
      return unknownHost(code, settings.host, supabase);
    case 'ECONNREFUSED':
      return {
        code: 'connection-refused',
        whatHappened: `${where} refused the connection: nothing listens there.`,
        whatToDo: 'Check the host and the port, and that the server is running.',
      };
    case 'ENOENT':
      return {
        code: 'socket-missing',
        whatHappened: `There is no server socket at ${where}.`,
        whatToDo: 'Start the server, or give the directory and port it really uses.',
      };
    case 'EACCES':
      return {
        code: 'socket-forbidden',
        whatHappened: `This account may not open ${where}.`,
        whatToDo: 'Connect as an account that may, or over TCP with the host localhost.',
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return {
        code: 'host-unreachable',
        whatHappened: `There is no route to ${where}.`,
        whatToDo: supabase
          ? "This network may lack IPv6, which Supabase's direct host needs: use the pooler's connection string from the dashboard."
          : 'Check the network, the VPN and the firewall.',
      };
    case 'ETIMEDOUT':
      return noAnswer(where, supabase);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
      return broken(where);
    default:
      return explainMessage(message, where, supabase);
  }
}

/** pg and pg-pool give these without a code. */
function explainMessage(message: string, where: string, supabase: boolean): Explanation | undefined {
  if (/timeout exceeded when trying to connect/i.test(message)) {
    return {
      code: 'pool-exhausted',
      whatHappened: `No connection to ${where} became free in time: all are in use, or the server is slow to answer.`,
      whatToDo: 'Wait for running queries to end, or raise DB_POOL_MAX or DB_POOL_CONNECTION_TIMEOUT.',
    };
  }
  if (/connection timeout|timeout expired|connect timeout/i.test(message)) return noAnswer(where, supabase);
  return /connection terminated|server closed the connection/i.test(message) ? broken(where) : undefined;
}

function unknownHost(code: string, host: string, supabase: boolean): Explanation {
  if (supabase && code !== 'EAI_AGAIN') {
    return {
      code: 'project-unreachable',
      whatHappened: `The host ${host} does not exist: the project may be paused or deleted.`,
      whatToDo: 'Open the Supabase dashboard and restore the project, or check the project reference in the host name.',
    };
  }
  const paused = supabase ? ' The project may also be paused or deleted: open the Supabase dashboard and restore it.' : '';
  return {
    code: 'host-unknown',
    whatHappened: code === 'EAI_AGAIN' ? `The name ${host} could not be looked up.` : `The host ${host} does not exist.`,
    whatToDo: `${code === 'EAI_AGAIN' ? 'Check the network and its name servers.' : 'Check the spelling of the host, and the VPN if it is an internal name.'}${paused}`,
  };
}

function noAnswer(where: string, supabase: boolean): Explanation {
  return {
    code: 'connection-timeout',
    whatHappened: `${where} did not answer in time.`,
    whatToDo: supabase
      ? 'Check the network restrictions and whether the project is paused in the Supabase dashboard, or raise DB_POOL_CONNECTION_TIMEOUT.'
      : 'Check the host, the port and the firewall, or raise DB_POOL_CONNECTION_TIMEOUT.',
  };
}

function broken(where: string): Explanation {
  return {
    code: 'connection-lost',
    whatHappened: `${where} closed the connection.`,
    whatToDo: 'Try again; if it stays so, look into the server log, and check that the port is one of PostgreSQL.',
  };
}
