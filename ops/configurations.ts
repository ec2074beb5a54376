/** The configuration files of a cluster, as each program reads them. The guide quotes them from here. */
import type { Layout, Node } from './layout.ts';
import { postgresPrograms } from './packages.ts';

/** What to write: paths within the folder of the cluster, and texts. */
export const configurations = (layout: Layout): Readonly<Record<string, string>> => ({
  'one.yml': patroni(layout, layout.nodes[0]),
  'two.yml': patroni(layout, layout.nodes[1]),
  'haproxy.cfg': haproxy(layout),
  'pgbouncer.ini': pgbouncer(layout),
  'userlist.txt': `"doorward" "${layout.passwords.doorward}"\n`,
});

/**
 * Patroni. A primary that is gone is replaced when its lock has run out (`ttl`, seconds). `synchronous_mode_strict`: while there
 * is no standby, writes wait; without it they would go on, and a failover could lose what was acknowledged meanwhile.
 * `maximum_lag_on_failover`, in bytes: how much an asynchronous standby may lack and yet lead.
 */
const patroni = (layout: Layout, { name, postgres, rest }: Node): string => `scope: doorward
name: ${name}
restapi:
  listen: 127.0.0.1:${rest}
  connect_address: 127.0.0.1:${rest}
etcd3:
  host: 127.0.0.1:${layout.etcd}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 5
    primary_start_timeout: 0
    synchronous_mode: ${layout.synchronous}
    synchronous_mode_strict: ${layout.synchronous}
    maximum_lag_on_failover: 1048576
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters:
        max_connections: 200
        shared_buffers: 64MB
        wal_keep_size: 256MB
        hot_standby: 'on'
  initdb:
    - encoding: UTF8
    - locale: C
    - data-checksums
postgresql:
  listen: 127.0.0.1:${postgres}
  connect_address: 127.0.0.1:${postgres}
  data_dir: ${layout.folder}/${name}
  bin_dir: ${postgresPrograms}
  pgpass: ${layout.folder}/${name}.pgpass
  authentication:
    superuser:
      username: postgres
      password: ${layout.passwords.postgres}
    replication:
      username: replicator
      password: ${layout.passwords.replicator}
  parameters:
    password_encryption: scram-sha-256
    unix_socket_directories: ''
  pg_hba:
    - host all all 127.0.0.1/32 scram-sha-256
    - host replication replicator 127.0.0.1/32 scram-sha-256
`;

/**
 * HAProxy asks Patroni which server is which. Whoever is marked down loses its connections at once: a primary that was cut
 * off and comes back must not answer anybody from the past.
 */
const haproxy = ({ nodes, primary, replica }: Layout): string => {
  const servers = nodes
    .map(({ name, postgres, rest }) => `  server ${name} 127.0.0.1:${postgres} check port ${rest}`)
    .join('\n');
  return `global
  maxconn 1000
defaults
  mode tcp
  timeout connect 2s
  timeout client 30m
  timeout server 30m
  timeout check 2s
listen primary
  bind 127.0.0.1:${primary}
  option httpchk GET /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${servers}
listen replica
  bind 127.0.0.1:${replica}
  option httpchk GET /replica
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${servers}
`;
};

/** PgBouncer in transaction mode, before HAProxy. */
const pgbouncer = ({ folder, primary, pgbouncer: port }: Layout): string => `[databases]
doorward = host=127.0.0.1 port=${primary} dbname=doorward
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/userlist.txt
pool_mode = transaction
default_pool_size = 40
max_client_conn = 1000
server_login_retry = 1
server_connect_timeout = 3
ignore_startup_parameters = extra_float_digits
`;
