import { displayText, trusted } from '#core/display-text.ts';
import { cutMiddle } from '#core/text-width.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Access } from '#database/access-gate.ts';
import type { Server } from '#database/server.ts';
import { type Line, lineWidth, type Span, span, spreadLine, words } from '#ui/line.ts';
import type { Theme } from '#ui/theme.ts';
import type { SessionFacts } from './session.ts';

/** From this width on the header is one line. */
const oneLineColumns = 120;

/** What the header is made from. */
export interface HeaderState {
  readonly facts: SessionFacts;
  readonly server: Server;
  readonly access: Access;
  readonly tenant: TenantIdentity | undefined;
  readonly nowMs: number;
}

/** How many lines the header takes at this width. */
export function headerRows(columns: number): number {
  return columns >= oneLineColumns ? 1 : 2;
}

/** The header: environment, database, role, TLS, route, access, tenant; never without any of them. */
export function headerLines(state: HeaderState, columns: number, theme: Theme): readonly Line[] {
  const { facts, server } = state;
  const environment = words(` ${facts.environment.name} `, facts.environment.production ? 'danger-badge' : 'badge');
  const rest = [roleSpan(server), protectionSpan(server), words(server.route), accessSpan(state.access, state.nowMs)];
  const tenant = tenantSpan(state.tenant);
  const separated = (spans: readonly Span[]): Line =>
    spans.flatMap((piece, index) => (index === 0 ? [piece] : [words('   '), piece]));
  const place = (room: number): Span => span(cutMiddle(placeText(server), Math.max(12, room), theme.ellipsis), 'strong');
  if (headerRows(columns) === 1) {
    const status = separated(rest);
    const room = columns - lineWidth([environment, tenant]) - lineWidth(status) - 10;
    return [
      spreadLine(
        [words(' '), environment, words('  '), place(room), words('   '), ...status],
        [tenant, words(' ')],
        columns,
        theme,
      ),
    ];
  }
  const room = columns - lineWidth([environment, tenant]) - 6;
  return [
    spreadLine([words(' '), environment, words('  '), place(room)], [tenant, words(' ')], columns, theme),
    [words(' '), ...separated(rest)],
  ];
}

function placeText(server: Server): ReturnType<typeof displayText> {
  return displayText(
    server.protection === 'socket' ? `local socket/${server.databaseName}` : `${server.host}/${server.databaseName}`,
  );
}

function roleSpan(server: Server): Span {
  const role = displayText(server.roleName, { maxWidth: 24 });
  if (server.bypassesRowSecurity) return span(trusted(`${role}, bypasses RLS`));
  return span(trusted(`${role}, RLS HIDES ROWS`), 'warning');
}

function protectionSpan(server: Server): Span {
  switch (server.protection) {
    case 'socket':
      return words('socket', 'good');
    case 'verified':
      return words('TLS verified', 'good');
    case 'verified-chain':
      return words('TLS, host not checked', 'warning');
    case 'unverified':
      return words('TLS NOT VERIFIED', 'danger');
    case 'plaintext':
      return server.isLocal ? words('no TLS, local') : words('NO TLS', 'danger');
  }
}

function accessSpan(access: Access, nowMs: number): Span {
  if (access.state === 'read-only') return words('READ-ONLY', 'good');
  if (access.lockedAtMs === undefined) return words('WRITING', 'warning');
  return words(`WRITING, locks in ${Math.max(0, Math.ceil((access.lockedAtMs - nowMs) / 60_000))} min`, 'warning');
}

function tenantSpan(tenant: TenantIdentity | undefined): Span {
  if (tenant === undefined) return words('tenant: all', 'muted');
  return span(trusted(`tenant: ${displayText(tenant.slug ?? tenant.name, { maxWidth: 24 })}`), 'accent');
}
