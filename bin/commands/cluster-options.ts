import { type Command, InvalidArgumentError, Option } from 'commander';
import { ACCOUNT, EKS_CLUSTER, REGION } from '../../functions/kubernetes/names/aws.ts';

/** Adds the options that choose a cluster. */
export const withCluster = (command: Command): Command =>
  command
    .option('--kubeconfig <file>', 'the kubeconfig (default: the files of $KUBECONFIG, else ~/.kube/config)')
    .option('--context <name>', 'the context in it (default: its current one)')
    .addOption(
      clusterOption(' in Amazon EKS, which needs no kubeconfig; with --kubeconfig or --context, only its name'),
    )
    .addOption(regionOption('Region of the EKS cluster (default: that of your environment or profile)'));

/** A value that must match; EKS and AWS give the grammars. */
const matching = (pattern: RegExp, what: string) => (value: string) => {
  if (!pattern.test(value)) throw new InvalidArgumentError(`This is not a valid ${what}.`);
  return value;
};

/** @param note what stands behind the description, as `, where the input does not say` */
export const clusterOption = (note = ''): Option =>
  new Option('--cluster <name>', `name of the cluster${note}`).argParser(
    matching(EKS_CLUSTER, 'name of an EKS cluster'),
  );

/** @param what the whole description: it is not the Region of a cluster everywhere */
export const regionOption = (what: string): Option =>
  new Option('--region <region>', what).argParser(matching(REGION, 'AWS Region, as eu-west-1'));

/** @param note as of {@link clusterOption} */
export const accountOption = (note = ''): Option =>
  new Option('--account <id>', `its AWS account${note}`).argParser(matching(ACCOUNT, 'account id of 12 digits'));
