import { type DisplayText, displayText, trusted } from '#core/display-text.ts';
import { cutMiddle, cutToWidth, widthOf } from '#core/text-width.ts';
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

/** The header: environment, database, role, TLS, route, access, tenant; never without any of them, so names give way to facts. */
export function headerLines(state: HeaderState, columns: number, theme: Theme): readonly Line[] {
  return layOut(state, columns, theme, false) ?? layOut(state, columns, theme, true)!;
}

/** Undefined where the names would be cut beyond recognition and shorter words may help. */
function layOut(state: HeaderState, columns: number, theme: Theme, isTight: boolean): readonly Line[] | undefined {
  const { facts, server } = state;
  const environment = words(` ${facts.environment.name} `, facts.environment.production ? 'danger-badge' : 'badge');
  const names = {
    place: displayText(placeText(server, isTight ? theme.ellipsis : undefined), { ascii: theme.ascii }),
    role: displayText(server.roleName, { ascii: theme.ascii }),
    tenant: displayText(state.tenant === undefined ? 'all' : (state.tenant.slug ?? state.tenant.name), { ascii: theme.ascii }),
  };
  const unaudited = facts.unaudited ? [words('UNAUDITED', 'danger')] : [];
  const facets = [protectionSpan(server), words(server.route), accessSpan(state.access, state.nowMs, isTight), ...unaudited];
  const rowWith = ({ place, role, tenant }: Names): { status: Line; name: Line; end: Line } => ({
    name: [words(' '), environment, words('  '), span(place, 'strong')],
    status: [roleSpan(server, role), ...facets].flatMap((piece, index) => (index === 0 ? [piece] : [words('   '), piece])),
    end: [span(trusted(`tenant: ${tenant}`), state.tenant === undefined ? 'muted' : 'accent'), words(' ')],
  });
  const empty = { place: trusted(''), role: trusted(''), tenant: trusted('') };
  const around = rowWith(empty);
  const between = lineWidth([words('   ')]);
  if (headerRows(columns) === 1) {
    const room = columns - lineWidth([...around.name, ...around.status, ...around.end]) - 2 * between;
    const shown = shrink(names, room, theme, isTight);
    if (shown === undefined) return undefined;
    const { name, status, end } = rowWith(shown);
    return [spreadLine([...name, words('   '), ...status], end, columns, theme)];
  }
  const upper = shrink(
    { ...names, role: empty.role },
    columns - lineWidth([...around.name, ...around.end]) - between,
    theme,
    isTight,
  );
  const lower = shrink({ ...empty, role: names.role }, columns - lineWidth(around.status) - 2, theme, isTight);
  if (upper === undefined || lower === undefined) return undefined;
  const { name, status, end } = rowWith({ ...upper, role: lower.role });
  return [spreadLine(name, end, columns, theme), [words(' '), ...status]];
}

type Names = Readonly<Record<'place' | 'role' | 'tenant', DisplayText>>;

/** How far names are cut before words are shortened instead. */
const least: Readonly<Record<keyof Names, number>> = { place: 40, role: 12, tenant: 10 };

/** The names in so many columns together: the longest give way first. Undefined when that leaves too little, unless it must. */
function shrink(names: Names, room: number, theme: Theme, mustFit: boolean): Names | undefined {
  const widths = { place: widthOf(names.place), role: widthOf(names.role), tenant: widthOf(names.tenant) };
  const total = (): number => widths.place + widths.role + widths.tenant;
  const order = ['place', 'role', 'tenant'] as const;
  while (total() > room) {
    const spare = (name: keyof Names): number => widths[name] - (mustFit ? 1 : least[name]);
    const widest = order.reduce((best, name) => (spare(name) > spare(best) ? name : best));
    if (spare(widest) <= 0) return mustFit ? names : undefined;
    widths[widest] -= 1;
  }
  return {
    place: cutMiddle(names.place, widths.place, theme.ellipsis),
    role: cutToWidth(names.role, widths.role, theme.ellipsis),
    tenant: cutToWidth(names.tenant, widths.tenant, theme.ellipsis),
  };
}

/** With an ellipsis Supabase's own domain is left out, so that the project in front of it stays whole. */
function placeText(server: Server, ellipsis: string | undefined): string {
  if (server.protection === 'socket') return `local socket/${server.databaseName}`;
  const host = ellipsis === undefined ? server.host : server.host.replace(/\.supabase\.(?:co|in|net)$/, ellipsis);
  return `${host}/${server.databaseName}`;
}

function roleSpan(server: Server, name: DisplayText): Span {
  if (server.bypassesRowSecurity) return span(trusted(`${name}, bypasses RLS`));
  return span(trusted(`${name}, RLS HIDES ROWS`), 'warning');
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

function accessSpan(access: Access, nowMs: number, isTight: boolean): Span {
  if (access.state === 'read-only') return words(access.isStandby ? 'STANDBY, READ-ONLY' : 'READ-ONLY', 'good');
  if (access.lockedAtMs === undefined) return words('WRITING', 'warning');
  const minutes = Math.max(0, Math.ceil((access.lockedAtMs - nowMs) / 60_000));
  return words(isTight ? `WRITING ${minutes} min` : `WRITING, locks in ${minutes} min`, 'warning');
}
