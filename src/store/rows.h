// The rows of the store as plain data: what a commit writes and a read gives.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/value.h"
#include "model/execution.h"
#include "model/trigger_state.h"

namespace gyr::store {

/// One revision of a flow. Deleting writes a revision with `deleted` (FLOW-91).
struct FlowRow {
  model::FlowKey key;
  int32_t revision = 1;
  std::string source;  ///< byte for byte as posted, without a top-level `revision:` line (FLOW-1)
  bool deleted = false;
  bool disabled = false;
  base::Instant updated;
  std::vector<model::Label> labels;
  std::string description;
  std::string exception;  ///< why it does not parse any more (FLOW-94), empty normally
};

/// How much the executor has to do with an execution after a restart.
enum class Activity : uint8_t {
  ended = 0,   ///< nothing left to do
  active = 1,  ///< loaded at start and moved on
  idle = 2,    ///< waits for a message or for `wake_at`; stays a row (principle: idle executions are rows)
};

/// One execution as the store keeps it, without its task runs.
struct ExecutionRow {
  model::Execution execution;
  Activity activity = Activity::active;
  std::optional<base::Instant> wake_at;  ///< earliest deadline of anything in it
  /// Counts the aborts of the process during which this execution was being advanced; two make a quarantine.
  uint8_t aborts = 0;
  bool quarantined = false;
  /// Engine's own state beside execution and task runs (counts of finished iterations …), opaque here.
  std::string engine_state;
};

/// One task run as the store keeps it.
struct TaskRunRow {
  base::Id execution_id;
  uint32_t position = 0;  ///< place in taskRunList: order of creation (TASK-28)
  model::TaskRun run;
  std::string engine_state;  ///< opaque: deadlines, child ids, counts per state
};

/// A durable message to an entity of another partition, or to oneself (principle: durable messages). Written by the
/// sender's commit, deleted by the commit that applies it. The same id twice is one message.
struct InboxMessage {
  base::Id id;
  uint16_t slot = 0;  ///< of the receiving flow
  base::Id target;    ///< the receiving execution; none: the flow
  std::shared_ptr<const model::FlowKey> flow;
  uint8_t kind = 0;  ///< meaning and payload belong to the executor
  std::string payload;
};
/// A stored message with its place in the queue: first in first out per target.
struct StoredMessage {
  int64_t sequence = 0;
  InboxMessage message;
};

/// Deleting keeps the key's last revision for a while, hidden: a key set again counts on from there (KV-7), so what is
/// stored may have a higher revision than what was given.
struct KvRow {
  std::string tenant;
  std::string namespace_;
  std::string key;
  std::string type;  ///< STRING NUMBER BOOLEAN DATETIME DATE DURATION JSON
  base::Value value;
  std::string description;
  int32_t revision = 1;
  base::Instant created;
  base::Instant updated;
  std::optional<base::Instant> expires;
};

/// One version of a key, without its value (KV-1).
struct KvVersion {
  std::string key;
  int32_t revision = 1;
  bool deleted = false;  ///< whether the key is, or was with this version
  base::Instant updated;
  std::optional<base::Instant> expires;
};

/// A secret as it is kept (SEC-5, SEC-6): what `value` says only the key called `key_id` tells.
struct SecretRow {
  std::string tenant;
  std::string namespace_;
  std::string key;  ///< in upper case
  std::string description;
  std::vector<std::pair<std::string, std::string>> tags;
  std::string key_id;
  std::string value;  ///< encrypted
  base::Instant created;
  base::Instant updated;
};

/// What is configured of a namespace (GOV-1). A namespace that only flows make has no row.
struct NamespaceRow {
  std::string tenant;
  std::string id;
  base::Value body;  ///< description, variables, pluginDefaults as they were given
  base::Instant created;
  base::Instant updated;
};

/// A dashboard as its author wrote it (CORE-110).
struct DashboardRow {
  std::string tenant;
  std::string id;
  std::string title;  ///< of the source, for lists
  std::string description;
  std::string source;  ///< YAML, byte for byte
  base::Instant created;
  base::Instant updated;
};

/// TemplateRow::version of one that must not be there yet: where it is, its batch is refused with store_conflict.
inline constexpr int64_t new_template = -1;

/// One version of a template (TASK-41). The newest tells whether it is there: deleting it writes a version with
/// `deleted`, and what stands before stays, for executions that began with it.
struct TemplateRow {
  std::string tenant;
  std::string namespace_;
  std::string id;
  int64_t version = 0;  ///< from 1; given by the store, which is told no more than new_template
  bool deleted = false;
  base::Instant updated;
  std::string source;  ///< YAML, byte for byte
};

/// One revision of a namespace file (NSF-1). The newest revision of a path tells whether the file is there: deleting it
/// writes that row with `deleted` (NSF-4), so that the history stays and numbers go on (NSF-3).
struct NamespaceFileRow {
  std::string tenant;
  std::string namespace_;
  std::string path;  ///< starts with `/`
  int32_t revision = 1;
  bool deleted = false;
  uint64_t size = 0;
  base::Instant created;
  base::Instant updated;
};

/// The state of one trigger is a row as it stands: its key is flow and trigger id (TRIG-190).
using TriggerRow = model::TriggerState;
using TriggerKind = model::TriggerKind;
using Backfill = model::Backfill;

/// What has come together in one time window of a Flow trigger (TRIG-127). Belongs to the partition of the listening
/// flow and is committed with the executions it starts.
struct WindowRow {
  std::shared_ptr<const model::FlowKey> flow;
  std::string trigger_id;
  std::string window_id;  ///< names the conditions that must come together, unique in the trigger
  int64_t start = 0;      ///< which of the windows; 0 where there is but one that slides
  base::Instant expires;  ///< nothing can come together in it any more
  std::string record;     ///< opaque: see engine/trigger/window_state.h
};

/// What a kill switch does to what it names (EXEC-99). The numbers are stored; a higher one wins.
enum class SwitchEffect : uint8_t { pass = 0, cancel = 1, kill = 2, ignore = 3 };

/// One kill switch (OPS-13): empty parts of its scope mean all; the flow needs the namespace, that the tenant.
struct KillSwitchRow {
  std::string id;
  std::string name;
  std::string tenant;
  std::string namespace_;            ///< with those below it
  std::string flow;                  ///< id of the flow
  std::vector<base::Id> executions;  ///< none: all of the scope
  base::Instant start;               ///< included
  std::optional<base::Instant> end;  ///< not included; none: until it is disabled
  std::string description;
  SwitchEffect effect = SwitchEffect::kill;
  bool enabled = true;
  bool deleted = false;  ///< archived: without effect, still listed
};

/// Whether the installation is in maintenance mode (OPS-12).
struct MaintenanceRow {
  bool on = false;
  base::Instant since;  ///< when it was entered or left
};

/// The answer to a request that carried an idempotency key.
struct IdempotencyRow {
  std::string tenant;
  std::string key;  ///< at most 256 bytes
  base::Id execution_id;
  base::Instant created;
};

}  // namespace gyr::store
