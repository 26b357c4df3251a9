/** How two keys differ that are likely meant to be one, in words for a hint; undefined where they are not. */
export function nearMiss(key: string, other: string): string | undefined {
  if (key === other || key.length > longestKey || other.length > longestKey) return undefined;
  if (plain(key) === plain(other))
    return key.toLowerCase() === other.toLowerCase() ? 'only case differs' : 'only separators differ';
  // address_1 and address_2 are meant to be two.
  if (withoutDigits(key) === withoutDigits(other)) return undefined;
  const one = Array.from(key.toLowerCase());
  const two = Array.from(other.toLowerCase());
  const mostEdits = Math.min(one.length, two.length) >= 6 ? 2 : Math.min(one.length, two.length) >= 4 ? 1 : 0;
  const edits = distance(one, two, mostEdits);
  if (edits === 0 || edits > mostEdits) return undefined;
  return edits === 1 ? 'one letter differs' : 'two letters differ';
}

const longestKey = 100;
const plain = (key: string): string => key.toLowerCase().replaceAll(/[\s_.-]/g, '');
const withoutDigits = (key: string): string => key.replaceAll(/\d+/g, '0');

/**
 * Letters to insert, remove, replace or swap with their neighbour to get from one to the other (optimal string alignment). Anything above
 * `most` is told as `most + 1`.
 */
function distance(one: readonly string[], two: readonly string[], most: number): number {
  if (Math.abs(one.length - two.length) > most) return most + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: two.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= two.length; column += 1) {
      const isSame = one[row - 1] === two[column - 1];
      const isSwap = one[row - 1] === two[column - 2] && one[row - 2] === two[column - 1];
      current[column] = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + (isSame ? 0 : 1),
        isSwap ? beforeLast[column - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    if (Math.min(...current) > most) return most + 1;
    beforeLast = last;
    last = current;
  }
  return last[two.length]!;
}
