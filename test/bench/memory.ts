import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchDatabase } from './database.ts';
import { marked, startConsole } from './keys.ts';
import type { Session } from './pty.ts';
import { type Finding, within } from './table.ts';

const rowsToScroll = 20_000;
const searchTexts = ['northwind', 'foods 01', '富士', 'bench-9', 'f47ac1'];
const searchesToMake = 50;
const tabsToVisit = 20;

/** What somebody does in a long session, as fast as the console follows; then the most memory the process ever had. */
export async function benchMemory(database: BenchDatabase): Promise<readonly Finding[]> {
  if (process.platform !== 'linux') return [within('memory', 'n/a: read from /proc', 0, undefined, '')];
  const session = await startConsole(database);
  const atStart = megabytes(session.pid, 'VmRSS');
  const startedMs = performance.now();
  const scrolled = await scroll(session);
  for (let search = 0; search < searchesToMake; search++) await searchFor(session, searchTexts[search % searchTexts.length]!);
  for (let tab = 0; tab < tabsToVisit; tab++) {
    session.write(String(1 + (tab % 6)));
    await session.untilQuiet(80);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const [peak, end] = [megabytes(session.pid, 'VmHWM'), megabytes(session.pid, 'VmRSS')];
  await session.kill();
  const use = `${scrolled.toLocaleString('en')} rows scrolled, ${searchesToMake} searches, ${tabsToVisit} tabs in ${seconds.toFixed(0)} s`;
  const told = `peak ${peak.toFixed(0)} MB (start ${atStart.toFixed(0)}, end ${end.toFixed(0)})`;
  return [within(`memory: ${use}`, told, peak, 150, 'MB')];
}

async function scroll(session: Session): Promise<number> {
  const deadlineMs = performance.now() + 120_000;
  let place = 0;
  while (place < rowsToScroll && performance.now() < deadlineMs) {
    const row = marked(session.lines());
    session.write(' ');
    await session.untilScreen((lines) => marked(lines) !== row, 500);
    const shown = session.lines().find((line) => line.startsWith(' search')) ?? '';
    place = Number((/([\d,]+) of /.exec(shown)?.[1] ?? '0').replaceAll(',', '')) || place;
  }
  return place;
}

async function searchFor(session: Session, text: string): Promise<void> {
  session.write('/');
  await pause(30);
  for (const letter of text) {
    session.write(letter);
    await pause(15);
  }
  await session.untilQuiet(200);
  session.write('\r');
  await session.untilQuiet(50);
  session.write('\u001b');
  await session.untilQuiet(100);
}

/** A figure of /proc/<pid>/status, in MB of 1,000,000 bytes. */
function megabytes(pid: number, figure: 'VmRSS' | 'VmHWM'): number {
  const kibibytes = new RegExp(`${figure}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kibibytes) * 1024) / 1_000_000;
}
