import { describe, expect, test } from 'vitest';
import { AdminError } from '#core/errors.ts';
import { type AuditState, createAuditState, type OpenField, withLog } from '#features/audit/pane/audit-state.ts';
import { EntryLog, entryRow, gapRow, type LogRow } from '#features/audit/pane/entry-log.ts';
import { filterLine } from '#features/audit/pane/filter-line.ts';
import { listLines } from '#features/audit/pane/list-lines.ts';
import { rateOfLoaded, rateOfWindow } from '#features/audit/pane/rate.ts';
import { statusLine } from '#features/audit/pane/status-line.ts';
import { findMatch } from '#features/audit/pane/view-search.ts';
import { moveLog } from '#ui/log-view.ts';
import type { Line } from '#ui/line.ts';
import { fieldOf } from '#ui/text-field.ts';
import { createTheme } from '#ui/tones.ts';
import { anEntry } from './entries.ts';

const theme = createTheme({ color: true, ascii: false });
const ascii = createTheme({ color: false, ascii: true });
const textOf = (line: Line): string => line.map(({ text }) => text).join('');
const shown = (lines: readonly Line[]): string => lines.map(textOf).join('\n');
const nowMs = Date.parse('2026-03-01T10:05:00Z');
const gap = { whatHappened: 'The table was emptied.', fromAt: '2026-03-01 10:00:04+00', untilAt: '2026-03-01 10:04:30+00' };

function stateWith(rows: readonly LogRow[], change: Partial<AuditState> = {}): AuditState {
  const log = new EntryLog();
  log.append(rows);
  return withLog({ ...createAuditState().get(), height: 10, ...change }, log.contents);
}

const looks = { mode: 'floor', isReconcile: false, reconcileEveryMs: 60_000, cutAt: null } as const;
const report = { ...looks, durationMs: 4.2, nextInMs: 1000, found: 0, gone: 0 } as const;
const live = { report, heardAtMs: nowMs, lostSinceMs: undefined, failure: undefined };
const entries = Array.from({ length: 40 }, (_, index) => entryRow(anEntry(index)));

describe('the first line', () => {
  const context = {
    rate: {
      counts: [
        ['UPDATE', 1200],
        ['INSERT', 30],
      ] as const,
      bins: [0, 1, 2],
      isOfLoaded: false,
    },
    nowMs,
  };
  const line = (state: AuditState, columns: number): string => textOf(statusLine(state, context, columns, theme)).trimEnd();

  test('says that it is live, how, and what a poll costs', () => {
    expect(line(stateWith(entries, { live }), 120)).toMatch(
      /^ live · every 1\.0 s · index on time · reconciled each 60 s · 4\.2 ms · all time +UPDATE 1,200 {2}INSERT 30 {3}▄█$/,
    );
  });

  test('gives up the least important first where there is little room', () => {
    expect(line(stateWith(entries, { live }), 80)).toMatch(
      /^ live · every 1\.0 s · index on time · 4\.2 ms +UPDATE 1,200 {2}INSERT 30 .*█$/,
    );
    expect(line(stateWith(entries, { live }), 60)).toMatch(/^ live · .*4\.2 ms/);
    for (const columns of [60, 80, 100, 200])
      expect(line(stateWith(entries, { live }), columns).length).toBeLessThanOrEqual(columns);
  });

  test('a window is told by where it begins, which stays true while time goes on', () => {
    const window = { fromMs: nowMs - 300_000 };
    expect(line(stateWith(entries, { live, window }), 120)).toContain('· since 10:00:00');
    expect(line(stateWith(entries, { live, window: { fromMs: nowMs - 3 * 86_400_000 } }), 120)).toContain('· since 02-26 10:05');
  });

  test('a page that could not be read is told while others stand there', () => {
    const state = stateWith(entries, { live });
    const failed = { reading: 'older', failure: new Error('it took too long') } as const;
    expect(line({ ...state, history: { ...state.history, failed } }, 80)).toContain('· older not read: it took too long');
  });

  test.for([
    [80, 'floor', /^ paused, nothing new · (index on time|floor) · 4\.2 ms/],
    [80, 'scan', /^ paused, nothing new · scan · 4\.2 ms/],
    [80, 'txid', /^ paused, nothing new · (index on txid, exact|txid) · 4\.2 ms/],
    [120, 'scan', /^ paused, nothing new · (no index on time: reads the whole table|scan) · 4\.2 ms/],
  ] as const)('at %i columns it says that it is %s, and what a poll costs', ([columns, mode, expected]) => {
    const up = stateWith(entries, { live: { ...live, report: { ...report, mode } } });
    const paused = { ...up, view: moveLog(up.view, 'up', { first: 0, end: 40 }, 10) };
    const counts = [
      ['UPDATE', 1200],
      ['INSERT', 1200],
      ['DELETE', 1200],
      ['METADATA_EDIT', 1200],
    ] as const;
    const rate = { isOfLoaded: false, counts, bins: Array.from({ length: 20 }, () => 1) };
    const told = textOf(statusLine(paused, { rate, nowMs }, columns, theme));
    expect(told).toMatch(expected);
    expect(told.length).toBe(columns);
    const apart = { ...paused, history: { ...paused.history, isApart: true, waiting: 1234 } };
    expect(textOf(statusLine(apart, { rate, nowMs }, columns, theme))).toMatch(
      new RegExp(
        `^ earlier entries, 1,234 new, End is live · .*${mode === 'floor' ? '(floor|index on time)' : mode}.* · 4\\.2 ms`,
      ),
    );
  });

  test('counts of a part are called that, and that some actions are left out is seen', () => {
    const rate = { counts: ['a', 'b', 'c', 'd', 'e', 'f'].map((action) => [action, 300] as const), bins: [1], isOfLoaded: true };
    const state = stateWith(entries, { live });
    expect(textOf(statusLine(state, { rate, nowMs }, 120, theme))).toMatch(/ loaded: a 300 {2}b 300 {2}c 300 {2}… {2}█/);
    const all = { ...state, history: { ...state.history, isAtStart: true } };
    expect(textOf(statusLine(all, { rate, nowMs }, 60, ascii))).toMatch(/ ms +a 300 {2}b 300 {2}(c 300 {2})?\.\.\. {2}/);
  });

  test('entries without an action are counted as such, and without a log it does not start', () => {
    const rate = { counts: [['', 3]] as const, bins: [1], isOfLoaded: false };
    expect(textOf(statusLine(stateWith(entries, { live }), { rate, nowMs }, 120, theme))).toMatch(/ no action 3 /);
    expect(line(stateWith([], { source: { state: 'missing', why: undefined } }), 80)).toMatch(/^ no audit log/);
  });

  test('paused, it counts what came since', () => {
    const up = stateWith(entries, { live });
    const paused = { ...up, view: moveLog(up.view, 'up', { first: 0, end: 40 }, 10) };
    const log = new EntryLog();
    log.append([...entries, ...Array.from({ length: 37 }, (_, index) => entryRow(anEntry(100 + index)))]);
    expect(line(withLog(paused, log.contents), 120)).toMatch(/^ paused, 37 new · /);
  });

  test('without a connection it is stale, with its age; ended, it says how it starts again', () => {
    expect(line(stateWith(entries, { live: { ...live, lostSinceMs: nowMs - 12_000 } }), 120)).toMatch(
      /^ STALE, connection lost 12 s ago · /,
    );
    expect(line(stateWith(entries, { live: { ...live, failure: new Error('x') } }), 120)).toMatch(/^ stopped, r starts again/);
  });

  test('a server that does not answer, though nothing says that it is gone, is waited for in the open', () => {
    const heard = (agoMs: number) => stateWith(entries, { live: { ...live, heardAtMs: nowMs - agoMs } });
    expect(line(heard(13_000), 80)).toMatch(/^ waiting · no answer for 12 s /);
    expect(line(heard(3900), 120)).toMatch(/^ live · every/);
    expect(line(heard(4100), 120)).toMatch(/^ waiting · no answer for 3 s/);
    const lost = { ...live, heardAtMs: nowMs - 60_000, lostSinceMs: nowMs - 50_000 };
    expect(line(stateWith(entries, { live: lost }), 120)).not.toContain('no answer');
  });

  test('says how often all rows are looked at where that is dear, too', () => {
    const rare = { ...report, reconcileEveryMs: 123_456 };
    expect(line(stateWith(entries, { live: { ...live, report: rare } }), 200)).toContain('reconciled each 123 s');
  });

  test('names a transaction that holds it back, and a poll that failed', () => {
    const heldBack = { sinceSeconds: 42.3, seen: 12, backendPid: 4711, isFull: false };
    expect(line(stateWith(entries, { live: { ...live, report: { ...report, heldBack } } }), 200)).toContain(
      'held back 42 s by backend 4711',
    );
    const failure = new AdminError({ kind: 'database', code: 'timeout', whatHappened: 'It took longer than 5 s.', whatToDo: '' });
    expect(line(stateWith(entries, { live: { ...live, report: { ...report, failure } } }), 120)).toContain(
      'poll failed: It took longer than 5 s.',
    );
  });
});

describe('the second line', () => {
  test('shows conditions as chips, and the pinned tenant', () => {
    const state = stateWith(entries, {
      conditions: [
        { field: 'tables', value: 'contacts', isExcluded: false },
        { field: 'text', value: 'a b', isExcluded: true },
      ],
    });
    const tenant = { id: 'x', name: 'Acme', slug: null };
    expect(textOf(filterLine(state, tenant, 120, theme))).toMatch(
      /^ \[tenant Acme\] \[table contacts\] \[not text "a b"\] +40 of 40 loaded $/,
    );
  });

  test('says that older entries had to leave', () => {
    const state = { ...stateWith(entries), log: { ...stateWith(entries).log, left: 1234 } };
    expect(textOf(filterLine(state, undefined, 120, theme))).toContain('40 of 40 loaded, 1,234 older left memory');
  });

  test('at 80 columns tells what is wrong with a time in full', () => {
    const problem = 'Type 14:05, 2026-11-22 14:05, or how long ago: 3h, 2d.';
    const field = { asks: 'time', text: fieldOf('2026-13-01'), problem: undefined } as const;
    const of = (told: Partial<OpenField>): string =>
      textOf(filterLine(stateWith([], { field: { ...field, ...told } as OpenField }), undefined, 80, theme));
    expect(of({})).toContain('go to (14:05, 2026-11-22 14:05, 3 h) 2026-13-01');
    expect(of({ problem })).toMatch(/^ go to 2026-13-01/);
    expect(of({ problem }).slice(0, 80)).toContain(problem);
    expect(of({ problem, text: fieldOf('x'.repeat(300)) }).slice(0, 80)).toContain(problem);
  });
});

describe('the list', () => {
  const at = { nowMs, isPinned: false };

  test('marks what belongs to one transaction, what came late, and where entries may be missing', () => {
    const rows: LogRow[] = [
      entryRow(anEntry(1)),
      entryRow(anEntry(2, { fullXid: '5' })),
      entryRow(anEntry(3, { fullXid: '5' })),
      entryRow(anEntry(4, { fullXid: '5' })),
      gapRow(gap),
      entryRow(anEntry(5, { changedKeys: ['phone'] }), { isLate: true }),
    ];
    const lines = listLines(stateWith(rows), at, 110, theme).map(textOf);
    expect(lines[0]).toMatch(/^ {3}TIME +ACTION +TABLE +RECORD +TENANT +ACTOR +CHANGES/);
    expect(lines.slice(1, 5).map((line) => line.slice(0, 4))).toEqual(['   1', '  ┌1', '  │1', '  └1']);
    expect(lines[5]).toContain('── gap 10:00:04 - 10:04:30: The table was emptied. ──');
    expect(lines[6]).toMatch(/^ > 10:00:05 +UPDATE +contacts +rec-5 .*jane@acme\.com +\(late\) phone/);
    expect(listLines(stateWith(rows), at, 110, ascii).map(textOf)[2]).toMatch(/^ {2}\/1/);
  });

  test('shows names of tenants where they are known, and no tenant column for a pinned one', () => {
    const state = stateWith([entryRow(anEntry(1, { tenantId: 'acme' }))], {
      tenantNames: new Map([['acme', 'Acme Corporation']]),
    });
    expect(shown(listLines(state, at, 120, theme))).toContain('Acme Corporation');
    expect(shown(listLines(state, { nowMs, isPinned: true }, 120, theme))).not.toContain('TENANT');
  });

  test('marks what is searched, on the marked row too', () => {
    const state = stateWith([entryRow(anEntry(1)), entryRow(anEntry(2))], { search: 'jane' });
    const badges = listLines(state, at, 120, theme).map((line) =>
      line.filter(({ tone }) => tone === 'badge').map(({ text }) => text),
    );
    expect(badges.slice(1)).toEqual([['jane'], ['jane']]);
  });

  test('makes no byte of a row a control sequence', () => {
    const state = stateWith([entryRow(anEntry(1, { actor: '\u001b[31mred\nline', changedKeys: ['a\u0007'] }))]);
    expect(shown(listLines(state, at, 120, theme))).toContain(String.raw`\x1b[31mred\nline`);
  });

  test('empty, it says why and what could be done', () => {
    const none = stateWith([], { live, history: { ...createAuditState().get().history, isAtStart: true } });
    expect(shown(listLines(none, at, 80, theme))).toContain('The audit log is empty.');
    expect(
      shown(listLines({ ...none, conditions: [{ field: 'text', value: 'x', isExcluded: false }] }, at, 80, theme)),
    ).toContain('F takes the filter away');
    expect(
      shown(
        listLines(
          {
            ...none,
            source: { state: 'missing', why: { whatHappened: 'This database has no table audit_log.', whatToDo: 'Make it.' } },
          },
          at,
          80,
          theme,
        ),
      ),
    ).toContain('This database has no table audit_log.\n\n   Make it. After that, r reads the catalog again.');
    expect(shown(listLines({ ...none, live: { ...live, failure: new Error('no') } }, at, 80, theme))).toContain('r tries again');
    expect(shown(listLines(stateWith([]), at, 80, theme))).toContain('reading the audit log ...');
  });
});

describe('searching the view', () => {
  const rows = [anEntry(1), anEntry(2, { actor: 'Bob@x' }), anEntry(3), anEntry(4, { tenantId: 't' })].map((entry) =>
    entryRow(entry),
  );
  const state = stateWith(rows, { tenantNames: new Map([['t', 'Bobby Ltd']]), search: 'bob' });

  test('goes both ways and round the end, through names of tenants too', () => {
    const { first } = state.log;
    expect(findMatch(state, first + 3, -1)).toBe(first + 3);
    expect(findMatch(state, first + 2, -1)).toBe(first + 1);
    expect(findMatch(state, first + 4, 1)).toBe(first + 1);
    expect(findMatch({ ...state, search: 'nobody' }, first, 1)).toBeUndefined();
  });

  test('finds a gap by its name', () => {
    expect(findMatch(stateWith([gapRow(gap), entryRow(anEntry(1))], { search: 'gap' }), 1, -1)).toBe(0);
  });
});

test('counts by action and the curve, of what is loaded and of what the server counted', () => {
  const rate = rateOfLoaded([...entries, entryRow(anEntry('x', { action: 'DELETE', at: null }))], nowMs - 300_000, nowMs);
  expect(rate.counts).toEqual([
    ['UPDATE', 40],
    ['DELETE', 1],
  ]);
  expect(rate.bins.reduce((sum, count) => sum + count, 0)).toBe(40);
  const counted = rateOfWindow([
    { bin: 0, action: 'INSERT', entries: 2 },
    { bin: 0, action: null, entries: 1 },
    { bin: 19, action: 'INSERT', entries: 5 },
  ]);
  expect(counted.counts).toEqual([
    ['INSERT', 7],
    ['', 1],
  ]);
  expect([counted.bins[0], counted.bins[19]]).toEqual([3, 5]);
});
