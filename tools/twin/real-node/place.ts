/** Names and addresses of the node, the same in each run: every run has networks of its own. */
export const NODE_NAME = 'ip-10-0-9-10.ec2.internal';
export const NODE_ADDRESS = '10.0.9.10';
/** The router, as the node sees it: the network behind it is "the internet". */
export const GATEWAY = '10.0.9.1';
export const NODE_NETWORK = '10.0.9.0/24';
/** Pods get these, out of the node's network as with the VPC CNI. */
export const POD_ADDRESSES = { first: '10.0.9.20', last: '10.0.9.250' };
/** A host of the internet that is an attacker's; TEST-NET-2, which nobody has. */
export const ATTACKER = '198.51.100.7';
export const ATTACKER_NAME = 'attacker.example.com';
/** Where the instance's metadata is served. */
export const METADATA_ADDRESS = '169.254.169.254';
/** Label of the node, for pods that have to run on it. */
export const REAL_NODE = { 'twin/real': 'true' };
/** Cluster addresses of Services. */
export const API_SERVICE = '10.100.0.1';
export const DNS_SERVICE = '10.100.0.10';
export const CLUSTER_DOMAIN = 'cluster.local';
/** Port on the node that leads to the API server. */
export const API_RELAY_PORT = 6443;
