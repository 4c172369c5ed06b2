/** Chinese is the source; a page in another language brings what it says instead (`#words`). */
import { readEmbedded } from "./page";

const words = readEmbedded<Record<string, string>>("words") ?? {};

/** The text in the page's language, its braces filled: `t("第 {page} 屏", { page })`. `{n:turn|turns}` chooses by number. */
export function t(text: string, values: Record<string, string | number> = {}): string {
  return (words[text] ?? text).replace(
    /\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}/g,
    (brace, name: string, single?: string, many?: string) => {
      const value = values[name];
      if (value === undefined) return brace;
      return single === undefined ? String(value) : String(value) === "1" ? single : (many ?? "");
    },
  );
}
