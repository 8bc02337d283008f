/**
 * Four intruders, each at work on the stack as deployed and a real control plane, and each ending as docs/security.md says.
 * One bring-up for all; in this order, as each leaves to the next what he has made of it.
 */
import { afterAll, beforeAll } from '@jest/globals';
import { BRING_UP_MS } from './bring-up.ts';
import { anonymousIntruder } from './intruders/anonymous.ts';
import { intruderWithClusterAdmin } from './intruders/cluster-admin.ts';
import { intruderWithFunctionRole } from './intruders/functions.ts';
import { bringUp, close } from './intruders/scene.ts';
import { intruderWithStarter } from './intruders/starter.ts';

beforeAll(bringUp, BRING_UP_MS);
afterAll(close);

anonymousIntruder();
intruderWithStarter();
intruderWithFunctionRole();
intruderWithClusterAdmin();
