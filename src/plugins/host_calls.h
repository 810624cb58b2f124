// The calls of tasks to the server: names and arguments of the host calls (RunContext::host_call, WorkerLink's
// HostCall).
//
// Arguments and results are values; an argument that is null or absent takes its default. Every call is made on behalf
// of one task run, which decides tenant, namespace and rights: the server checks access to other namespaces (CORE-2,
// KV-8). A failed call returns {code, message}; the task fails with this message.
#pragma once

#include <string_view>

namespace gyr::plugins::host_calls {

// ---- key-value store (spec 04 section 3). `namespace`: null means the flow's own.

/// {namespace, key, value, overwrite: true, mustExist: false, ttl: duration, description} → null. Stores a value with
/// its type: text, number, boolean, instant, local date, duration, list, map, null. Refuses an invalid key (KV-2), a
/// negative ttl, an existing key if `overwrite` is false (KV-6), and a missing key if `mustExist` is true (CORE-57).
inline constexpr std::string_view kv_set = "kv.set";
/// {namespace, key} → {found: boolean, value}. Without `namespace`, a key that the namespace of the flow does not have
/// is looked up in its parents, the nearest first (KV-10). An expired value is an error and is removed (KV-4).
inline constexpr std::string_view kv_get = "kv.get";
/// {namespace, key} → boolean: whether the key existed and had not expired.
inline constexpr std::string_view kv_delete = "kv.delete";
/// {namespace, prefix: ""} → list of the live keys of that namespace alone, in order.
inline constexpr std::string_view kv_keys = "kv.keys";
/// {namespace, keyPattern: "*", type: "key" or "version", expiredOnly: true, before: instant, keepAmount} → number of
/// removed versions. `key`: all versions of expired keys, or of all keys if `expiredOnly` is false (CORE-56);
/// `version`: old versions by `before` or `keepAmount` (CORE-65).
inline constexpr std::string_view kv_purge = "kv.purge";
/// {namespaces: list, namespacePattern, includeChildNamespaces: true} → list of the namespaces chosen among those that
/// have keys or namespace files; all where neither is given, both are refused.
inline constexpr std::string_view data_namespaces = "data.namespaces";

// ---- namespace files (spec 04 section 2). Contents are fetched as `nsfile://<namespace>/<path>` by plugin::Files.

/// {namespace} → list of the paths of all its files, each with a leading `/`, in order; no directories. A namespace
/// that does not exist has none.
inline constexpr std::string_view namespace_files_list = "namespace-files.list";
/// {namespace, path, uri, conflict: "OVERWRITE", "ERROR" or "SKIP"} → the URI of the new revision; null if a file
/// exists and is kept. `uri`: a file of the running execution. It is moved: it becomes the revision (NSF-3, NSF-6).
inline constexpr std::string_view namespace_files_put = "namespace-files.put";
/// {namespace, path, deleteParentFolder: false} → boolean: whether the file existed (CORE-62).
inline constexpr std::string_view namespace_files_delete = "namespace-files.delete";
/// {namespace, filePattern: "*", before: instant, keepAmount} → number of removed revisions (CORE-64, CORE-65).
inline constexpr std::string_view namespace_files_purge = "namespace-files.purge";

// ---- executions of a ForEachItem

/// {from: 0} → {lines: text of Ion, next: integer or null}. Of the `_merge` task: the flow outputs of the executions
/// that its ForEachItem has run, from the files below `subflowOutputsBaseUri`, in order of the batches, some at a time.
/// Those without outputs are left out.
inline constexpr std::string_view items_outputs = "for-each-item.outputs";
/// {from: 0} → {outputs: list, next: integer or null}. Of the task that a Loop makes: `{item, outputs}` of its
/// iterations, in order, some at a time.
inline constexpr std::string_view loop_outputs = "loop.outputs";
// ---- executions, their logs and files (spec 04 sections 7.3 to 7.8). `executionId` null: the running execution.
// `namespace` and `flowId` select the flow of the execution; the default is the flow of the caller (CORE-3).

/// {flows: list of {namespace, flowId}, namespaces: list, states: list, startDate, endDate: instants} → {flows: list of
/// counts, namespaces: list of counts}, in the order of the request (CORE-98). The dates refer to the start of an
/// execution.
inline constexpr std::string_view executions_count = "executions.count";
/// {executionId, namespace, flowId, propagateKill: true} → null. An execution that has ended is killed with its
/// children; it is an error if the children are to be left alone.
inline constexpr std::string_view executions_kill = "executions.kill";
/// {namespace, flowId, states, startDate, endDate, purgeExecution, purgeLog, purgeMetric, purgeStorage, batchSize,
/// page} → {executions, logs, storages, metrics: counts, more: boolean}. One batch of ended executions, the oldest
/// first (CORE-100). Where the executions stay the caller counts `page` up.
inline constexpr std::string_view executions_purge = "executions.purge";
/// {executionId, namespace, flowId, tasksId: list, level, page} → {lines: list of log entries, more: boolean}; in order
/// of time.
inline constexpr std::string_view logs_fetch = "logs.fetch";
/// {namespace, flowId, executionId, logLevels: list, startDate, endDate} → {count, more: boolean}. One batch (CORE-72).
inline constexpr std::string_view logs_purge = "logs.purge";
/// {} → list of the URIs of all files of the running execution; the files are removed (CORE-43).
inline constexpr std::string_view files_purge = "files.purge";
/// {namespace, flowId, startDate, endDate, dryRun: true, after: text} → {scanned, purged, files: counts, after: text or
/// null}. Processes some of the execution folders that were last written in the window; pass the returned `after` to
/// process the next ones (CORE-105).
inline constexpr std::string_view storage_purge = "storage.purge";

// ---- states of flows, in the key-value store (CORE-92, KV-20). `shared`: of the namespace instead of the flow;
// `value`: of the iteration; null: one state for all iterations.

/// {name, shared, value, data: map} → {key, count}: merges the data into the stored state; returns the number of
/// entries.
inline constexpr std::string_view state_set = "state.set";
/// {name, shared, value} → {key, found: boolean, data: map}
inline constexpr std::string_view state_get = "state.get";
/// {name, shared, value} → {key, found: boolean}: whether the state existed.
inline constexpr std::string_view state_delete = "state.delete";

// ---- encryption

/// {value: text} → the stored form of SEC-31: {type: "io.kestra.datatype:aes_encrypted", value}. Refused if the
/// installation has no key.
inline constexpr std::string_view encrypt = "encrypt";

// ---- executions

/// {executionId: the current one, namespace, flowId: the current flow, inputs: map} → null. Resumes a paused execution
/// of that flow with the inputs of its pause (CORE-86). Refused if the execution is not paused or an input is invalid.
inline constexpr std::string_view execution_resume = "execution.resume";

// ---- triggers

/// {trigger, namespace, flowId: the own flow, enabled: false} → null. Switches a trigger that has dates or is hosted on
/// or off (TRIG-211).
inline constexpr std::string_view triggers_toggle = "triggers.toggle";

}  // namespace gyr::plugins::host_calls
