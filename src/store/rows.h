// The rows of the store as plain data: the input of commits and the output of reads.
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

/// One revision of a flow. Deleting a flow writes a revision with `deleted` (FLOW-91).
struct FlowRow {
  model::FlowKey key;
  int32_t revision = 1;
  std::string source;  ///< byte for byte as sent, without a top-level `revision:` line (FLOW-1)
  bool deleted = false;
  bool disabled = false;
  base::Instant updated;
  std::vector<model::Label> labels;
  std::string description;
  std::string exception;  ///< why it cannot be parsed any more (FLOW-94); normally empty
};

/// What the executor must do for an execution after a restart.
enum class Activity : uint8_t {
  ended = 0,   ///< nothing
  active = 1,  ///< load it at the start and continue it
  idle = 2,    ///< it waits for a message or for `wake_at` and stays a row (principle: idle executions are rows)
};

/// The stored form of one execution, without its task runs.
struct ExecutionRow {
  model::Execution execution;
  Activity activity = Activity::active;
  std::optional<base::Instant> wake_at;  ///< the earliest deadline of the execution and its task runs
  /// The number of aborts of the process while it processed this execution; two lead to quarantine.
  uint8_t aborts = 0;
  bool quarantined = false;
  /// The state of the engine besides execution and task runs (counts of ended iterations …); not interpreted here.
  std::string engine_state;
};

/// The stored form of one task run.
struct TaskRunRow {
  base::Id execution_id;
  uint32_t position = 0;  ///< index in taskRunList: the order of creation (TASK-28)
  model::TaskRun run;
  std::string engine_state;  ///< not interpreted here: deadlines, child ids, counts per state
};

/// A durable message to an entity of another partition or of the same one (principle: durable messages). The commit of
/// the sender writes it, the commit that applies it deletes it. Two messages with the same id are one message.
struct InboxMessage {
  base::Id id;
  uint16_t slot = 0;  ///< of the receiving flow
  base::Id target;    ///< the receiving execution; none: the flow
  std::shared_ptr<const model::FlowKey> flow;
  uint8_t kind = 0;  ///< the executor defines its meaning and payload
  std::string payload;
};
/// A stored message with its position in the queue: first in, first out per target.
struct StoredMessage {
  int64_t sequence = 0;
  InboxMessage message;
};

/// Deleting a key keeps its last revision for a while, hidden. A key that is set again continues from this number
/// (KV-7), so the stored revision can be higher than the given one.
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
  bool deleted = false;  ///< whether the key is deleted, or was deleted by this version
  base::Instant updated;
  std::optional<base::Instant> expires;
};

/// A stored secret (SEC-5, SEC-6): `value` can only be decrypted with the key `key_id`.
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

/// The configuration of a namespace (GOV-1). A namespace without configuration has no row.
struct NamespaceRow {
  std::string tenant;
  std::string id;
  base::Value body;  ///< description, variables, pluginDefaults as sent
  base::Instant created;
  base::Instant updated;
};

/// A dashboard with the source of its author (CORE-110).
struct DashboardRow {
  std::string tenant;
  std::string id;
  std::string title;  ///< from the source, for lists
  std::string description;
  std::string source;  ///< YAML, byte for byte
  base::Instant created;
  base::Instant updated;
};

/// TemplateRow::version of a new template. If the template exists, the batch is refused with store_conflict.
inline constexpr int64_t new_template = -1;

/// One version of a template (TASK-41). The newest version says whether the template exists: deleting it writes a
/// version with `deleted`, and earlier versions stay for executions that started with them.
struct TemplateRow {
  std::string tenant;
  std::string namespace_;
  std::string id;
  int64_t version = 0;  ///< from 1; set by the store, callers only pass new_template
  bool deleted = false;
  base::Instant updated;
  std::string source;  ///< YAML, byte for byte
};

/// One revision of a namespace file (NSF-1). The newest revision of a path says whether the file exists: deleting it
/// writes a row with `deleted` (NSF-4), so that the history is kept and the numbers continue (NSF-3).
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

/// The state of one trigger; the key is flow and trigger id (TRIG-190).
using TriggerRow = model::TriggerState;
using TriggerKind = model::TriggerKind;
using Backfill = model::Backfill;

/// The content of one time window of a Flow trigger (TRIG-127). Belongs to the partition of the listening flow and is
/// committed together with the executions that it starts.
struct WindowRow {
  std::shared_ptr<const model::FlowKey> flow;
  std::string trigger_id;
  std::string window_id;  ///< identifies the set of conditions, unique in the trigger
  int64_t start = 0;      ///< identifies the window; 0 for a sliding window
  base::Instant expires;  ///< no condition can be met in it after this time
  std::string record;     ///< not interpreted here: see engine/trigger/window_state.h
};

/// The effect of a kill switch on its targets (EXEC-99). The numbers are stored; a higher one wins.
enum class SwitchEffect : uint8_t { pass = 0, cancel = 1, kill = 2, ignore = 3 };

/// One kill switch (OPS-13): empty parts of its scope mean all; a flow requires a namespace, a namespace requires a
/// tenant.
struct KillSwitchRow {
  std::string id;
  std::string name;
  std::string tenant;
  std::string namespace_;            ///< includes child namespaces
  std::string flow;                  ///< id of the flow
  std::vector<base::Id> executions;  ///< none: all executions of the scope
  base::Instant start;               ///< included
  std::optional<base::Instant> end;  ///< not included; none: until it is disabled
  std::string description;
  SwitchEffect effect = SwitchEffect::kill;
  bool enabled = true;
  bool deleted = false;  ///< archived: without effect, still listed
  /// What a later version of the program has stored with it (base/record.h); stays as it is.
  std::string unknown_fields = {};
};

/// Whether the installation is in maintenance mode (OPS-12).
struct MaintenanceRow {
  bool on = false;
  base::Instant since;  ///< when the mode was last turned on or off
};

/// The answer to a request with an idempotency key.
struct IdempotencyRow {
  std::string tenant;
  std::string key;  ///< at most 256 bytes
  base::Id execution_id;
  base::Instant created;
};

}  // namespace gyr::store
