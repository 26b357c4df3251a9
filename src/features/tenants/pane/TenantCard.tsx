import { type ReactNode, useEffect, useState } from 'react';
import type { Area } from '#console/public/contract.ts';
import { useSession, useStore } from '#console/public/hooks.ts';
import { Lines } from '#ui/Lines.tsx';
import { fitRows, type Line, words } from '#ui/line.ts';
import { useTheme } from '#ui/theme.ts';
import { cardLines } from './card-lines.ts';
import { useCard } from './card-reading.ts';
import { createTenantsState } from './tenants-state.ts';
import type { Tenant } from '../tenants.ts';

const clockMs = 15_000;

type Props = Area & {
  readonly tenant: Tenant | undefined;
  readonly isFull: boolean;
  /** Lays the card out beside something; without it the card fills the pane. */
  readonly beside?: (card: readonly Line[]) => readonly Line[];
};

/** The card of a tenant, beside the list or alone. */
export function TenantCard({ tenant, columns, rows, isFull, beside }: Props): ReactNode {
  if (tenant === undefined) return <Lines columns={columns} lines={beside?.([]) ?? fitRows([], rows)} />;
  return <LoadedCard tenant={tenant} columns={columns} rows={rows} isFull={isFull} {...(beside && { beside })} />;
}

function LoadedCard({ tenant, columns, rows, isFull, beside }: Props & { readonly tenant: Tenant }): ReactNode {
  const session = useSession();
  const theme = useTheme();
  const store = session.stateOf('tenants', createTenantsState);
  const scroll = useStore(store).cardScroll;
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), clockMs);
    return () => clearInterval(timer);
  }, []);
  const width = isFull ? columns - 4 : Math.max(40, Math.min(columns - 67, Math.ceil(columns * 0.42) - 4));
  const lines = cardLines(useCard(tenant, nowMs), width, theme, isFull);
  const lastScroll = Math.max(0, lines.length - rows);
  useEffect(() => {
    if (isFull && scroll > lastScroll) store.update((now) => ({ ...now, cardScroll: lastScroll }));
  }, [isFull, scroll, lastScroll, store]);
  if (beside !== undefined) return <Lines columns={columns} lines={beside(lines.slice(0, rows))} />;
  const shown = lines.slice(Math.min(scroll, lastScroll)).map((line): Line => [words('  '), ...line]);
  return <Lines columns={columns} lines={fitRows(shown, rows)} />;
}
