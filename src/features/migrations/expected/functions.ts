import { createHash } from 'node:crypto';
import type { AlterFunctionStmt, CreateFunctionStmt, DefElem, Node, ObjectWithArgs, VariableSetStmt } from '@pgsql/types';
import { anyValue, type Fact, fact } from './fact.ts';
import type { FullName, Scope } from './scope.ts';
import { namesOf, typeText, writtenName } from '../tree.ts';

/** How bodies of functions are compared: without carriage returns and white space around, which editors add. */
function bodyValue(body: string): string {
  return createHash('md5')
    .update(body.replaceAll('\r', '').replaceAll(/^[ \t\n]+|[ \t\n]+$/g, ''))
    .digest('hex');
}

/** CREATE FUNCTION or PROCEDURE: that it is there with this body, and its settings. */
export function createFunction(scope: Scope, statement: CreateFunctionStmt): void {
  const { world } = scope;
  const inputs = (statement.parameters ?? []).flatMap((node) => ('FunctionParameter' in node ? [node.FunctionParameter] : []));
  const types = inputs
    .filter(({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE')
    .map(({ argType }) => typeText(argType, false));
  const { schema: written, name } = writtenName(namesOf(statement.funcname));
  const own: FullName = { schema: written ?? scope.creationSchema, name };
  const args = types.join(', ');
  const options = (statement.options ?? []).flatMap((node) => ('DefElem' in node ? [node.DefElem] : []));
  const body = option(options, 'as');
  const texts = body !== undefined && 'List' in body ? namesOf(body.List.items) : [];
  const value = texts.length === 1 && statement.sql_body === undefined ? bodyValue(texts[0] ?? '') : anyValue;
  world.set(fact('function', own.schema, own.name, args), { value });
  const before = world.known
    .of(own.schema, own.name)
    .filter(({ fact: other }) => other.kind === 'function-setting' && other.part.startsWith(`${args}\u0001`));
  for (const known of before) world.drop(known.fact, { isClaimed: false });
  for (const { defname, arg } of options) {
    if (defname === 'set' && arg !== undefined && 'VariableSetStmt' in arg) setVariable(scope, own, args, arg.VariableSetStmt);
  }
}

/** ALTER FUNCTION … SET and RESET. */
export function alterFunction(scope: Scope, statement: AlterFunctionStmt): void {
  for (const { schema, name, part } of functionFacts(scope, statement.func ?? {}, false)) {
    for (const node of statement.actions ?? []) {
      const arg = 'DefElem' in node && node.DefElem.defname === 'set' ? node.DefElem.arg : undefined;
      if (arg !== undefined && 'VariableSetStmt' in arg) setVariable(scope, { schema, name }, part, arg.VariableSetStmt);
    }
  }
}

function setVariable(
  { world }: Scope,
  { schema, name }: FullName,
  args: string,
  { kind, name: variable = '', args: values }: VariableSetStmt,
): void {
  const own = fact('function-setting', schema, name, `${args}\u0001${variable.toLowerCase()}`);
  if (kind === 'VAR_SET_VALUE') world.set(own, { value: settingValue(values) });
  else if (kind === 'VAR_RESET' || kind === 'VAR_SET_DEFAULT') world.drop(own, { mayBeMissing: true });
  else if (kind === 'VAR_RESET_ALL') {
    const all = world.known.of(schema, name).filter(({ fact: other }) => other.kind === 'function-setting');
    for (const known of all) world.drop(known.fact);
  } else world.set(own, { value: anyValue });
}

/** How values of settings are compared: the words without quotes, one comma between them. */
export function settingText(value: string): string {
  return value
    .replaceAll('"', '')
    .replaceAll(/\s*,\s*/g, ',')
    .trim();
}

function settingValue(nodes: readonly Node[] = []): string {
  const words = nodes.map((node) => {
    if (!('A_Const' in node)) return undefined;
    const { sval, ival, boolval, fval } = node.A_Const;
    if (sval !== undefined) return sval.sval ?? '';
    if (ival !== undefined) return String(ival.ival ?? 0);
    if (boolval !== undefined) return String(boolval.boolval ?? false);
    return fval?.fval;
  });
  // An empty value (search_path = '') is written as quotes, so that it is not taken for "any".
  return words.some((word) => word === undefined) ? anyValue : settingText(words.join(',')) || '""';
}

/** The functions that a statement names: one by its types, or every known one of the name where it gives none. */
export function functionFacts(scope: Scope, named: ObjectWithArgs, mayBeMissing: boolean): readonly Fact[] {
  const { schema, name } = scope.full(writtenName(namesOf(named.objname)), ['function']);
  if (!named.args_unspecified) {
    const parameters = (named.objfuncargs ?? []).flatMap((node) => ('FunctionParameter' in node ? [node.FunctionParameter] : []));
    const inputs = parameters.filter(({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE');
    return [fact('function', schema, name, inputs.map(({ argType }) => typeText(argType, false)).join(', '))];
  }
  const known = scope.world.known.of(schema, name).filter(({ fact: other }) => other.kind === 'function');
  return known.length > 0 || mayBeMissing ? known.map(({ fact: own }) => own) : [];
}

function option(options: readonly DefElem[], name: string): Node | undefined {
  return options.find(({ defname }) => defname === name)?.arg;
}
