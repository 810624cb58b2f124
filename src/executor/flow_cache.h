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
#include "engine/compiled_flow.h"
#include "executor/flow_listeners.h"
#include "executor/namespaces.h"
#include "executor/templates.h"
#include "model/execution.h"
#include "model/flow_parser.h"
#include "plugin/registry.h"
#include "store/store.h"

namespace gyr::executor {

/// One revision, as far as it could be made ready.
struct LoadedFlow {
  std::shared_ptr<const model::FlowKey> key;
  int32_t revision = 0;
  bool deleted = false;
  bool disabled = false;
  std::shared_ptr<const engine::CompiledFlow> compiled;  ///< null where it does not parse any more
  std::string exception;                                 ///< why (FLOW-94)
  std::string templates;                                 ///< model::Flow::templates, also of one that does not parse
  uint64_t generation = 0;                               ///< of the templates it was made with; 0: it can have none
  uint64_t definitions = 0;                              ///< FlowCache::definitions() before it was made
};
using LoadedFlowPtr = std::shared_ptr<const LoadedFlow>;

/// Any thread. Holds the most recently used revisions; what an execution uses stays alive through its own pointer.
class FlowCache {
 public:
  FlowCache(const plugin::Registry& registry, model::ParseOptions options, size_t capacity = 10'000);

  /// A revision (0: the current one), from memory or read and compiled now; null where there is none.
  base::Result<LoadedFlowPtr> get(store::Reader& reader, const model::FlowKey& key, int32_t revision);
  /// From memory alone; null where it is not there.
  LoadedFlowPtr cached(const model::FlowKey& key, int32_t revision);
  /// The same two, with these versions of templates (model::Flow::templates); without them the newest.
  base::Result<LoadedFlowPtr> get(store::Reader& reader, const model::FlowKey& key, int32_t revision,
                                  const std::optional<std::string>& templates);
  LoadedFlowPtr cached(const model::FlowKey& key, int32_t revision, const std::string& templates);
  /// What a stored execution began with; null where its revision is not stored any more.
  base::Result<LoadedFlowPtr> of_execution(store::Reader& reader, const store::ExecutionRow& row);
  /// A revision that is about to be saved, made ready and not kept.
  LoadedFlowPtr load(const store::FlowRow& row) const;
  /// The same from a source that was parsed with options(): sets the revision that `row` gets unless another save comes
  /// first, and compiles. For callers outside of the partition, which is not held up by a large flow.
  base::Result<LoadedFlowPtr> prepare(store::Reader& reader, store::FlowRow& row, std::shared_ptr<model::Flow> parsed);
  /// Changes with the plugin defaults of any namespace: what was made ready before is made ready anew.
  uint64_t definitions() const { return definitions_.load(std::memory_order_acquire); }
  /// The current revision has changed (after the commit).
  void saved(const LoadedFlowPtr& flow);
  /// A revision that is no longer stored.
  void forget(const model::FlowKey& key, int32_t revision);

  /// What is configured of namespaces; true from read_listeners() on.
  Namespaces& namespaces() { return namespaces_; }
  const Namespaces& namespaces() const { return namespaces_; }
  /// Plugin defaults of a namespace have changed: flows in it and below are made ready anew. Executions under way keep
  /// theirs.
  base::Result<void> defaults_changed(store::Reader& reader, const std::string& tenant, const std::string& namespace_);

  /// Stored templates (TASK-41); true from read_listeners() on.
  Templates& templates() { return templates_; }
  const Templates& templates() const { return templates_; }
  /// A template has changed: reads them all, and flows that take some in are made ready anew. Executions under way keep
  /// theirs.
  base::Result<void> templates_changed(store::Reader& reader);

  /// Who is started by executions of others; true from read_listeners() on.
  const FlowListeners& listeners() const { return listeners_; }
  /// Finds all flows that listen, and namespaces before them. Before the first execution moves.
  base::Result<void> read_listeners(store::Reader& reader);

  const plugin::Registry& registry() const { return registry_; }
  const model::ParseOptions& options() const { return options_; }

 private:
  using FindTemplate = std::function<model::StoredTemplatePtr(std::string_view, std::string_view)>;
  LoadedFlowPtr load(const store::FlowRow& row, const FindTemplate& find) const;
  /// Compiles the flow into `loaded`, which has its row's properties already.
  void make_ready(LoadedFlow& loaded, std::shared_ptr<model::Flow> flow) const;
  base::Result<int32_t> current_revision(store::Reader& reader, const model::FlowKey& key);
  model::ParsedFlow parse(const store::FlowRow& row, const FindTemplate& find, std::string& templates) const;
  void keep(const LoadedFlowPtr& flow, bool current);
  void note_listener(const LoadedFlow& flow);
  base::Result<void> find_listeners(store::Reader& reader);

  struct Key {
    model::FlowKey flow;
    int32_t revision;
    std::string templates = {};  ///< of one that is kept for executions under way; empty: made with the newest
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
