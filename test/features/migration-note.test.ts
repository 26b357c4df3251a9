import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HistoryNote, nothingDone, readNote, stateOfRun, writeNote } from '#features/migrations/history-note.ts';

const since = '2026-11-22T12:00:00.000Z';
const done = { statements: 2, digest: 'abcdef012345' };

describe('what a row of the history says in error_message', () => {
  const notes: readonly (readonly [string, boolean, HistoryNote])[] = [
    [
      `running since ${since} as server process 4711`,
      false,
      { kind: 'running', since, backendPid: 4711, statement: 0, done: nothingDone },
    ],
    [
      `running since ${since} as server process 4711, statement 3 under way [2 done abcdef012345]`,
      false,
      { kind: 'running', since, backendPid: 4711, statement: 3, done },
    ],
    [
      '[2 done abcdef012345] statement 3, line 12: no\nDETAIL: so',
      false,
      { kind: 'failed', message: 'statement 3, line 12: no\nDETAIL: so', done },
    ],
    ['column "x" contains null values', false, { kind: 'failed', message: 'column "x" contains null values', done: nothingDone }],
    ['baseline: it was there', true, { kind: 'baseline', reason: 'it was there' }],
    ['imported: Initial schema', true, { kind: 'imported', reason: 'Initial schema' }],
    ['resolved as applied: by hand', true, { kind: 'resolved', as: 'applied', reason: 'by hand' }],
    ['resolved as reverted: by hand', false, { kind: 'resolved', as: 'reverted', reason: 'by hand' }],
    ['rolled back by ROLLBACK_050_x.sql', false, { kind: 'rolled-back', by: 'ROLLBACK_050_x.sql' }],
  ];

  test.for(notes)('%s', ([text, success, note]) => {
    expect(writeNote(note)).toBe(text);
    expect(readNote(success, text)).toEqual(note);
  });

  test('a failure is one, whatever words the server gave it', () => {
    for (const [, , note] of notes) {
      const failed: HistoryNote = { kind: 'failed', message: writeNote(note), done: nothingDone };
      const twice: HistoryNote = { ...failed, message: writeNote(failed) };
      for (const each of [failed, twice]) expect(readNote(false, writeNote(each))).toEqual(each);
    }
  });

  test('any failure comes back as it was written', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(9), (words, statements) => {
        const message = `statement 1, line 1: ${words}`;
        const note: HistoryNote = {
          kind: 'failed',
          message,
          done: statements === 0 ? nothingDone : { statements, digest: 'ab' },
        };
        expect(readNote(false, writeNote(note))).toEqual(note);
      }),
    );
  });

  test('a success of others is a success, whatever they wrote beside it; null is one too, as the manual has it', () => {
    expect([readNote(true, null), readNote(true, 'running late'), readNote(null, null)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('a run that nobody has the lock for was interrupted, or is unknown where no transaction held what was under way', () => {
    const run = { kind: 'running', since, backendPid: 7, statement: 0, done: nothingDone } as const;
    expect([stateOfRun(run, [7]), stateOfRun(run, [8]), stateOfRun({ ...run, statement: 1 }, [])]).toEqual([
      'running',
      'interrupted',
      'unknown',
    ]);
  });
});
