/*
 * The first import of every program: refuses an old Node in words, before anything else is read that such a Node could
 * not. It imports nothing and uses only what has long been in the language.
 */
const oldest = [24, 7];
const running = process.versions.node.split('.').map(Number);
const isOld =
  Number(running[0]) < Number(oldest[0]) ||
  (Number(running[0]) === Number(oldest[0]) && Number(running[1]) < Number(oldest[1]));

if (isOld) {
  console.error(
    'doorward needs Node ' +
      oldest.join('.') +
      ' or newer; this is ' +
      process.versions.node +
      '. Install a newer Node from nodejs.org, then try again.',
  );
  process.exit(1);
}
