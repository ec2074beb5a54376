/** `curl` for machines that have none: sends what curl would send and prints the answer. */
import { curlRequest } from '../../../test/kit/documents.ts';

const words = process.argv.slice(2).filter((word) => word !== '-s');
const answer = await fetch(curlRequest(['curl', ...words]));
process.stdout.write(await answer.text());
