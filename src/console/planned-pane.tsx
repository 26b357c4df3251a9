import type { ComponentType } from 'react';
import { displayText, trusted } from '#core/display-text.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import type { Area } from './public/contract.ts';
import { usePinnedTenant, useSession, useStore } from './public/hooks.ts';
import type { HandOver } from './session.ts';

/** A tab that is not built yet: says what it will do, and what it was just asked to show. */
export function plannedPane(title: string, sentences: readonly string[]): ComponentType<Area> {
  return function PlannedPane({ columns, rows }: Area) {
    const session = useSession();
    const tenant = usePinnedTenant();
    const handOver = useStore(session.handOver);
    const asked = handOver?.pane === session.pane.get() ? askedFor(handOver) : undefined;
    const lines: Line[] = [
      emptyLine,
      [words(`   ${title}`, 'strong')],
      emptyLine,
      ...sentences.flatMap((sentence) => wrapWords(sentence, columns - 6)).map((text) => [words(`   ${text}`)]),
      emptyLine,
      [words('   Not built yet. It will follow the pinned tenant: '), span(displayText(tenant?.name ?? 'all tenants'), 'accent')],
      ...(asked === undefined ? [] : [[words('   Asked to show: '), span(asked, 'accent')]]),
    ];
    return <Lines columns={columns} lines={fitRows(lines, rows)} />;
  };
}

function askedFor(handOver: HandOver): ReturnType<typeof displayText> {
  const record = handOver.table === undefined ? '' : `${handOver.table} ${handOver.recordId ?? ''}`;
  return trusted([displayText(handOver.tenant?.name ?? ''), displayText(record)].filter(Boolean).join(', '));
}
