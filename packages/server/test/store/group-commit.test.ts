import { describe, expect, test } from 'vitest';
import { type GroupCommit, groupCommit, type WritingConnection } from '../../src/store/group-commit.ts';

/** A connection that only takes notes, and fails where it is told to. */
interface Notes {
  readonly connection: WritingConnection;
  readonly log: string[];
  /** How often `begin` finds the lock taken before it is free. */
  heldFor: number;
  failing: ReadonlySet<'begin' | 'commit' | 'rollback' | 'undoBody'>;
}

/** Whether a body that shared can be undone alone, since it has not written; whether each settling goes well. */
interface Manners {
  readonly undoesShared?: boolean;
  readonly settles?: boolean[];
}

function takingNotes({ undoesShared = true, settles = [] }: Manners = {}): Notes {
  const notes: Notes = {
    log: [],
    heldFor: 0,
    failing: new Set(),
    connection: {
      begin: () => {
        if (notes.failing.has('begin')) throw new Error('begin');
        if (notes.heldFor > 0) {
          notes.heldFor -= 1;
          return false;
        }
        notes.log.push('begin');
        return true;
      },
      commit: () => {
        notes.log.push('commit');
        if (notes.failing.has('commit')) throw new Error('commit');
      },
      rollback: () => {
        notes.log.push('rollback');
        if (notes.failing.has('rollback')) throw new Error('rollback');
      },
      openBody: (way) => void notes.log.push(way),
      keepBody: async () => void notes.log.push('keep'),
      undoBody: () => {
        notes.log.push('undo');
        return (
          !notes.failing.has('undoBody') &&
          (undoesShared || !notes.log.slice(0, -1).join().endsWith('shared'))
        );
      },
      settle: async () => {
        notes.log.push('settle');
        if (settles.shift() === false) throw new Error('settle');
      },
    },
  };
  return notes;
}

const unavailable = { code: 'store_unavailable', retryAfter: 1 };

const counted = (log: readonly string[], what: string): number => log.filter((line) => line === what).length;

/** Runs as many transactions at once; those whose turn is in `failing` throw. */
const many = (group: GroupCommit, count: number, failing: readonly number[] = []) =>
  Promise.allSettled(
    Array.from({ length: count }, (_, turn) =>
      group.run(async () => {
        if (failing.includes(turn)) throw new Error(`body ${turn}`);
        return turn;
      }),
    ),
  );

describe('a group', () => {
  test('transactions that wait together share one commit', async () => {
    const { connection, log } = takingNotes();
    const outcomes = await many(groupCommit(connection, 100), 200);
    expect(outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value)).toEqual([
      ...Array(200).keys(),
    ]);
    expect([counted(log, 'begin'), counted(log, 'commit'), counted(log, 'keep')]).toEqual([1, 1, 200]);
  });

  test('a commit is not kept waiting by more than its share', async () => {
    const { connection, log } = takingNotes();
    await many(groupCommit(connection, 100), 600);
    expect(counted(log, 'commit')).toBe(3);
    expect(log.indexOf('commit')).toBe(1 + 2 * 256 + 1);
  });

  const secondFails = [
    { status: 'fulfilled', value: 0 },
    { status: 'rejected', reason: new Error('body 1') },
    { status: 'fulfilled', value: 2 },
  ];

  test('a body that fails before it has written is undone alone', async () => {
    const { connection, log } = takingNotes();
    expect(await many(groupCommit(connection, 100), 3, [1])).toEqual(secondFails);
    expect(log.join(' ')).toBe('begin shared keep shared undo shared keep settle commit');
  });

  test('when one fails that has written, all are undone and run again, each behind a savepoint', async () => {
    const { connection, log } = takingNotes({ undoesShared: false });
    expect(await many(groupCommit(connection, 100), 3, [1])).toEqual(secondFails);
    expect(log.join(' ')).toBe(
      'begin shared keep shared undo rollback begin alone keep alone undo alone keep settle commit',
    );
  });

  test('what shared bodies appended cannot be written: all run again alone', async () => {
    const { connection, log } = takingNotes({ settles: [false, true] });
    expect((await many(groupCommit(connection, 100), 2)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
    ]);
    expect(log.join(' ')).toBe(
      'begin shared keep shared keep settle rollback begin alone keep alone keep settle commit',
    );
  });

  test('who makes bodies fail again and again makes hardly any group run twice', async () => {
    const { connection, log } = takingNotes({ undoesShared: false });
    const group = groupCommit(connection, 100);
    for (let round = 0; round < 64; round += 1) await many(group, 2, [0]);
    expect([counted(log, 'rollback'), counted(log, 'commit')]).toEqual([2, 64]);
  });

  test('who comes alone runs alone', async () => {
    const { connection, log } = takingNotes({ undoesShared: false });
    await many(groupCommit(connection, 100), 1, [0]);
    expect(log.join(' ')).toBe('begin alone undo settle commit');
  });

  test('bodies run one after the other, also where they wait for their own verbs', async () => {
    const { connection } = takingNotes();
    const group = groupCommit(connection, 100);
    const order: string[] = [];
    const body = (name: string) => async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
    };
    await Promise.all([group.run(body('one')), group.run(body('two'))]);
    expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });

  test('a refusal waits for the commit too: what it was based on may come to nothing', async () => {
    const notes = takingNotes();
    const group = groupCommit(notes.connection, 100);
    const refused = async (): Promise<unknown> => {
      const [, outcome] = await many(group, 2, [1]);
      return outcome?.status === 'rejected' && outcome.reason;
    };
    expect(await refused()).toEqual(new Error('body 1'));
    notes.failing = new Set(['commit']);
    expect(await refused()).toMatchObject(unavailable);
  });

  test('nobody is answered before the commit', async () => {
    const { connection, log } = takingNotes();
    const group = groupCommit(connection, 100);
    const answered = ['one', 'two'].map((name) =>
      group.run(async () => void log.push(name)).then(() => log.push('answer')),
    );
    await Promise.all(answered);
    expect(log.join(' ')).toBe('begin shared one keep shared two keep settle commit answer answer');
  });
});

describe('a commit that fails', () => {
  test('rejects all of its group, and undoes it', async () => {
    const notes = takingNotes();
    notes.failing = new Set(['commit']);
    const group = groupCommit(notes.connection, 100);
    const outcomes = await many(group, 3);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { ...unavailable, cause: new Error('commit') },
      });
    }
    expect(notes.log.at(-1)).toBe('rollback');
    notes.failing = new Set();
    await expect(group.run(async () => 'well again')).resolves.toBe('well again');
  });

  test('answers its group also when it cannot be undone', async () => {
    const notes = takingNotes();
    notes.failing = new Set(['commit', 'rollback']);
    const group = groupCommit(notes.connection, 100);
    await expect(group.run(async () => 1)).rejects.toMatchObject(unavailable);
    notes.failing = new Set();
    await expect(group.run(async () => 2)).resolves.toBe(2);
  });

  test('a database that gave up the transaction in one body takes the whole group with it', async () => {
    const notes = takingNotes();
    notes.failing = new Set(['undoBody']);
    const outcomes = await many(groupCommit(notes.connection, 100), 3, [1]);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: unavailable });
    expect(notes.log.join(' ')).toBe(
      'begin shared keep shared undo rollback begin alone keep alone undo rollback',
    );
  });
});

describe('a lock that another process holds', () => {
  test('is waited for; then the work is done', async () => {
    const notes = takingNotes();
    notes.heldFor = 3;
    await expect(groupCommit(notes.connection, 5000).run(async () => 'done')).resolves.toBe('done');
    expect(notes.log.join(' ')).toBe('begin alone keep settle commit');
  });

  test('past the wait the store is unavailable, and nothing was run', async () => {
    const notes = takingNotes();
    notes.heldFor = Number.POSITIVE_INFINITY;
    const group = groupCommit(notes.connection, 5);
    await expect(group.run(async () => expect.unreachable())).rejects.toMatchObject({
      ...unavailable,
      detail: { store: 'locked' },
    });
    notes.heldFor = 0;
    await expect(group.run(async () => 'free')).resolves.toBe('free');
  });

  test('one that cannot even be asked for counts as held', async () => {
    const notes = takingNotes();
    notes.failing = new Set(['begin']);
    await expect(groupCommit(notes.connection, 5).run(async () => 1)).rejects.toMatchObject(unavailable);
  });
});

describe('closing', () => {
  test('waits for what is queued, and refuses what comes after', async () => {
    const { connection, log } = takingNotes();
    const group = groupCommit(connection, 100);
    const queued = many(group, 300);
    const closed = group.close().then(() => counted(log, 'commit'));
    await expect(group.run(async () => 'late')).rejects.toMatchObject({
      ...unavailable,
      detail: { store: 'closing' },
    });
    expect(await closed).toBe(2);
    expect((await queued).every(({ status }) => status === 'fulfilled')).toBe(true);
  });

  test('is over at once when there is nothing to wait for, and may be asked for twice', async () => {
    const group = groupCommit(takingNotes().connection, 100);
    await group.close();
    await group.close();
    await expect(group.run(async () => 1)).rejects.toMatchObject(unavailable);
  });

  test('asked for twice while work is queued, both are answered', async () => {
    const group = groupCommit(takingNotes().connection, 100);
    const queued = many(group, 3);
    await Promise.all([group.close(), group.close()]);
    expect((await queued).length).toBe(3);
  });
});
