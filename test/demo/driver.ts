/**
 * What a program that runs the demo does, as a process to be killed: starts it the way main does, says where it is in one line of JSON, and
 * stays. `driver.ts demo` starts the whole demo, `driver.ts server` the server alone.
 */
import { startDemo } from '#demo/demo.ts';
import { startServer } from '#demo/server.ts';

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
for (const [name, number] of Object.entries(signals)) process.once(name, () => process.exit(128 + number));

console.log('starting');
try {
  const start = performance.now();
  const running = process.argv[2] === 'demo' ? await startDemo((line) => console.error(line)) : await startServer();
  const connection = 'connection' in running && typeof running.connection === 'object' ? running.connection : undefined;
  console.log(JSON.stringify({ milliseconds: Math.round(performance.now() - start), host: connection?.host }));
  process.stdin.resume();
  process.stdin.once('end', () => void running.stop());
} catch (error) {
  console.error(error);
  process.exit(1);
}
