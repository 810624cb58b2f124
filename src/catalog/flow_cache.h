// Compiled flows by revision, and the current revision of each flow.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/error.h"
#include "catalog/flow_listeners.h"
#include "catalog/namespaces.h"
#include "catalog/reusable_inputs.h"
#include "catalog/templates.h"
#include "engine/compiled_flow.h"
#include "model/execution.h"
#include "model/flow_parser.h"
#include "plugin_api/registry.h"
#include "store/store.h"

namespace gyr::executor {

/// One compiled revision, as far as it is valid.
struct LoadedFlow {
  std::shared_ptr<const model::FlowKey> key;
  int32_t revision = 0;
  bool deleted = false;
  bool draft = false;
  bool disabled = false;                                 ///< also a draft: nobody starts it
  bool refers_to_inputs = false;                         ///< it has inputs of reusable sets
  std::shared_ptr<const engine::CompiledFlow> compiled;  ///< null if it cannot be parsed any more
  std::string exception;                                 ///< why (FLOW-94)
  std::string templates;                                 ///< model::Flow::templates, also if the flow cannot be parsed
  uint64_t generation = 0;   ///< of the templates it was compiled with; 0: it cannot have templates
  uint64_t definitions = 0;  ///< FlowCache::definitions() before it was compiled
};
using LoadedFlowPtr = std::shared_ptr<const LoadedFlow>;

/// The newest revision of a flow that has this current one, drafts included; nothing for a deleted flow.
base::Result<std::optional<store::FlowRow>> newest_revision(store::Reader& reader,
                                                            const std::optional<store::FlowRow>& current);

/// Thread-safe. Holds the most recently used revisions. An execution keeps its revision alive through its own pointer.
class FlowCache {
 public:
  FlowCache(const plugin::Registry& registry, model::ParseOptions options, size_t capacity = 10'000);

  /// Returns a revision (0: the current one) from memory, or reads and compiles it now; null if it does not exist.
  base::Result<LoadedFlowPtr> get(store::Reader& reader, const model::FlowKey& key, int32_t revision);
  /// Only looks in memory; null if it is not there.
  LoadedFlowPtr cached(const model::FlowKey& key, int32_t revision);
  /// The same two functions with these versions of templates (model::Flow::templates); without them, with the newest
  /// ones.
  base::Result<LoadedFlowPtr> get(store::Reader& reader, const model::FlowKey& key, int32_t revision,
                                  const std::optional<std::string>& templates);
  LoadedFlowPtr cached(const model::FlowKey& key, int32_t revision, const std::string& templates);
  /// The revision with which a stored execution started; null if it is not stored any more.
  base::Result<LoadedFlowPtr> of_execution(store::Reader& reader, const store::ExecutionRow& row);
  /// Compiles a revision before it is saved; it is not cached.
  LoadedFlowPtr load(const store::FlowRow& row) const;
  /// Compiles a source that was parsed with options() before it is saved, and sets the revision that `row` gets unless
  /// another save comes first. Null if this source is stored already: then the save changes nothing. For callers
  /// outside of the partition, so that a large flow does not delay it.
  base::Result<LoadedFlowPtr> prepare(store::Reader& reader, store::FlowRow& row, std::shared_ptr<model::Flow> parsed);
  /// Changes with the plugin defaults of any namespace and with reusable inputs; flows that were compiled before are
  /// compiled again.
  uint64_t definitions() const { return definitions_.load(std::memory_order_acquire); }
  /// The current revision has changed. Call after the commit.
  void saved(const LoadedFlowPtr& flow);
  /// A revision was deleted from the store.
  void forget(const model::FlowKey& key, int32_t revision);

  /// The configuration of namespaces; valid after read_listeners().
  Namespaces& namespaces() { return namespaces_; }
  const Namespaces& namespaces() const { return namespaces_; }
  /// The plugin defaults of a namespace have changed: the flows of the namespace and below are compiled again. Running
  /// executions keep the old ones.
  base::Result<void> defaults_changed(store::Reader& reader, const std::string& tenant, const std::string& namespace_);

  /// Stored templates (TASK-41); valid after read_listeners().
  Templates& templates() { return templates_; }
  const Templates& templates() const { return templates_; }
  /// A template has changed: reads all templates; flows that use templates are compiled again. Running executions keep
  /// the old ones.
  base::Result<void> templates_changed(store::Reader& reader);

  /// Sets of inputs that flows share; valid after read_listeners().
  const ReusableInputSets& reusable_inputs() const { return reusable_inputs_; }
  /// A set has changed: reads all sets; flows that refer to sets are compiled again. Running executions keep the old
  /// ones.
  base::Result<void> reusable_inputs_changed(store::Reader& reader);

  /// The flows with Flow triggers; valid after read_listeners().
  const FlowListeners& listeners() const { return listeners_; }
  /// Reads the namespaces, then all flows with Flow triggers. Call before the first execution is processed.
  base::Result<void> read_listeners(store::Reader& reader);

  const plugin::Registry& registry() const { return registry_; }
  const model::ParseOptions& options() const { return options_; }

 private:
  using FindTemplate = std::function<model::StoredTemplatePtr(std::string_view, std::string_view)>;
  LoadedFlowPtr load(const store::FlowRow& row, const FindTemplate& find) const;
  /// Compiles the flow into `loaded`, which has its row's properties already.
  void make_ready(LoadedFlow& loaded, std::shared_ptr<model::Flow> flow) const;
  model::ParsedFlow parse(const store::FlowRow& row, const FindTemplate& find, std::string& templates) const;
  void keep(const LoadedFlowPtr& flow, bool current);
  void note_listener(const LoadedFlow& flow);
  base::Result<void> find_listeners(store::Reader& reader);

  struct Key {
    model::FlowKey flow;
    int32_t revision;
    /// for a revision that is kept for running executions; empty: compiled with the newest templates
    std::string templates = {};
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const {
      return std::hash<model::FlowKey>()(key.flow) * 31 + static_cast<size_t>(key.revision);
    }
  };
  struct Entry {
    LoadedFlowPtr flow;
    uint64_t used = 0;
  };

  const plugin::Registry& registry_;
  Namespaces namespaces_;
  Templates templates_;
  ReusableInputSets reusable_inputs_;
  model::ParseOptions options_;
  size_t capacity_;
  std::mutex mutex_;
  std::unordered_map<Key, Entry, KeyHash> revisions_;
  std::unordered_map<model::FlowKey, int32_t> current_;
  uint64_t clock_ = 0;
  std::atomic<uint64_t> definitions_{1};
  FlowListeners listeners_;
};

}  // namespace gyr::executor
