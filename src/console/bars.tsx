import { Box } from 'ink';
import { type ReactNode, useEffect, useState } from 'react';
import { Lines } from '#ui/Lines.tsx';
import { useTheme } from '#ui/theme.ts';
import { footerLine } from './footer-line.ts';
import { headerLines } from './header-lines.ts';
import { noticeLines } from './notice-line.ts';
import { useSession, useStore } from './public/hooks.ts';
import { tabsLines } from './tabs.ts';

const secondMs = 1000;

/** The time, a second apart. */
function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), secondMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}

interface BarProps {
  readonly columns: number;
}

/** Who and where we are. */
export function HeaderBar({ columns }: BarProps): ReactNode {
  const { database, facts, tenant } = useSession();
  const state = {
    facts,
    server: database.server,
    access: useStore(database.gate.access),
    tenant: useStore(tenant),
    nowMs: useNow().getTime(),
  };
  return <Lines columns={columns} lines={headerLines(state, columns, useTheme())} />;
}

/** The panes by number, and the clock. */
export function TabsBar({ columns }: BarProps): ReactNode {
  const theme = useTheme();
  const pane = useStore(useSession().pane);
  return <Lines columns={columns} lines={tabsLines(pane, useNow(), columns, theme)} />;
}

/** What just happened, or the rule above the footer, on the row `bottom` and as many above it as it takes. */
export function NoticeBar({ columns, bottom }: BarProps & { readonly bottom: number }): ReactNode {
  const session = useSession();
  const state = {
    notice: useStore(session.notice),
    connection: useStore(session.database.monitor.status),
    nowMs: useNow().getTime(),
  };
  const lines = noticeLines(state, columns, useTheme());
  return (
    <Box position="absolute" top={bottom + 1 - lines.length} left={0}>
      <Lines columns={columns} lines={lines} />
    </Box>
  );
}

/** The keys that do something now. */
export function FooterBar({ columns }: BarProps): ReactNode {
  const { router } = useSession();
  useStore(router.changes);
  return <Lines columns={columns} lines={[footerLine(router.reachable(), columns, useTheme())]} />;
}
