/** Chinese is the source; a page in another language brings what it says instead (`#words`). */
import { readEmbedded } from "./page";

type Values = Record<string, string | number>;

const words = readEmbedded<Record<string, string | string[]>>("words") ?? {};
const COUNTED = ["count", "rows", "days", "left", "turns"]; // as examops/core/language/plurals.py names them

/** The text in the page's language, its braces filled: `t("第 {page} 屏", { page })`. A text that counts has forms. */
export function t(text: string, values: Values = {}): string {
  const found = words[text] ?? text;
  const chosen = typeof found === "string" ? found : (found[formOf(text, values)] ?? text);
  return chosen.replace(/\{(\w+)\}/g, (brace, name: string) => String(values[name] ?? brace));
}

/** Which plural form: 0 for one, 1 for any other number. Our languages beside Chinese have two. */
function formOf(text: string, values: Values): number {
  const name = /\{(\w+)\}/g[Symbol.matchAll](text);
  for (const [, one] of name) if (one !== undefined && COUNTED.includes(one)) return Number(values[one]) === 1 ? 0 : 1;
  return 1;
}
