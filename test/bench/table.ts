import { describe, pairedRatio } from './statistics.ts';

/** One line of the bench: what was measured, of ours and of a peer, and whether the bound holds; without a bound it only informs. */
export interface Finding {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: string;
  readonly bound: string;
  readonly ok: 'yes' | 'NO' | '';
}

const columns = ['what', 'ours', 'peer', 'ratio', 'bound', 'ok'] as const;

/** Ours against a peer, run by run. `most` is how many times the peer's time ours may take; undefined only informs. */
export function against(
  what: string,
  ours: readonly number[],
  peer: { readonly name: string; readonly values: readonly number[] },
  most: number | undefined,
): Finding {
  const ratio = pairedRatio(ours, peer.values);
  const digits = Math.min(...ours, ...peer.values) < 20 ? 1 : 0;
  return {
    what,
    ours: describe(ours, 'ms', digits),
    peer: `${peer.name} ${describe(peer.values, 'ms', digits)}`,
    ratio: ratio.toFixed(2),
    bound: most === undefined ? '' : `<= ${most.toFixed(1)} x`,
    ok: most === undefined ? '' : ratio <= most ? 'yes' : 'NO',
  };
}

/** Ours against a fixed limit; `value` is what is held against it, `ours` how it is told. */
export function within(what: string, ours: string, value: number, most: number | undefined, unit: string): Finding {
  return {
    what,
    ours,
    peer: '',
    ratio: '',
    bound: most === undefined ? '' : `<= ${most} ${unit}`,
    ok: most === undefined ? '' : value <= most ? 'yes' : 'NO',
  };
}

/** A comparison whose peer is not on this machine. */
export function notAvailable(what: string, program: string, debianPackage: string): Finding {
  const peer = `n/a: ${program} is not installed (apt-get install ${debianPackage})`;
  return { what, ours: '', peer, ratio: '', bound: '', ok: '' };
}

/** Prints the findings as an aligned table. */
export function printTable(findings: readonly Finding[]): void {
  const rows = [Object.fromEntries(columns.map((column) => [column, column])) as unknown as Finding, ...findings];
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: Finding): string => columns.map((column, index) => row[column].padEnd(widths[index]!)).join(' | ');
  const [heading, ...body] = rows.map((row) => line(row).trimEnd());
  console.log([heading, widths.map((width) => '-'.repeat(width)).join('-|-'), ...body].join('\n'));
}
