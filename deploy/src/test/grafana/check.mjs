// node check.mjs DASHBOARD.json...: compiles each dashboard as a literal of the type in schema.ts. Prints what does not
// fit and exits 1, or prints the number of dashboards.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import ts from 'typescript';

const files = process.argv.slice(2);
if (files.length === 0 || files.includes('--help')) {
  console.log('Usage: node check.mjs DASHBOARD.json...');
  process.exit(files.length === 0 ? 2 : 0);
}
mkdirSync('generated', { recursive: true });
const sources = files.map(file => {
  const source = `generated/${basename(file, '.json')}.ts`;
  const json = readFileSync(file, 'utf8');
  writeFileSync(source, `import type { Dashboard } from '../schema';\nexport const dashboard: Dashboard = ${json};\n`);
  return source;
});
const program = ts.createProgram(sources, {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
});
const errors = ts.getPreEmitDiagnostics(program);
for (const error of errors) {
  const at = error.file?.getLineAndCharacterOfPosition(error.start ?? 0);
  console.log(`${error.file?.fileName}:${(at?.line ?? 0) + 1} ${ts.flattenDiagnosticMessageText(error.messageText, '\n')}`);
}
if (errors.length > 0) {
  process.exit(1);
}
console.log(`${files.length} dashboards follow the schema`);
