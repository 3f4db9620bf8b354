#!/usr/bin/env bash
# vouch-collect.sh: collects what a PCI DSS assessor needs to know of a Kubernetes cluster, as one archive.
#
# It only reads (kubectl get, api-resources, version, auth can-i, config current-context), never Secrets, and opens no
# connection of its own. Without --run it asks the cluster nothing and writes nothing: it prints what it would do.
# What it masks on the way, and what it cannot, is in README.md beside it; the rights it needs are in clusterrole.yaml.
set -euo pipefail

SCRIPT_VERSION=1.0.0
SCHEMA=vouch.collection/1

usage() {
  cat <<'USAGE'
Usage: vouch-collect.sh [--run] [options]

  --dry-run              print every command and what would leave; ask the cluster nothing (the default)
  --run                  collect, and write one archive
  --namespaces a,b       only these namespaces (and kube-system, which names the cluster and shows its network plugin)
  --out DIR              folder for the archive (default: the current one)
  --context NAME         context of the kubeconfig
  --kubeconfig FILE      kubeconfig
  --chunk-size N         objects fetched in one piece (default 500)
  --request-timeout T    how long one request may take (default 120s)
  --help, --version

Exit codes: 0 done, 1 done but something was refused or failed (named in the archive), 2 wrong usage,
3 nothing collected, 130 interrupted (nothing is left behind).
USAGE
}

# What is read: resource.group, whether it lives in namespaces, and why. clusterrole.yaml allows exactly these.
kinds() {
  cat <<'KINDS'
namespaces                                                   cluster    names, labels and the UID of kube-system, which names the cluster
nodes                                                        cluster    addresses, versions, signs of the network plugin
pods                                                         namespaced what runs where, under which labels and addresses
services                                                     namespaced ways to pods
endpoints                                                    namespaced ways to pods
endpointslices.discovery.k8s.io                              namespaced ways to pods
serviceaccounts                                              namespaced identities of workloads
configmaps                                                   namespaced names and keys; values only of settings of the network
replicationcontrollers                                       namespaced workloads
deployments.apps                                             namespaced workloads
statefulsets.apps                                            namespaced workloads
daemonsets.apps                                              namespaced workloads; the network plugin itself
replicasets.apps                                             namespaced workloads
jobs.batch                                                   namespaced workloads
cronjobs.batch                                               namespaced workloads
deploymentconfigs.apps.openshift.io                          namespaced workloads
ingresses.networking.k8s.io                                  namespaced ways in
routes.route.openshift.io                                    namespaced ways in
gateways.gateway.networking.k8s.io                           namespaced ways in
httproutes.gateway.networking.k8s.io                         namespaced ways in
grpcroutes.gateway.networking.k8s.io                         namespaced ways in
tlsroutes.gateway.networking.k8s.io                          namespaced ways in
tcproutes.gateway.networking.k8s.io                          namespaced ways in
gateways.networking.istio.io                                 namespaced ways in
roles.rbac.authorization.k8s.io                              namespaced who may do what
rolebindings.rbac.authorization.k8s.io                       namespaced who may do what
clusterroles.rbac.authorization.k8s.io                       cluster    who may do what
clusterrolebindings.rbac.authorization.k8s.io                cluster    who may do what
validatingwebhookconfigurations.admissionregistration.k8s.io cluster    what checks changes
mutatingwebhookconfigurations.admissionregistration.k8s.io   cluster    what changes changes
customresourcedefinitions.apiextensions.k8s.io               cluster    which kinds the cluster serves (without their schemas)
networkpolicies.networking.k8s.io                            namespaced network policy
adminnetworkpolicies.policy.networking.k8s.io                cluster    network policy
baselineadminnetworkpolicies.policy.networking.k8s.io        cluster    network policy
clusternetworkpolicies.policy.networking.k8s.io              cluster    network policy
networkpolicies.crd.projectcalico.org                        namespaced network policy
globalnetworkpolicies.crd.projectcalico.org                  cluster    network policy
stagednetworkpolicies.crd.projectcalico.org                  namespaced network policy
stagedglobalnetworkpolicies.crd.projectcalico.org            cluster    network policy
stagedkubernetesnetworkpolicies.crd.projectcalico.org        namespaced network policy
networksets.crd.projectcalico.org                            namespaced network policy
globalnetworksets.crd.projectcalico.org                      cluster    network policy
hostendpoints.crd.projectcalico.org                          cluster    network policy
tiers.crd.projectcalico.org                                  cluster    network policy
felixconfigurations.crd.projectcalico.org                    cluster    settings of the network plugin
networkpolicies.projectcalico.org                            namespaced network policy, where crd.projectcalico.org does not serve it
globalnetworkpolicies.projectcalico.org                      cluster    network policy, where crd.projectcalico.org does not serve it
stagednetworkpolicies.projectcalico.org                      namespaced network policy, where crd.projectcalico.org does not serve it
stagedglobalnetworkpolicies.projectcalico.org                cluster    network policy, where crd.projectcalico.org does not serve it
stagedkubernetesnetworkpolicies.projectcalico.org            namespaced network policy, where crd.projectcalico.org does not serve it
networksets.projectcalico.org                                namespaced network policy, where crd.projectcalico.org does not serve it
globalnetworksets.projectcalico.org                          cluster    network policy, where crd.projectcalico.org does not serve it
hostendpoints.projectcalico.org                              cluster    network policy, where crd.projectcalico.org does not serve it
tiers.projectcalico.org                                      cluster    network policy, where crd.projectcalico.org does not serve it
profiles.projectcalico.org                                   cluster    network policy
felixconfigurations.projectcalico.org                        cluster    settings, where crd.projectcalico.org does not serve it
installations.operator.tigera.io                             cluster    settings of the network plugin
ciliumnetworkpolicies.cilium.io                              namespaced network policy
ciliumclusterwidenetworkpolicies.cilium.io                   cluster    network policy
ciliumcidrgroups.cilium.io                                   cluster    network policy
ciliumnodeconfigs.cilium.io                                  namespaced settings of the network plugin
authorizationpolicies.security.istio.io                      namespaced policy of the mesh
peerauthentications.security.istio.io                        namespaced policy of the mesh
destinationrules.networking.istio.io                         namespaced settings of the mesh
sidecars.networking.istio.io                                 namespaced settings of the mesh
authorizationpolicies.policy.linkerd.io                      namespaced policy of the mesh
serverauthorizations.policy.linkerd.io                       namespaced policy of the mesh
egressfirewalls.k8s.ovn.org                                  namespaced network policy
userdefinednetworks.k8s.ovn.org                              namespaced networks beside the pod network
clusteruserdefinednetworks.k8s.ovn.org                       cluster    networks beside the pod network
egressnetworkpolicies.network.openshift.io                   namespaced network policy
multi-networkpolicies.k8s.cni.cncf.io                        namespaced network policy
network-attachment-definitions.k8s.cni.cncf.io               namespaced networks beside the pod network
networkpolicies.crd.antrea.io                                namespaced network policy
clusternetworkpolicies.crd.antrea.io                         cluster    network policy
tiers.crd.antrea.io                                          cluster    network policy
clustergroups.crd.antrea.io                                  cluster    network policy
policyendpoints.networking.k8s.aws                           namespaced network policy
clusterpolicyendpoints.networking.k8s.aws                    cluster    network policy
securitygrouppolicies.vpcresources.k8s.aws                   namespaced network policy of the cloud
KINDS
}

# Masks kubectl's pretty-printed JSON line by line (one key a line, four spaces a level), or any text with mode=text.
# Every line must be of that form: otherwise it ends with 3, and nothing of the answer is kept. POSIX awk; no intervals.
filter_program() {
  cat <<'AWK'
function give(text) {
  if (buffering) { kept[++lines] = text; open_kept[lines] = text } else print text
}
function fail(why) {
  failed = 1
  printf "error: cannot mask the answer: %s, line %d\n", why, NR > "/dev/stderr"
  exit 3
}
function mask(kind) { masked++; return "masked-" kind "-aaaaaaaaaaaaaaaa" }
function is_switch(value) {
  return value == "" || tolower(value) ~ /^(true|false|yes|no|null|none)$/ || value ~ /^[$][(][A-Za-z0-9_.-]*[)]$/
}
# Names that announce a secret. Names of places, kinds and times do not: secretName, tokenFile, passwordRef.
function names_secret(name,   low) {
  low = tolower(name)
  if (low !~ /passw(or)?d|passphrase|secret|token|credential|api[_-]?key|private[_-]?key|access[_-]?key|(account|workspace|shared|signing|encryption|master|sas)[_-]?key|connection[_-]?string|(^|[^a-z])(pwd|pass|dsn|sas)([^a-z]|$)/) return 0
  return low !~ /(names?|namespaces?|refs?|file|path|dir|url|type|mode|ttl|timeout|seconds|enabled|version|provider|kind|expiration|audiences?|class|policy|format)$/
}
# One kind of secret after the other, wherever it stands in a text.
function scrub(text,   at, stop, out, low) {
  if (text ~ /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/) {
    out = ""
    while ((at = match(text, /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/)) > 0) {
      out = out substr(text, 1, at - 1) mask("private-key")
      text = substr(text, at + RLENGTH)
      stop = match(text, /-----END [A-Z0-9 ]*PRIVATE KEY-----/)
      text = stop > 0 ? substr(text, stop + RLENGTH) : ""
    }
    text = out text
  }
  if (index(text, "eyJ")) text = scrub_form(text, "eyJ[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+([.][A-Za-z0-9_-]*)?", 20, "token")
  if (text ~ /AKIA|ASIA/) text = scrub_form(text, "(AKIA|ASIA)[A-Z0-9]+", 20, "credential")
  if (text ~ /gh[opsur]_|github_pat_|gl[a-z]+-|glsa_|xox[abeprs]-|sk_live_|AIza|ya29[.]|npm_|do[opr]_v1_|SG[.]|shpat_|AGE-SECRET|hv[sb][.]|dckr_pat_|pypi-|hooks[.]slack/)
    text = scrub_form(text, "(gh[opsur]_|github_pat_|gl(pat|rt|dt|ptt|ft|soat)-|glsa_|xox[abeprs]-|sk_live_|AIza|ya29[.]|npm_|do[opr]_v1_|SG[.]|shpat_|AGE-SECRET-KEY-|hv[sb][.]|dckr_pat_|pypi-|hooks[.]slack[.]com/services/)[A-Za-z0-9_./-]+", 20, "token")
  if (text ~ /[?&6]sig=/) text = scrub_after(text, "sig=[A-Za-z0-9%+/=_-]+", 4, 0, "credential")
  if (index(text, "kty")) text = scrub_after(text, "\"(d|p|q|dp|dq|qi|k)[\\\\]?\": *[\\\\]?\"[A-Za-z0-9_=-]+", -1, 0, "private-key")
  if (text ~ /:\/\/[^ \/@"<>\\]*:[^ \/@"<>\\]+@/) text = scrub_after(text, "://[^ /@\"<>\\\\]*:[^ /@\"<>\\\\]+@", 3, 1, "url-userinfo")
  if (text ~ /(Bearer|Basic|Token) +[A-Za-z0-9+\/_.=~-]/) text = scrub_word(text)
  low = tolower(text)
  if (low ~ /passw|passphrase|secret|token|credential|key|pwd|-u|--user/) text = scrub_named(text)
  if (text ~ /[2-6][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]/) text = scrub_numbers(text)
  return text
}
function scrub_form(text, form, least, kind,   out) {
  out = ""
  while (match(text, form)) {
    out = out substr(text, 1, RSTART - 1)
    out = out (RLENGTH >= least ? mask(kind) : substr(text, RSTART, RLENGTH))
    text = substr(text, RSTART + RLENGTH)
  }
  return out text
}
function scrub_after(text, form, before, after, kind,   out, hit, start) {
  out = ""
  while (match(text, form)) {
    hit = substr(text, RSTART, RLENGTH)
    if (before < 0) { start = hit; sub(/[A-Za-z0-9_=-]+$/, "", start) } else start = substr(hit, 1, before)
    out = out substr(text, 1, RSTART - 1) start mask(kind) substr(hit, length(hit) - after + 1)
    text = substr(text, RSTART + RLENGTH)
  }
  return out text
}
function scrub_word(text,   out, hit, blank) {
  out = ""
  while (match(text, /(Bearer|Basic|Token) +[A-Za-z0-9+\/_.=~-]+/)) {
    hit = substr(text, RSTART, RLENGTH)
    blank = match(hit, / +/) + RLENGTH - 1
    match(text, /(Bearer|Basic|Token) +[A-Za-z0-9+\/_.=~-]+/)
    out = out substr(text, 1, RSTART - 1)
    out = out (length(hit) - blank >= 8 && substr(hit, blank + 1) !~ /^masked-/ ? substr(hit, 1, blank) mask("token") : hit)
    text = substr(text, RSTART + RLENGTH)
  }
  return out text
}
# name=value, name: value, "name":"value", -u user:password, in any text.
function scrub_named(text,   out, low, hit, rest, name, value) {
  out = ""
  for (;;) {
    low = tolower(text)
    if (!match(low, /([a-z0-9_.-]*(passw(or)?d|passphrase|secret|token|credential|api[_-]?key|access[_-]?key|private[_-]?key|accountkey|pwd)[a-z0-9_.-]*[\\]?["']?( *= *|: +|:[\\]?["'])[\\]?["']?|(^| )(-u|--user)[ =]+[^ :"'\\]+:)/)) break
    hit = substr(text, RSTART, RLENGTH)
    out = out substr(text, 1, RSTART - 1) hit
    rest = substr(text, RSTART + RLENGTH)
    name = hit
    sub(/[\\]?["']?( *= *|: +|:[\\]?["']).*$/, "", name)
    if (rest ~ /^=/) { text = rest; continue }
    if (!match(rest, /^[^ "',;&\\{}]+/)) { text = rest; if (text == "") break; continue }
    value = substr(rest, 1, RLENGTH)
    text = substr(rest, RLENGTH + 1)
    if (is_switch(value) || value ~ /^masked-/ || value ~ /^[$]/) out = out value
    else if (hit ~ /(-u|--user)[ =]/ || names_secret(name)) out = out mask("credential")
    else out = out value
  }
  return out text
}
# Account numbers without separators: 13 to 19 digits of a card's range that pass Luhn.
function scrub_numbers(text,   out, hit, before, after) {
  out = ""
  while (match(text, /[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]+/)) {
    hit = substr(text, RSTART, RLENGTH)
    before = RSTART > 1 ? substr(text, RSTART - 1, 1) : ""
    after = substr(text, RSTART + RLENGTH, 1)
    out = out substr(text, 1, RSTART - 1)
    out = out (before !~ /[A-Za-z0-9.]/ && after !~ /[A-Za-z0-9.]/ && is_account(hit) ? mask("pan") : hit)
    text = substr(text, RSTART + length(hit))
  }
  return out text
}
function is_account(digits,   i, digit, sum) {
  if (length(digits) > 19 || digits !~ /^(4|5[0-8]|2[2-7]|3[4-9]|30|6[0-7])/) return 0
  for (i = length(digits); i > 0; i--) {
    digit = substr(digits, i, 1) + 0
    if ((length(digits) - i) % 2 == 1) { digit *= 2; if (digit > 9) digit -= 9 }
    sum += digit
  }
  return sum % 10 == 0
}
# A text value in its place: what it becomes. level is the level of its line, key is "" for an item of an array.
function value_at(level, key, text,   inside, around) {
  inside = name[level - 1]
  around = name[level - 2]
  if (text ~ /^masked-[a-z-]+-aaaaaaaaaaaaaaaa$/) return text
  if (key ~ /last-applied-configuration$/ || key == "objectset.rio.cattle.io/applied") return mask("last-applied")
  if (in_env[level - 1] && (key == "value" || inside == "env")) return is_switch(text) ? text : mask("secret-value")
  if (key ~ /^(userData|userDataBase64|networkDataBase64)$/) return mask("secret-value")
  if (is_label[level - 1] && names_secret(key) && length(text) >= 24 && text ~ /[0-9]/ && text ~ /[A-Z]/) return mask("credential")
  if (is_label[level - 1] || key ~ /[sS]elector$/) return text
  if (key == "value" && names_secret(last_name[level]) && !is_switch(text)) return mask("credential")
  if (key == "value" && tolower(last_name[level]) ~ /authorization|cookie/) return mask("token")
  if (key != "" && names_secret(key) && !is_switch(text)) return mask("credential")
  if (key == "" && names_secret(inside) && inside !~ /^(resources|resourceNames|verbs)$/ && !is_label_list(inside)) {
    if (text !~ /^[\/$]/ && !is_switch(text)) return mask("credential")
  }
  if (key == "" && flag_before[level] && text !~ /^-/ && !is_switch(text) && text !~ /^[\/]/) return mask("credential")
  return scrub(text)
}
function is_label_list(word) { return word ~ /^(imagePullSecrets|secrets|secretNames)$/ }
function is_label_name(word) { return word ~ /^(labels|matchLabels|selector|nodeSelector|matchExpressions)$/ }
function is_setting(place) {
  return place ~ /\/(cilium-config|calico-config|canal-config|antrea-config|amazon-vpc-cni|ovnkube-config|kube-flannel-cfg)$/ || place ~ /^istio-system\/istio(-[a-z0-9-]+)?$/
}
# Of an empty List, what it is a list of: kubectl does not say it.
function typed() { return kind == "" ? held : "    \"apiVersion\": \"" api_version "\"," }
function end_item(   i, whole) {
  whole = is_setting(item_namespace "/" item_name)
  buffering = 0
  for (i = 1; i <= lines; i++) print whole ? open_kept[i] : kept[i]
  masked += whole ? open_masks : map_values
  lines = 0
}

mode == "text" { print scrub($0); next }
{
  line = $0
  sub(/\r$/, "", line)
  if (line == "" && done) next
  if (done) fail("more than one document")
  match(line, /^ */)
  depth = RLENGTH
  if (depth % 4) fail("not indented by four")
  level = depth / 4
  rest = substr(line, depth + 1)
  key = ""
  prefix = substr(line, 1, depth)
  if (rest ~ /^[]}],?$/) {
    if (level != open - 1) fail("brackets do not match")
    open--
    if (skip == level + 1) {
      skip = 0
      give(skip_start rest)
      next
    }
    if (skip) next
    give(line)
    if (maps && level == 2 && name[1] == "items") end_item()
    if (open == 0) done = 1
    next
  }
  if (level != open) fail("indented by another level")
  if (open > 0 && shape[open - 1] == "{") {
    if (!match(rest, /^"([^"\\]|\\.)*": /)) fail("no key")
    key = substr(rest, 2, RLENGTH - 4)
    prefix = prefix substr(rest, 1, RLENGTH)
    rest = substr(rest, RLENGTH + 1)
  }
  if (rest == "{" || rest == "[") {
    name[level] = key
    shape[level] = rest
    flag_before[level + 1] = 0
    last_name[level + 1] = ""
    in_env[level] = (level > 0 && in_env[level - 1]) || key == "env"
    is_label[level] = (level > 0 && is_label[level - 1]) || is_label_name(key)
    if (level == 0 && rest != "{") fail("no object")
    open++
    if (skip) next
    if (level == 2 && name[1] == "items") {
      objects++
      if (maps) { buffering = 1; lines = 0; map_values = open_masks = 0; item_name = ""; item_namespace = "" }
    }
    if (level == 1 && key == "items") { lists = 1; if (held != "") give(held); held = "" }
    if (key == "managedFields" || key == "openAPIV3Schema") { skip = level + 1; skip_start = prefix rest; next }
    give(prefix rest)
    next
  }
  if (open == 0) fail("no object")
  if (rest ~ /^([{][}]|[[][]]),?$/) {
    if (skip) next
    if (level == 1 && key == "items") {
      lists = 1
      if (held != "") give(typed())
      held = ""
    }
    give(prefix rest)
    next
  }
  if (rest ~ /^(-?[0-9][0-9.eE+-]*|true|false|null),?$/) {
    if (skip) next
    if (level == 1 && key == "items") { lists = 1; if (held != "") give(typed()); held = ""; give(prefix "[],"); next }
    if (in_env[level - 1] && key == "value" || name[level - 1] == "env") { comma = rest ~ /,$/ ? "," : ""; rest = "\"" mask("secret-value") "\"" comma }
    if (rest ~ /^[2-6][0-9]+,?$/) { comma = rest ~ /,$/ ? "," : ""; text = scrub_numbers(substr(rest, 1, length(rest) - length(comma))); if (text ~ /^m/) rest = "\"" text "\"" comma }
    give(prefix rest)
    next
  }
  if (rest !~ /^".*",?$/ || rest == "\"" || rest == "\",") fail("no value")
  if (skip) next
  comma = rest ~ /,$/ ? "," : ""
  text = substr(rest, 2, length(rest) - 2 - length(comma))
  if (level == 1 && key == "apiVersion") { held = line; next }
  if (level == 1 && key == "kind" && text == "Secret") fail("a Secret")
  if (level == 3 && key == "kind" && text == "Secret") fail("a Secret")
  if (level == 1 && key == "kind" && lists && objects == 0 && kind != "") { give("    \"kind\": \"" kind "List\"" comma); next }
  if (held != "") { give(held); held = "" }
  if (maps && name[1] == "items" && level == 4 && (name[3] == "data" || name[3] == "binaryData")) {
    give(prefix "\"masked-secret-value-aaaaaaaaaaaaaaaa\"" comma)
    map_values++
    if (name[3] == "data") { before = masked; open_kept[lines] = prefix "\"" value_at(level, key, text) "\"" comma; open_masks += masked - before; masked = before }
    next
  }
  if (maps && level == 4 && name[3] == "metadata" && key == "name") item_name = text
  if (maps && level == 4 && name[3] == "metadata" && key == "namespace") item_namespace = text
  if (key == "name" || key == "key") last_name[level] = text
  new = value_at(level, key, text)
  if (shape[level - 1] == "[") flag_before[level] = text ~ /^--?[A-Za-z0-9_.-]+$/ && names_secret(text)
  give(prefix "\"" new "\"" comma)
}
END {
  if (failed) exit 3
  if (mode == "text") exit 0
  if (!done) { printf "error: cannot mask the answer: it is cut off or empty\n" > "/dev/stderr"; exit 3 }
  if (!lists) objects = 1
  printf "%d %d\n", objects, masked > report
}
AWK
}

say() { printf '%s\n' "$*" >&2; }

refuse() {
  say "vouch-collect: $2"
  exit "$1"
}

# One JSON string; control characters become blanks.
json() {
  case $1 in
    *[!A-Za-z0-9_.,:/=@\ -]*) printf '"%s"' "$(printf '%s' "$1" | tr '\000-\037' ' ' | sed 's/\\/\\\\/g; s/"/\\"/g')" ;;
    *) printf '"%s"' "$1" ;;
  esac
}

instant() { date -u +%Y-%m-%dT%H:%M:%SZ; }

sha256() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum <"$1" | cut -d ' ' -f 1
  else shasum -a 256 <"$1" | cut -d ' ' -f 1; fi
}

run=''
namespaces=''
out=.
context=''
kubeconfig=''
chunk_size=500
request_timeout=120s

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --run) run=yes ;;
      --dry-run) run='' ;;
      --namespaces | --out | --context | --kubeconfig | --chunk-size | --request-timeout)
        if [ $# -lt 2 ] || [ -z "$2" ]; then refuse 2 "$1 needs a value"; fi
        case $1 in
          --namespaces) namespaces=$2 ;;
          --out) out=$2 ;;
          --context) context=$2 ;;
          --kubeconfig) kubeconfig=$2 ;;
          --chunk-size) chunk_size=$2 ;;
          --request-timeout) request_timeout=$2 ;;
        esac
        shift
        ;;
      --help | -h) usage; exit 0 ;;
      --version) printf 'vouch-collect.sh %s\n' "$SCRIPT_VERSION"; exit 0 ;;
      *) refuse 2 "unknown option $1; see --help" ;;
    esac
    shift
  done
  case $chunk_size in '' | *[!0-9]*) refuse 2 '--chunk-size needs a number' ;; esac
  case $request_timeout in *[!0-9smh]* | [!0-9]*) refuse 2 '--request-timeout needs a time such as 120s' ;; esac
  case $namespaces in *[!a-z0-9,-]*) refuse 2 '--namespaces needs names with commas between them' ;; esac
}

# Namespaces to read one by one, a line each; none at all where all are read at once.
namespace_list() {
  [ -z "$namespaces" ] || printf 'kube-system,%s\n' "$namespaces" | tr ',' '\n' | sed '/^$/d' | LC_ALL=C sort -u
}

connect=()
set_connection() {
  connect=("--request-timeout=$request_timeout")
  if [ -n "$context" ]; then connect+=("--context=$context"); fi
  if [ -n "$kubeconfig" ]; then connect+=("--kubeconfig=$kubeconfig"); fi
}

# The words of the one command that reads a kind: resource, scope (all, cluster, names, or a namespace).
words=()
set_words() {
  words=(get "$1")
  case $2 in
    cluster) ;;
    all) words+=(--all-namespaces) ;;
    names) while read -r one; do words+=("$one"); done <<<"$(namespace_list)"; words+=(--ignore-not-found) ;;
    *) words+=("--namespace=$2") ;;
  esac
  words+=(--output=json "--chunk-size=$chunk_size")
}

print_plan() {
  local resource scope why
  cat <<PLAN
Dry run: nothing is asked of the cluster and nothing is written. With --run this would be done:

First: kubectl version --output=json; kubectl config current-context; kubectl api-resources
Then, for every kind below that the cluster serves: kubectl auth can-i list KIND, and one command:

PLAN
  kinds | while read -r resource scope why; do
    if [ "$scope" = namespaced ]; then scope=${namespaces:+NAMESPACE}; fi
    if [ "$resource" = namespaces ] && [ -n "$namespaces" ]; then scope=names; fi
    set_words "$resource" "${scope:-all}"
    printf '  kubectl %s\n      %s\n' "${words[*]}" "$why"
  done
  if [ -n "$namespaces" ]; then
    printf '\nNAMESPACE is each of: %s\n' "$(namespace_list | tr '\n' ' ')"
  fi
  cat <<PLAN

Secrets, events and logs are never read.
What would leave is one archive, $out/vouch-collection-TIME.tar.gz, holding the answers after masking
(all values of environment variables and of ConfigMaps other than the network's settings, earlier copies of objects
in annotations, managedFields, schemas, and whatever shows itself as a secret; README.md says it in full), what was
refused, and manifest.json: versions, the name of the context, every command with its outcome, and SHA-256 of every file.
PLAN
}

work=''
part=''
child=''
clean_up() {
  if [ -n "$child" ]; then
    kill -TERM -- "-$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  if [ -n "$part" ]; then rm -f -- "$part"; fi
  if [ -n "$work" ]; then rm -rf -- "$work"; fi
}

# Runs a function as a job of its own process group, so that an interruption ends it at once.
in_job() {
  local status=0
  "$@" </dev/null &
  child=$!
  wait "$child" || status=$?
  child=''
  return "$status"
}

ask() { kubectl "${connect[@]}" "$@"; }
# Nothing unmasked touches the disk: the answer goes through the filter.
ask_masked() {
  local target=$1 kind=$2 api_version=$3 maps=$4 status
  shift 4
  set +e
  ask "$@" 2>"$work/stderr" | LC_ALL=C awk -v kind="$kind" -v api_version="$api_version" -v maps="$maps" \
    -v report="$work/report" -f "$work/filter.awk" >"$target" 2>"$work/filter-error"
  status=("${PIPESTATUS[@]}")
  set -e
  printf '%s %s\n' "${status[0]}" "${status[1]}" >"$work/status"
}
ask_to_file() { local target=$1; shift; ask "$@" >"$target" 2>"$work/stderr"; }

troubles=0
# Reads one kind in one scope and notes what came of it.
read_kind() {
  local resource=$1 scope=$2 kind=$3 api_version=$4
  local folder='' place file allowed=unknown outcome asked=0 filtered=0 objects=0 masked=0 maps=''
  case $scope in
    cluster | all | names) folder=cluster; place='' ;;
    *) folder="namespaces/$scope"; place=$scope ;;
  esac
  mkdir -p "$top/$folder"
  file="$folder/$resource.json"
  if [ "$resource" = configmaps ]; then maps=yes; fi
  can_i "$resource" "$scope"
  set_words "$resource" "$scope"
  rm -f "$work/report" "$work/status"
  in_job ask_masked "$top/$file" "$kind" "$api_version" "$maps" "${words[@]}" || true
  read -r asked filtered <"$work/status"
  if [ "$asked" = 0 ] && [ "$filtered" = 0 ]; then
    read -r objects masked <"$work/report"
    outcome=objects
    if [ "$objects" = 0 ]; then outcome=none; fi
  else
    rm -f "$top/$file"
    file="$folder/$resource.error.txt"
    if [ "$asked" = 0 ]; then cat "$work/filter-error" >"$work/stderr"; fi
    LC_ALL=C awk -v mode=text -f "$work/filter.awk" "$work/stderr" >"$top/$file"
    outcome=failed
    if grep -q '(Forbidden)' "$top/$file"; then outcome=forbidden; fi
    if grep -q "^error: the server doesn't have a resource type" "$top/$file"; then
      printf 'error: it could not be told whether the cluster serves %s\n' "$resource" >"$top/$file"
    fi
    troubles=$((troubles + 1))
  fi
  say "  $resource${place:+ in $place}: $outcome$([ "$outcome" = objects ] && printf ' (%s, %s masked)' "$objects" "$masked")"
  note_read "$resource" "$kind" "$api_version" "$place" "$outcome" "$allowed" "$asked" "$objects" "$masked" \
    "$file" "kubectl ${words[*]}"
}

# Sets allowed of its caller: whether the account may list the kind, as the API server says.
can_i() {
  local scope=()
  case $2 in
    cluster | names) ;;
    all) scope=(--all-namespaces) ;;
    *) scope=("--namespace=$2") ;;
  esac
  in_job ask_to_file "$work/answer" auth can-i list "$1" ${scope[@]+"${scope[@]}"} || true
  case $(head -n 1 "$work/answer") in yes*) allowed=yes ;; no*) allowed=no ;; esac
}

between=''
note_read() {
  {
    printf '%s    { "resource": %s' "$between" "$(json "$1")"
    if [ -n "$2" ]; then printf ', "kind": %s, "apiVersion": %s' "$(json "$2")" "$(json "$3")"; fi
    if [ -n "$4" ]; then printf ', "namespace": %s' "$(json "$4")"; fi
    printf ', "outcome": %s' "$(json "$5")"
    if [ -n "${6:-}" ]; then
      printf ', "mayList": %s, "exitCode": %d, "objects": %d, "masked": %d, "file": %s, "command": %s' \
        "$(json "$6")" "$7" "$8" "$9" "$(json "${10}")" "$(json "${11}")"
    fi
    printf ' }'
  } >>"$work/reads"
  between=$',\n'
}

# resource.group, apiVersion and kind of everything that is served and can be listed, a line each.
parse_api_resources() {
  LC_ALL=C awk '
    NR == 1 { if ($0 !~ /APIVERSION/) exit 4; next }
    NF >= 4 {
      version = $(NF - 2); group = version
      if (sub(/\/[^\/]*$/, "", group) == 0) group = ""
      print $1 (group == "" ? "" : "." group), version, $NF
    }' "$1"
}

collect_kinds() {
  local resource scope why api_version kind one
  kinds >"$work/kinds"
  while read -r resource scope why <&3; do
    if is_read_as_crd "$resource"; then
      note_read "$resource" '' '' '' skipped
      continue
    fi
    read -r api_version kind <<<"$(served "$resource")"
    if [ -z "$kind" ] && ! is_unsure "$resource"; then
      note_read "$resource" '' '' '' not-served
    elif [ "$resource" = namespaces ] && [ -n "$namespaces" ]; then
      read_kind "$resource" names "$kind" "$api_version"
    elif [ "$scope" = cluster ]; then
      read_kind "$resource" cluster "$kind" "$api_version"
    elif [ -z "$namespaces" ]; then
      read_kind "$resource" all "$kind" "$api_version"
    else
      while read -r one <&4; do
        read_kind "$resource" "$one" "$kind" "$api_version"
      done 4<<<"$(namespace_list)"
    fi
  done 3<"$work/kinds"
}

# apiVersion and kind of a resource that the cluster serves; nothing where it serves none.
served() { awk -v want="$1" '$1 == want { print $2, $3; exit }' "$work/served"; }

# Whether the cluster could not say if it serves a resource: the API server behind its group did not answer.
is_unsure() {
  local group=${1#*.}
  [ "$discovery" = partial ] || return 1
  grep -q 'unable to retrieve the complete list of server APIs' "$work/discovery" || return 0
  if [ "$group" = "$1" ]; then grep -qF ' v1:' "$work/discovery"; else grep -qF " $group/" "$work/discovery"; fi
}

# Calico's kinds are often served twice, by its storage group and by its API server: one of them is enough.
is_read_as_crd() {
  case $1 in
    *.crd.projectcalico.org) return 1 ;;
    *.projectcalico.org) [ -n "$(served "${1%.projectcalico.org}.crd.projectcalico.org")" ] ;;
    *) return 1 ;;
  esac
}

# gitVersion of one half (clientVersion, serverVersion) of the answer of kubectl version.
version_in() {
  awk -v half="\"$1\"" 'index($0, half) { inside = 1 } inside && /"gitVersion"/ { gsub(/.*: "|",?$/, ""); print; exit }' "$work/version"
}

list_files() {
  local first=yes file
  (cd "$top" && find . -type f | sed 's|^\./||' | LC_ALL=C sort) >"$work/files"
  while read -r file; do
    [ -n "$first" ] || printf ',\n'
    first=''
    printf '    { "path": %s, "bytes": %d, "sha256": "%s" }' "$(json "$file")" "$(wc -c <"$top/$file")" "$(sha256 "$top/$file")"
  done <"$work/files"
}

write_manifest() {
  local one first=yes
  {
    printf '{\n  "schema": "%s",\n' "$SCHEMA"
    printf '  "script": { "name": "vouch-collect.sh", "version": "%s", "sha256": "%s" },\n' "$SCRIPT_VERSION" "$(sha256 "$0")"
    printf '  "started": "%s",\n  "ended": "%s",\n' "$started" "$(instant)"
    printf '  "context": %s,\n' "$(json "$context_name")"
    printf '  "kubectlVersion": %s,\n  "serverVersion": %s,\n' "$(json "$(version_in clientVersion)")" "$(json "$(version_in serverVersion)")"
    printf '  "discovery": "%s",\n  "namespaces": [' "$discovery"
    while read -r one; do
      [ -n "$one" ] || continue
      [ -n "$first" ] || printf ', '
      first=''
      json "$one"
    done <<<"$(namespace_list)"
    printf '],\n  "reads": [\n%s\n  ],\n  "files": [\n' "$(cat "$work/reads")"
    list_files
    printf '\n  ]\n}\n'
  } >"$work/manifest"
  mv "$work/manifest" "$top/manifest.json"
}

read_options "$@"
set_connection
if [ -z "$run" ]; then
  print_plan
  exit 0
fi

for tool in kubectl awk sed tar gzip find sort; do
  command -v "$tool" >/dev/null 2>&1 || refuse 3 "$tool was not found"
done
command -v sha256sum >/dev/null 2>&1 || command -v shasum >/dev/null 2>&1 || refuse 3 'neither sha256sum nor shasum was found'
if [ ! -d "$out" ] || [ ! -w "$out" ]; then refuse 2 "cannot write to the folder $out"; fi

umask 077
set -m
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
work=$(mktemp -d "${TMPDIR:-/tmp}/vouch-collect.XXXXXX")
started=$(instant)
title="vouch-collection-$(date -u +%Y%m%dT%H%M%SZ)"
archive="$out/$title.tar.gz"
[ ! -e "$archive" ] || refuse 2 "$archive is there already"
top="$work/$title"
mkdir "$top"
: >"$work/reads"
filter_program >"$work/filter.awk"

in_job ask_to_file "$work/version" version --output=json || refuse 3 "the cluster does not answer: $(head -n 1 "$work/stderr")"
context_name=$context
if [ -z "$context_name" ] && in_job ask_to_file "$work/answer" config current-context; then context_name=$(head -n 1 "$work/answer"); fi
discovery=complete
in_job ask_to_file "$top/api-resources.txt" api-resources --verbs=list || discovery=partial
cp "$work/stderr" "$work/discovery"
parse_api_resources "$top/api-resources.txt" >"$work/served" || refuse 3 'kubectl is too old: its api-resources prints no APIVERSION (1.20 or later is needed)'
[ -s "$work/served" ] || refuse 3 'the cluster names no kinds that can be read'

say "Collecting from ${context_name:-the cluster} ..."
collect_kinds
write_manifest

part="$out/.$title.$$.part"
COPYFILE_DISABLE=1 tar -cf - -C "$work" "$title" | gzip -n >"$part"
mv -- "$part" "$archive"
part=''
say "Wrote $archive"
say "SHA-256 $(sha256 "$archive") (tell the assessor by another way)"
if [ "$troubles" -gt 0 ]; then
  say "$troubles kinds were refused or failed; they are named above and in the archive"
  exit 1
fi
