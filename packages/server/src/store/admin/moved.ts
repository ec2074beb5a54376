/** A store whose data have moved: whoever still comes to it is told where they are. */

import { SchemaRefused } from '../migrate.ts';

/** The data of this store are elsewhere; nothing was done here. */
export class StoreMoved extends SchemaRefused {
  /** Where, sealed by whoever moved them; undefined where only that they have gone is known. */
  readonly target: Uint8Array | undefined;

  constructor(target?: Uint8Array) {
    super('The data of this store have moved.');
    this.target = target;
  }
}

/** Data are being brought to this store. */
export class StoreFilling extends SchemaRefused {
  constructor() {
    super(
      'Data are being moved into this database. Wait for "doorward move", or let it begin anew with an empty one.',
    );
  }
}
