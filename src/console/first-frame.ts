import type { TextProps } from 'ink';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Database } from '#database/database.ts';
import { firstPageLines, readFirstPage } from '#features/tenants/pane/first-page.ts';
import type { LoadedPage } from '#features/tenants/pane/tenant-pages.ts';
import { cutLine, emptyLine, type Line, words } from '#ui/line.ts';
import { createTheme, type Theme } from '#ui/tones.ts';
import { headerLines, headerRows } from './header-lines.ts';
import type { SessionFacts } from './session.ts';
import { fits } from './size.ts';
import { tabsLines, tabsRows } from './tabs.ts';
import { enterScreen, leaveScreen } from './terminal-output.ts';

const bottomRows = 2;
/** A server that takes longer is waited for in the open console, which says so and takes keys. */
const patienceMs = 1000;
const colours: Readonly<Record<string, number>> = { red: 1, green: 2, magenta: 5, cyan: 6, white: 7 };

/** What was painted before React was there; `page` goes to the pane, `undo` gives the screen back if the console never comes. */
export interface FirstFrame {
  readonly page: LoadedPage;
  /** Rows of the list on screen. */
  readonly listRows: number;
  readonly undo: () => void;
}

/**
 * Paints the tenants while React and Ink are still to be loaded, which takes longer than connecting and reading: the same lines the console
 * draws, by the same functions. Undefined where there is nothing to paint with: a small terminal, or no tenants that can be read; the
 * console then opens as always and says why.
 */
export async function paintFirstFrame(
  database: Database,
  facts: SessionFacts,
  tenant: TenantIdentity | undefined,
): Promise<FirstFrame | undefined> {
  const { columns, rows } = process.stdout;
  if (!fits(columns, rows)) return undefined;
  const page = await readFirstPage(database, { signal: AbortSignal.timeout(patienceMs) }).catch(() => undefined);
  if (page === undefined) return undefined;
  const theme = createTheme(facts);
  const now = new Date();
  const state = { facts, server: database.server, access: database.gate.access.get(), tenant, nowMs: now.getTime() };
  const area = { columns, rows: rows - headerRows(columns) - tabsRows - bottomRows };
  const lines = [
    ...headerLines(state, columns, theme),
    ...tabsLines('tenants', now, columns, theme),
    ...firstPageLines(page, area, tenant, theme),
    [words(theme.horizontal.repeat(columns), 'muted')],
    emptyLine,
  ];
  // Keys typed from now on wait in the terminal for Ink instead of being echoed.
  process.stdin.setRawMode(true);
  process.stdout.write(enterScreen + lines.map((line) => painted(line, columns, theme)).join('\n'));
  return {
    page,
    listRows: area.rows - 2,
    undo: () => {
      process.stdout.write(leaveScreen);
      process.stdin.setRawMode(false);
    },
  };
}

function painted(line: Line, columns: number, theme: Theme): string {
  return cutLine(line, columns, theme)
    .map(({ text, tone }) => {
      const codes = codesOf(theme.tones[tone]);
      return codes.length === 0 ? text : `\u001b[${codes.join(';')}m${text}\u001b[0m`;
    })
    .join('');
}

function codesOf({ bold, dimColor, underline, inverse, color, backgroundColor }: TextProps): readonly number[] {
  return [
    bold && 1,
    dimColor && 2,
    underline && 4,
    inverse && 7,
    color !== undefined && 30 + (colours[color] ?? 9),
    backgroundColor !== undefined && 40 + (colours[backgroundColor] ?? 9),
  ].filter((code) => typeof code === 'number');
}
