import { type ReactNode, useEffect, useState } from 'react';
import type { Area } from '#console/public/contract.ts';
import { usePinnedTenant, useRead, useSettled, useStore } from '#console/public/hooks.ts';
import { displayText, trusted } from '#core/display-text.ts';
import { AdminError, messageOf } from '#core/errors.ts';
import { formatCount } from '#core/format.ts';
import { columnWidths, type DataColumn, tableLines } from '#ui/data-table.ts';
import { Lines } from '#ui/Lines.tsx';
import { fitRows, type Line, span, words } from '#ui/line.ts';
import { keepPlace } from '#ui/list-state.ts';
import { fieldLine, textOf } from '#ui/text-field.ts';
import { useTheme } from '#ui/theme.ts';
import { type FindResult, findAnywhere, type Match } from '../find.ts';
import { type FindStore, matchKey } from './find-state.ts';
import { kindsOf } from '../plan.ts';

const settleMs = 150;
const linesAround = 4;

const columns: readonly DataColumn<Match>[] = [
  { title: 'TABLE', text: (match) => displayText(match.table), least: 6, most: 24, priority: 2 },
  { title: 'LABEL', text: (match) => displayText(match.label, { maxWidth: 60 }), least: 8, most: 40, priority: 1 },
  {
    title: 'TENANT',
    text: (match) => displayText(match.tenant_name ?? match.tenant_id ?? '', { maxWidth: 40 }),
    tone: () => 'accent',
    least: 8,
    most: 28,
    priority: 3,
  },
  {
    title: 'WHY',
    text: (match) => displayText(match.why, { maxWidth: 80 }),
    tone: () => 'muted',
    least: 10,
    most: 50,
    priority: 4,
  },
  { title: 'ID', text: (match) => displayText(match.id.slice(0, 8)), least: 8, most: 8, priority: 5 },
];

/** One box for anything in a ticket: searches as one types, lists what was found and why, and says what was not searched. */
export function FindBox({ columns: width, rows, state }: Area & { readonly state: FindStore }): ReactNode {
  const theme = useTheme();
  const pinned = usePinnedTenant();
  const { field, list, matches, everywhere } = useStore(state);
  const typed = textOf(field).trim();
  const text = useSettled(typed, settleMs);
  const tenant = everywhere ? undefined : pinned;
  const [soFar, setSoFar] = useState<{ text: string; result: FindResult } | undefined>();
  const kinds = kindsOf(text);
  const answer = useRead({
    key: ['find', text, tenant?.id],
    enabled: kinds.length > 0,
    read: async (database, { signal }) =>
      findAnywhere(database, await database.catalog(), text, {
        tenant,
        signal,
        onProgress: (result) => setSoFar({ text, result }),
      }),
  });
  const result = answer.data ?? (soFar?.text === text ? soFar.result : undefined);
  const height = Math.max(1, rows - linesAround - 1);
  useEffect(() => {
    const found = kinds.length === 0 ? [] : (result?.matches ?? []);
    state.update((now) => ({ ...now, matches: found, height, list: keepPlace(now.list, found.map(matchKey), height) }));
  }, [state, result, height, kinds.length]);

  const lines: Line[] = [
    [words('find ', 'muted'), ...fieldLine(field, width - 6, theme)],
    [scope()],
    [place()],
    ...(matches.length === 0 ? [] : tableLines(columns, columnWidths(columns, matches, width), matches, list, height + 1, theme)),
  ];
  return <Lines columns={width} lines={[...fitRows(lines, rows - 1), [gaps()]]} />;

  function scope(): Line[number] {
    const where = tenant === undefined ? 'all tenants' : displayText(tenant.name, { maxWidth: 30 });
    if (typed === '') return words('a UUID or its first characters, e-mail, slug, domain, name or telephone number', 'muted');
    if (kinds.length === 0) return words('go on typing: that is too short to look for', 'muted');
    if (answer.error !== null) return span(displayText(failureText(answer.error), { maxWidth: width }), 'danger');
    if (answer.isFetching || text !== typed) return span(trusted(`looking in ${where} …`), 'muted');
    const elsewhere = tenant === undefined ? '' : ' (ctrl-g: all tenants)';
    return span(
      trusted(`${formatCount(matches.length)} found in ${where}${elsewhere}, taken as ${kinds.join(', ')}`),
      matches.length === 0 ? 'warning' : 'muted',
    );
  }

  /** Which of the matches are on screen, where not all are. */
  function place(): Line[number] {
    const { offset } = list;
    if (matches.length <= height) return words('');
    const last = Math.min(offset + height, matches.length);
    const on = last < matches.length ? `; ${formatCount(matches.length - last)} more below: down` : '';
    return span(trusted(`${formatCount(offset + 1)}-${formatCount(last)} of ${formatCount(matches.length)}${on}`), 'accent');
  }

  function gaps(): Line[number] {
    const left = result?.notSearched ?? [];
    if (left.length === 0 || text !== typed) return words('');
    const shown = left.slice(0, 2).map((gap) => `${gap.where} (${gap.reason})`);
    const more = left.length > 2 ? `, and ${left.length - 2} more` : '';
    return span(displayText(`not searched: ${shown.join(', ')}${more}`, { maxWidth: width }), 'warning');
  }
}

function failureText(error: unknown): string {
  return error instanceof AdminError ? `${error.message} ${error.whatToDo}` : messageOf(error);
}
