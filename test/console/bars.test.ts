import { describe, expect, test } from 'vitest';
import { footerLine } from '#console/footer-line.ts';
import { headerLines, headerRows, type HeaderState } from '#console/header-lines.ts';
import { noticeLines } from '#console/notice-line.ts';
import type { Binding, KeyLayer } from '#console/public/contract.ts';
import type { SessionFacts } from '#console/session.ts';
import { tabs, tabsLines } from '#console/tabs.ts';
import type { Server } from '#database/server.ts';
import { type Line, lineWidth } from '#ui/line.ts';
import { createTheme } from '#ui/tones.ts';

const theme = createTheme({ color: true, ascii: false });
const ascii = createTheme({ color: false, ascii: true });
const textOf = (line: Line): string => line.map(({ text }) => text).join('');

const server: Server = {
  version: '17.6',
  host: 'db.abcdefghijklmnopqrst.supabase.co',
  port: 5432,
  databaseName: 'postgres',
  roleName: 'postgres',
  bypassesRowSecurity: true,
  isStandby: false,
  route: 'direct',
  protection: 'verified',
  isLocal: false,
  label: 'abcdefghijklmnopqrst',
};
const state: HeaderState = {
  facts: { environment: { name: 'PROD', production: true } } as SessionFacts,
  server,
  access: { state: 'read-only', mayUnlock: true },
  tenant: undefined,
  nowMs: 0,
};
const worst: HeaderState = {
  ...state,
  facts: { ...state.facts, environment: { name: 'STAGING_EU_2', production: false } },
  server: {
    ...server,
    host: 'aws-0-eu-central-1.pooler.some-very-long-name.of-a-region.supabase.com',
    databaseName: '顧客データベース\u001b[2J',
    roleName: 'a_role_with_a_rather_long_name_indeed',
    bypassesRowSecurity: false,
    route: 'pooled',
    protection: 'verified-chain',
  },
  access: { state: 'writing', lockedAtMs: 15 * 60_000 },
  tenant: { id: '1', name: '東京特許許可局東京特許許可局東京特許許可局', slug: null },
};

describe('the header', () => {
  test.for([80, 100, 119, 120, 200, 300])('has every part at %i columns and fits', (columns) => {
    const lines = headerLines(state, columns, theme);
    expect(lines).toHaveLength(headerRows(columns));
    expect(lines.map(lineWidth).filter((width) => width > columns)).toEqual([]);
    const text = lines.map(textOf).join(' ');
    for (const part of [
      ' PROD ',
      'db.abcdefghijklmnopqrst',
      '/postgres',
      'postgres, bypasses RLS',
      'TLS verified',
      'direct',
      'READ-ONLY',
      'tenant: all',
    ])
      expect(text).toContain(part);
  });

  test.for([80, 119, 120, 160])('loses no part at %i columns when every part is long', (columns) => {
    const lines = headerLines(worst, columns, theme);
    expect(lines.map(lineWidth).filter((width) => width > columns)).toEqual([]);
    const text = lines.map(textOf).join(' ');
    for (const part of [
      ' STAGING_EU_2 ',
      '…',
      'a_role',
      'RLS HIDES ROWS',
      'TLS, host not checked',
      'pooled',
      ' 15 min',
      'tenant: 東京',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('\u001b');
  });

  test('production, an unverified server, plain text and held-back roles stand out by more than words', () => {
    const toneOf = (text: string, of: HeaderState): string | undefined =>
      headerLines(of, 200, theme)
        .flat()
        .find((span) => span.text.includes(text))?.tone;
    expect(toneOf('PROD', state)).toBe('danger-badge');
    expect(toneOf('NOT VERIFIED', { ...state, server: { ...server, protection: 'unverified' } })).toBe('danger');
    expect(toneOf('NO TLS', { ...state, server: { ...server, protection: 'plaintext' } })).toBe('danger');
    expect(toneOf('no TLS, local', { ...state, server: { ...server, protection: 'plaintext', isLocal: true } })).toBe('plain');
    expect(toneOf('RLS HIDES ROWS', worst)).toBe('warning');
    expect(toneOf('WRITING', worst)).toBe('warning');
  });
});

describe('the tabs', () => {
  const at = (columns: number): string => textOf(tabsLines('health', new Date(0), columns, theme)[0]!);

  test.for([80, 86, 87, 120])('all have their titles whole at %i columns, beside the clock', (columns) => {
    for (const [index, { title }] of tabs.entries()) expect(at(columns)).toContain(` ${index + 1} ${title} `);
    expect(at(columns)).toMatch(/\d\d:\d\d:\d\d UTC $/);
    expect(at(columns)).toHaveLength(columns);
  });

  test('at less than that the clock goes first, then the ends of the longest titles', () => {
    expect(at(79).trimEnd()).toBe(' 1 Tenants  2 Migrations  3 Indexes  4 Audit  5 Metadata  6 Health');
    expect(at(60)).toBe(' 1 Tenant  2 Migrat  3 Indexe  4 Audit  5 Metadat  6 Health ');
  });
});

describe('the notice line', () => {
  const connected = { state: 'connected' } as const;
  const lost = { state: 'lost', sinceMs: 1000, attempts: 2, nextAttemptAtMs: 9000, reason: 'refused' } as const;

  test.for([60, 80, 120])('is a rule of %i columns when there is nothing to say', (columns) => {
    const lines = noticeLines({ notice: undefined, connection: connected, nowMs: 0 }, columns, theme);
    expect(lines.map(textOf)).toEqual(['─'.repeat(columns)]);
  });

  test.for([60, 80, 120])(
    'carries a notice within %i columns, controls shown, and what is too long for four lines cut',
    (columns) => {
      const notice = { text: `Pinned 東京\u001b[31m${'long '.repeat(120)}`, tone: 'good' } as const;
      const lines = noticeLines({ notice, connection: connected, nowMs: 0 }, columns, theme);
      expect(lines.map(lineWidth)).toEqual([columns, columns, columns, columns]);
      expect(textOf(lines[0]!)).toContain(String.raw`Pinned 東京\x1b[31m`);
      expect(textOf(lines[3]!)).toMatch(/…─+$/);
      expect(lines.flat().map(({ tone }) => tone)).toContain('good');
    },
  );

  test('a notice that is longer than the screen is wide is read to its end', () => {
    const path = `/srv/${'migrations/'.repeat(12)}LOG.md`;
    const text = `${path} can not be read (ENOENT: no such file or directory). Give a markdown file.`;
    const lines = noticeLines({ notice: { text, tone: 'danger' }, connection: connected, nowMs: 0 }, 80, theme).map(textOf);
    expect(lines.length).toBeGreaterThan(2);
    const read = lines.map((line) => line.replaceAll(/^── | ─+$/g, ''));
    expect(read.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  });

  test('a lost connection outranks what is only said in passing, and not a failure', () => {
    const saying = (notice: { text: string; tone: 'good' | 'danger' } | undefined): string =>
      noticeLines({ notice, connection: lost, nowMs: 5000 }, 120, theme).map(textOf).join('\n');
    expect(saying({ text: 'Reading again.', tone: 'good' })).toContain('CONNECTION LOST 4 s ago');
    expect(
      noticeLines({ notice: undefined, connection: { ...lost, reason: 'long '.repeat(60) }, nowMs: 5000 }, 80, theme),
    ).toHaveLength(1);
    expect(saying(undefined)).toMatch(/Trying again in 4 s \(refused\)/);
    expect(saying({ text: 'Not saved.', tone: 'danger' })).toContain('Not saved.');
  });

  test('--ascii draws it with hyphens', () => {
    const [line = []] = noticeLines({ notice: { text: 'Ünpinned', tone: 'plain' }, connection: connected, nowMs: 0 }, 60, ascii);
    expect(textOf(line)).toMatch(/^-- \S+pinned -+$/);
    expect(lineWidth(line)).toBe(60);
  });
});

describe('the footer', () => {
  const binding = (id: string, keys: string[], label: string): Binding => ({
    id,
    keys,
    label,
    help: '',
    inFooter: true,
    run: () => undefined,
  });
  const shell: KeyLayer = {
    title: 'Everywhere',
    bindings: () => [
      binding('console.find', ['ctrl+f'], 'find'),
      binding('console.palette', [':'], 'commands'),
      binding('console.quit', ['q', 'ctrl+c'], 'quit'),
    ],
  };
  const pane: KeyLayer = {
    title: 'Pane',
    bindings: () =>
      Array.from({ length: 20 }, (_, index) => binding(`pane.${index}`, [String.fromCharCode(97 + index)], `action ${index}`)),
  };
  const shown = (layers: readonly KeyLayer[], columns: number): string => textOf(footerLine(layers, columns, theme));

  test.for([60, 80, 120, 300])('fits %i columns and keeps the way out', (columns) => {
    const text = shown([pane, shell], columns);
    expect(text.length).toBeLessThanOrEqual(columns);
    expect(text).toMatch(/^ a action 0 · .*: commands/);
  });

  test('names another key where the first is taken by a layer above', () => {
    const above: KeyLayer = { title: 'Above', bindings: () => [binding('above.q', ['q'], 'query')] };
    expect(shown([above, shell], 120)).toBe(' q query · ctrl-f find · : commands · ctrl-c quit');
  });

  test('names no key that an open field types', () => {
    const field = { insert: () => undefined, edit: () => undefined };
    const search: KeyLayer = {
      title: 'Search',
      bindings: () => [binding('search.done', ['enter'], 'done'), binding('search.cancel', ['esc', 'ctrl+c'], 'clear')],
      textTarget: () => field,
    };
    expect(shown([search, shell], 120)).toBe(' enter done · ctrl-f find · esc clear');
  });
});
