/**
 * The peer: what a responder would write with kubectl, to the same end. One kubectl a kind wherever it takes many names. It sets
 * no quarantine label, so the admission policies do not hold it; what else it lacks is in the notes of docs/benchmarks.md.
 */
export const SCRIPT = `
set -uo pipefail
cd "$FOLDER"
k() { "$KUBECTL" --kubeconfig "$KUBECONFIG" "$@"; }
n() { k --namespace "$NAMESPACE" "$@"; }
mark() { echo "$1 $(date +%s%3N)" >> marks; }
# Names of what a kind has, for a command that takes many of them; nothing is done where there are none.
each() { local kind=$1; shift; n get "$kind" --output name --selector "\${SELECTOR:-}" | xargs --no-run-if-empty --max-args 500 -- "$KUBECTL" --kubeconfig "$KUBECONFIG" --namespace "$NAMESPACE" "$@"; }
BY_HAND='!endpointslice.kubernetes.io/managed-by'
ELSEWHERE='{{range .items}}{{$n := .}}{{range .subjects}}{{if eq .kind "ServiceAccount"}}{{if eq .namespace "'"$NAMESPACE"'"}}{{if ne $n.metadata.namespace "'"$NAMESPACE"'"}}{{$n.metadata.namespace}} {{$n.metadata.name}}{{"\\n"}}{{end}}{{end}}{{end}}{{end}}{{end}}'
# What the API server refuses in a manifest of something that is not there any more.
plain() { sed -E '/^    (resourceVersion|uid|creationTimestamp|generation):/d'; }

snapshot() {
  local kinds
  kinds=$(k api-resources --namespaced --verbs list --output name | grep -vE '^(secrets|events)(\\.|$)' | paste -sd,)
  n get "$kinds" --output yaml > all.yaml
  k get rolebindings,clusterrolebindings --all-namespaces --output yaml > bindings.yaml
  [ -e changed.yaml ] && return
  n get services,networkpolicies,ingresses,deployments,cronjobs --output yaml | plain > changed.yaml
  n get serviceaccounts,rolebindings --output yaml | plain > deleted.yaml
  n get endpointslices --selector "$BY_HAND" --output yaml | plain > slices.yaml
  k get rolebindings --all-namespaces --output go-template="$ELSEWHERE" > elsewhere
  awk '{print $1}' elsewhere | sort -u | while read -r space; do
    awk -v s="$space" '$1 == s {print $2}' elsewhere | xargs --max-args 500 -- "$KUBECTL" --kubeconfig "$KUBECONFIG" --namespace "$space" get rolebindings --output yaml | plain
  done > elsewhere.yaml
}
disable() {
  k label namespace "$NAMESPACE" --overwrite pod-security.kubernetes.io/enforce=restricted $DRY
  n get quota deny > /dev/null 2>&1 || n create quota deny --hard pods=0,services=0,configmaps=0,secrets=0,count/deployments.apps=0,count/jobs.batch=0 $DRY
}
network() {
  n apply $DRY -f - <<< '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"deny-all","labels":{"deny":"all"}},"spec":{"podSelector":{},"policyTypes":["Ingress","Egress"]}}'
  SELECTOR='!deny' each networkpolicies patch --type merge --patch '{"spec":{"policyTypes":["Ingress","Egress"],"ingress":null,"egress":null}}' $DRY
  SELECTOR=$BY_HAND each endpointslices delete --wait=false $DRY
  each services patch --type merge --patch '{"spec":{"selector":{"quarantined":"yes"}}}' $DRY
  each ingresses patch --type merge --patch '{"spec":{"ingressClassName":"quarantined"}}' $DRY
}
identity() {
  each rolebindings delete --wait=false $DRY
  k get rolebindings --all-namespaces --output go-template="$ELSEWHERE" > now
  awk '{print $1}' now | sort -u | while read -r space; do
    awk -v s="$space" '$1 == s {print $2}' now | xargs --max-args 500 -- "$KUBECTL" --kubeconfig "$KUBECONFIG" --namespace "$space" delete rolebindings --wait=false $DRY
  done
  each serviceaccounts delete --wait=false $DRY
  CUT=$(date +%s%3N)
  mark force
}
evidence() {
  n get pods,events,persistentvolumeclaims --output yaml > evidence.yaml
  n logs --selector '!none' --all-containers --ignore-errors --tail -1 --max-log-requests 5000 > logs 2>&1
}
verify() {
  local left=$((12000 - ($(date +%s%3N) - CUT)))
  [ "$left" -gt 0 ] && sleep "$(printf '%d.%03d' $((left / 1000)) $((left % 1000)))"
  mark waited
  n run probe --image registry.k8s.io/pause:3.10 --dry-run=server > refused 2>&1 && echo 'a pod can be created' >&2
  k auth can-i --list --namespace "$NAMESPACE" --as "system:serviceaccount:$NAMESPACE:default" > rights
  n get networkpolicies,services,endpointslices,serviceaccounts,rolebindings,quota --output yaml > after.yaml
  k get rolebindings,clusterrolebindings --all-namespaces --output yaml > bindings-after.yaml
  mark proofs
}
isolate() { snapshot; disable; network; identity; evidence; }
remove() {
  each deployments patch --type merge --patch '{"spec":{"replicas":0}}' $DRY
  each cronjobs patch --type merge --patch '{"spec":{"suspend":true}}' $DRY
  [ -n "$DRY" ] && return
  [ -z "$(n get pods --output name | head -1)" ] || n wait --for delete pods --all --timeout 300s
  sleep 3
  [ -z "$(n get pods --output name | head -1)" ] || echo 'there are pods again' >&2
  n get pods,deployments,replicasets,jobs,persistentvolumeclaims --output yaml > removed.yaml
}
release() {
  k label namespace "$NAMESPACE" pod-security.kubernetes.io/enforce-
  n delete quota deny
  n create -f deleted.yaml
  n create -f slices.yaml
  n delete networkpolicy deny-all
  n replace -f changed.yaml
  n get services,networkpolicies,ingresses,deployments,cronjobs,serviceaccounts,rolebindings --output yaml > released.yaml
}
: > marks
case $MODE in
  plan) DRY=--dry-run=server; isolate; remove ;;
  isolate) DRY=; isolate; verify ;;
  remove) DRY=; isolate; verify; remove ;;
  release) DRY=; release ;;
esac > out 2> errors
exit 0
`;
