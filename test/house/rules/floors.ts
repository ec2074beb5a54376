/**
 * Imports go down only. The compiler refuses an upward one because of the project references; these rules see to
 * the references themselves and to what no reference can say: who may touch the process and which package stands where.
 */
import ts from 'typescript';
import { at, type Import, importsOf, nodes, targetOf } from '../syntax.ts';
import type { Rule } from '../tree.ts';

/** What each floor of the server may stand on. */
export const floors: Readonly<Record<string, readonly string[]>> = {
  base: [],
  protocol: ['base'],
  domain: ['base', 'protocol'],
  store: ['base', 'protocol', 'domain'],
  pages: ['base', 'protocol', 'domain'],
  http: ['base', 'protocol', 'domain', 'pages'],
  program: ['base', 'protocol', 'domain', 'store', 'pages', 'http'],
};

const server = 'packages/server/src/';

/** The floor of a path in the server; the public door stands above all and has none. */
function floorOf(path: string): string | undefined {
  const floor = path.startsWith(server) ? path.slice(server.length).split('/')[0] : undefined;
  return floor !== undefined && floor in floors ? floor : undefined;
}

/** No file imports a file of a floor above its own, or of one beside it. */
export const downwardImports: Rule = (source) => {
  const floor = floorOf(source.path);
  if (floor === undefined) return [];
  return importsOf(source).flatMap(({ specifier, node }) => {
    const target = targetOf(source, specifier);
    const other = target === undefined ? undefined : floorOf(target);
    const isFine = target === undefined || other === floor || (other && floors[floor]?.includes(other));
    return isFine ? [] : [at(source, node, `${floor} imports ${target}`)];
  });
};

/** A package reaches another by its name only, and guard and client know nothing of the server. */
export const separatePackages: Rule = (source) => {
  const home = /^packages\/([^/]+)\/src\//.exec(source.path);
  if (!home) return [];
  return importsOf(source).flatMap(({ specifier, node }) => {
    const target = targetOf(source, specifier);
    const leaves = target !== undefined && !target.startsWith(home[0]);
    const isUpward = home[1] !== 'server' && /^doorward(?:\/|$)/.test(specifier);
    return leaves || isUpward ? [at(source, node, specifier)] : [];
  });
};

const machine =
  /^(?:node:)?(?:fs|child_process|os|process|cluster|worker_threads|http|https|http2|net|tls|dgram|dns|repl|readline|v8|vm|inspector)(?:\/|$)/;

/** The drivers of the embedded database keep its file. */
const isDriver = (path: string): boolean => path.startsWith(`${server}store/sqlite`);

/** The names of node:net that compute and open nothing. */
const addressNames: ReadonlySet<string> = new Set(['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress']);

function takesAddressesOnly({ specifier, node }: Import): boolean {
  if (specifier !== 'node:net' || !ts.isImportDeclaration(node)) return false;
  const names = node.importClause?.namedBindings;
  return (
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.every((one) => addressNames.has((one.propertyName ?? one.name).text))
  );
}

/** Rooms that are made for one kind of machine: the client's file store, and the guard's adapter of node:http. */
const forNode = /^packages\/(?:client\/src\/file(?:-lock)?|guard\/src\/adapters\/node)\.ts$/;

/** Only the program sees the process, the file system, the environment and sockets; a driver sees its file. */
export const machineAtTheTop: Rule = (source) => {
  if (floorOf(source.path) === 'program' || forNode.test(source.path)) return [];
  const isFile = (specifier: string): boolean => /^node:fs(?:\/|$)/.test(specifier);
  const imports = importsOf(source)
    .filter(({ specifier }) => machine.test(specifier) && !(isDriver(source.path) && isFile(specifier)))
    .filter((one) => !takesAddressesOnly(one))
    .map(({ specifier, node }) => at(source, node, specifier));
  const uses = [...nodes(source.tree)]
    .filter(
      (node) =>
        ts.isPropertyAccessExpression(node) && /^(?:globalThis\.)?process$/.test(node.expression.getText()),
    )
    .map((node) => at(source, node, node.getText()));
  return [...imports, ...uses];
};

/** Packages that belong to some floors only. */
const places: readonly { readonly name: RegExp; readonly floors: readonly string[] }[] = [
  { name: /^hono(?:\/|$)/, floors: ['pages', 'http', 'program'] },
  { name: /^@hono\/node-server(?:\/|$)/, floors: ['program'] },
  { name: /^(?:node:sqlite|pg(?:-.*)?)(?:\/|$)/, floors: ['store'] },
  { name: /^(?:pino|commander|nodemailer|@opentelemetry\/.*)(?:\/|$)/, floors: ['program'] },
];

/** Drivers, frameworks and logs stay on the floor that they were chosen for; base and protocol use no package. */
export const partsInPlace: Rule = (source) => {
  const floor = floorOf(source.path);
  if (floor === undefined) return [];
  return importsOf(source).flatMap(({ specifier, node }) => {
    const isPackage = !specifier.startsWith('.') && !specifier.startsWith('node:');
    const isBare = (floor === 'base' || floor === 'protocol') && isPackage;
    const isElsewhere = places.some((place) => place.name.test(specifier) && !place.floors.includes(floor));
    return isBare || isElsewhere ? [at(source, node, `${floor} imports ${specifier}`)] : [];
  });
};
