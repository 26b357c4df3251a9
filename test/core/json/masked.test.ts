import { expect, test } from 'vitest';
import { withoutSecrets } from '#core/json/masked.ts';
import { parseJson } from '#core/json/parse.ts';
import { writeJson } from '#core/json/write.ts';

const shown = (text: string): string => writeJson(withoutSecrets(parseJson(text), []));

test('secrets are masked by name, whatever holds them, and everything else keeps its digits', () => {
  expect(shown('{"a": 1.10, "password": "x", "token": {"n": 12345}, "big": 12345678901234567890}')).toBe(
    '{"a": 1.10, "password": "••••", "token": {"n": "••••"}, "big": 12345678901234567890}',
  );
});

test('what a recorded edit did to a secret is masked: in its patch, and where a path is the key', () => {
  const patch =
    '[{"op": "replace", "path": "/api_key/date", "value": "2025"}, {"op": "replace", "path": "/plan", "value": "pro"}]';
  expect(shown(patch)).toBe(
    '[{"op": "replace", "path": "/api_key/date", "value": "••••"}, {"op": "replace", "path": "/plan", "value": "pro"}]',
  );
  expect(shown('{"/smtp/password/date": "x1", "/plan": "pro"}')).toBe('{"/smtp/password/date": "••••", "/plan": "pro"}');
});

test('what merely looks like an operation, and a key with a slash in it, stay readable', () => {
  const text = '{"path": "/api_key", "value": "x"}';
  expect(shown(text)).toBe(text);
  expect(shown('{"24/7 support": "yes"}')).toBe('{"24/7 support": "yes"}');
});

test('a secret that a change names beside its values is masked, as logs write changes', () => {
  const masked = (text: string): string => writeJson(withoutSecrets(parseJson(text), []));
  for (const text of [
    '{"changes": [{"field": "api_key", "old": "hunter1", "new": "hunter2"}]}',
    '{"path": "smtp.password", "old_value": "hunter1", "new_value": {"at": "hunter2"}}',
    '{"diff": [{"path": ["smtp", "password"], "old": "hunter1"}, {"key": "secret", "before": "hunter2", "after": null}]}',
  ]) {
    expect(masked(text)).not.toContain('hunter');
  }
  const plain = '{"field": "status", "old": "new", "new": "won"}';
  expect(masked(plain)).toBe(plain);
});
