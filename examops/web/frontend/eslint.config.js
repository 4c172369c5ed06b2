import js from "@eslint/js";
import tseslint from "typescript-eslint";

const parameters = { argsIgnorePattern: "^_" };

export default tseslint.config(
  { ignores: ["node_modules", "src/shared/api.d.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ["tsconfig.json", "test/tsconfig.json"] } },
    rules: {
      "no-undef": "off", // the compiler knows which names there are
      "@typescript-eslint/explicit-function-return-type": ["error", { allowExpressions: true }],
      "@typescript-eslint/no-unused-vars": ["error", parameters],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-type-parameters": "off", // one<HTMLInputElement>("#q") says what the page holds
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      eqeqeq: "error",
      curly: ["error", "multi-line"],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", name: ["test", "describe", "it"], package: "node:test" }] },
      ],
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: { console: "readonly", process: "readonly", Buffer: "readonly" } },
  },
);
