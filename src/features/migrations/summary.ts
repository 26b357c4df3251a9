import type { Evidence } from './evidence.ts';
import { isInForce, type MigrationState, type MigrationStatus } from './status.ts';

/** What evidence says of a file: all of it is there, some, none, or nothing can be told. */
export type EvidenceVerdict = 'complete' | 'partial' | 'none' | 'nothing';

/** Reads evidence of a file as a verdict. */
export function verdictOf(evidence: Evidence | undefined): EvidenceVerdict {
  if (evidence === undefined || evidence.expected === 0) return 'nothing';
  if (evidence.present === evidence.expected) return 'complete';
  return evidence.present === 0 ? 'none' : 'partial';
}

/** Evidence in words: `7 of 7 objects present`, `5 of 7: missing idx_a`, `nothing to look for`. Not displayable text yet. */
export function evidenceText(evidence: Evidence | undefined, mostMissing = Number.POSITIVE_INFINITY): string {
  if (evidence === undefined) return '';
  const { present, expected, missing } = evidence;
  switch (verdictOf(evidence)) {
    case 'nothing':
      return 'nothing to look for';
    case 'complete':
      return `${present} of ${expected} ${expected === 1 ? 'object' : 'objects'} present`;
    case 'none':
      return `0 of ${expected}`;
    case 'partial': {
      const more = missing.length > mostMissing ? ` and ${missing.length - mostMissing} more` : '';
      return `${present} of ${expected}: missing ${missing.slice(0, mostMissing).join(', ')}${more}`;
    }
  }
}

/** Whether history and catalog contradict each other: in force without its objects, or said not to be with all of them. */
export function isDiffering({ state, evidence }: MigrationStatus): boolean {
  const verdict = verdictOf(evidence);
  if (isInForce(state)) return verdict === 'none' || verdict === 'partial';
  return (state === 'pending' || state === 'failed') && (verdict === 'complete' || verdict === 'partial');
}

export interface BaselineProposal {
  /** The last file of which everything is there. */
  readonly through: string;
  /** Files before it of which something is missing: whether they ran is for the operator to say. */
  readonly except: readonly string[];
}

/**
 * What a baseline could record, from evidence alone; undefined where no file is complete of which the history says nothing. It is a proposal:
 * nothing is recorded by it.
 */
export function proposeBaseline(statuses: readonly MigrationStatus[]): BaselineProposal | undefined {
  const last = statuses.findLastIndex(({ evidence, row }) => row === undefined && verdictOf(evidence) === 'complete');
  const through = statuses[last]?.name;
  if (through === undefined) return undefined;
  const before = statuses.slice(0, last);
  const lacking = before.filter(({ evidence }) => verdictOf(evidence) === 'none' || verdictOf(evidence) === 'partial');
  return { through, except: lacking.map(({ name }) => name) };
}

export interface StatusSummary {
  readonly total: number;
  /** Without rollback scripts that ran: those are no migrations that are applied. */
  readonly states: Readonly<Partial<Record<MigrationState, number>>>;
  /** Rollback scripts that ran, and whose migration was not applied again since. */
  readonly rollbacks: number;
  readonly edited: number;
  readonly unverified: number;
  /** History and catalog contradict each other. */
  readonly differing: number;
}

/** Counts of a status. */
export function summaryOf(statuses: readonly MigrationStatus[]): StatusSummary {
  const isRollback = ({ file, state }: MigrationStatus): boolean => file?.place.kind === 'rollback' && isInForce(state);
  const states = Map.groupBy(
    statuses.filter((status) => !isRollback(status)),
    ({ state }) => state,
  );
  const flagged = (flag: 'edited' | 'unverified'): number => statuses.filter(({ flags }) => flags.includes(flag)).length;
  return {
    total: statuses.length,
    states: Object.fromEntries([...states].map(([state, found]) => [state, found.length])),
    rollbacks: statuses.filter(isRollback).length,
    edited: flagged('edited'),
    unverified: flagged('unverified'),
    differing: statuses.filter(isDiffering).length,
  };
}
