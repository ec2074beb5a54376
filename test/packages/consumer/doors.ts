/**
 * Every door of the three packages, opened once, and what is promised behind it. It prints the names that it found.
 */
import * as client from '@doorward/client';
import * as file from '@doorward/client/file';
import * as testing from '@doorward/client/testing';
import * as guard from '@doorward/guard';
import * as express from '@doorward/guard/express';
import * as fastify from '@doorward/guard/fastify';
import * as hono from '@doorward/guard/hono';
import * as node from '@doorward/guard/node';
import * as web from '@doorward/guard/web';
import * as server from 'doorward';
import * as conformance from 'doorward/store-conformance';
import expressApp from 'express';
import fastifyApp from 'fastify';
import { Hono } from 'hono';

const api = guard.guard({ issuer: 'https://id.example.com', log: () => undefined });
const needed = guard.requireScope('orders:read');

/** Each adapter in the place of a route that it is made for; nothing is listened to. */
expressApp().get('/', express.protect(api, needed), (request, response) => {
  response.json(express.principalOf(request).accountId);
});
fastifyApp().get(
  '/',
  { onRequest: fastify.protect(api, needed) },
  (request) => fastify.principalOf(request).accountId,
);
new Hono().get('/', hono.protect(api, needed), (context) => context.json(context.var.principal.accountId));
node.protect(api, needed)((_request, response, principal) => void response.end(principal.accountId));
web.protect(api, needed)((_request, principal) => Response.json(principal.accountId));
api.close();

const doors = { client, file, testing, guard, express, fastify, hono, node, web, server, conformance };
console.log(
  JSON.stringify(Object.fromEntries(Object.entries(doors).map(([name, door]) => [name, Object.keys(door)]))),
);
