/** Text in which every UTF-16 unit is a grapheme by itself, in whatever order: most of what a screen holds. CR LF alone is a pair. */
const plain =
  /^[\0-\f\u000e-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2026\u2500-\u257f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*$/;

/** Intl.Segmenter for graphemes, made when text needs it: the first one in a process reads 8 ms of ICU data. */
export class Segmenter {
  #real: Intl.Segmenter | undefined;

  segment(input: string): Iterable<Intl.SegmentData> {
    if (plain.test(input)) return Array.from({ length: input.length }, (_, index) => ({ segment: input[index]!, index, input }));
    return (this.#real ??= new Intl.Segmenter('en', { granularity: 'grapheme' })).segment(input);
  }
}
