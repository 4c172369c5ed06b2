/** What a scanner, a camera or fingers gave, known by its form alone; the same forms stand in `checkin/readings.py`. */
export type Read = { code: string } | { id_number: string };

const CODE = /[A-Z2-7]{26,}/;
const ID_NUMBER = /(?:^|[^0-9])([0-9]{17}[0-9X])(?![0-9A-Z])/;
const SYMBOLOGY = /^\][A-Z][0-9A-Z]/; // ISO/IEC 15424: a scanner may say first what kind of code it read

/** Full-width characters made plain (NFKC), capitals, no blanks, no mark of the kind of code. */
export const normalise = (text: string): string =>
  text
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\u200b\ufeff]+/g, "")
    .replace(SYMBOLOGY, "");

/** Null for half a code, and for any other code of the world: no verdict on anybody. */
export function read(text: string): Read | null {
  const plain = normalise(text);
  const code = CODE.exec(plain)?.[0];
  if (code) return { code };
  const id_number = ID_NUMBER.exec(plain)?.[1];
  return id_number ? { id_number } : null;
}
