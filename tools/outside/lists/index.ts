import type { OutsideList } from '../item.ts';
import { ELASTIC } from './elastic.ts';
import { KUBEHOUND } from './kubehound.ts';
import { KUBESCAPE } from './kubescape.ts';
import { RBAC_PRACTICES } from './rbac.ts';
import { SIGMA } from './sigma.ts';

export const LISTS: readonly OutsideList[] = [RBAC_PRACTICES, KUBEHOUND, KUBESCAPE, ELASTIC, SIGMA];
