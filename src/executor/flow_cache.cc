#include "executor/flow_cache.h"

#include "base/log.h"
#include "model/flow.h"

namespace gyr::executor {

FlowCache::FlowCache(const plugin::Registry& registry, model::ParseOptions options, size_t capacity)
    : registry_(registry), options_(std::move(options)), capacity_(capacity) {
  options_.namespaces = &namespaces_;
}

LoadedFlowPtr FlowCache::cached(const model::FlowKey& key, int32_t revision) {
  std::lock_guard lock(mutex_);
  if (revision == 0) {
    auto current = current_.find(key);
    if (current == current_.end()) return nullptr;
    revision = current->second;
  }
  auto found = revisions_.find({key, revision});
  if (found == revisions_.end()) return nullptr;
  found->second.used = ++clock_;
  return found->second.flow;
}

base::Result<LoadedFlowPtr> FlowCache::get(store::Reader& reader, const model::FlowKey& key, int32_t revision) {
  if (auto flow = cached(key, revision)) return flow;
  GYR_TRY(auto row, reader.flow(key, revision));
  if (!row) return LoadedFlowPtr();
  LoadedFlowPtr flow = load(*row);
  keep(flow, revision == 0);
  return flow;
}

LoadedFlowPtr FlowCache::load(const store::FlowRow& row) const {
  auto loaded = std::make_shared<LoadedFlow>();
  loaded->key = std::make_shared<const model::FlowKey>(row.key);
  loaded->revision = row.revision;
  loaded->deleted = row.deleted;
  loaded->disabled = row.disabled;
  model::ParseOptions options = options_;
  options.tenant = row.key.tenant;
  auto parsed = model::parse_flow(row.source, registry_, options);
  if (!parsed.flow) {
    loaded->exception = row.exception.empty() ? parsed.first_error() : row.exception;
    return loaded;
  }
  auto flow = std::make_shared<model::Flow>(*std::move(parsed.flow));
  flow->revision = row.revision;
  loaded->disabled = loaded->disabled || flow->disabled;
  auto compiled = engine::CompiledFlow::compile(std::move(flow), loaded->key, registry_);
  if (compiled) {
    loaded->compiled = *std::move(compiled);
  } else {
    loaded->exception = compiled.error().message();
  }
  return loaded;
}

void FlowCache::keep(const LoadedFlowPtr& flow, bool current) {
  std::lock_guard lock(mutex_);
  if (current) {
    // A save that was committed meanwhile knows better.
    auto [entry, added] = current_.emplace(*flow->key, flow->revision);
    if (!added && entry->second < flow->revision) entry->second = flow->revision;
  }
  revisions_.insert_or_assign(Key{*flow->key, flow->revision}, Entry{flow, ++clock_});
  if (revisions_.size() <= capacity_) return;
  // Rare: drop the older half at once instead of keeping an order at every use.
  std::vector<uint64_t> uses;
  uses.reserve(revisions_.size());
  for (const auto& [key, entry] : revisions_) uses.push_back(entry.used);
  std::nth_element(uses.begin(), uses.begin() + static_cast<ptrdiff_t>(uses.size() / 2), uses.end());
  uint64_t middle = uses[uses.size() / 2];
  std::erase_if(revisions_, [middle](const auto& entry) { return entry.second.used < middle; });
}

void FlowCache::saved(const LoadedFlowPtr& flow) {
  {
    std::lock_guard lock(mutex_);
    current_.insert_or_assign(*flow->key, flow->revision);
  }
  note_listener(*flow);
  keep(flow, true);
}

void FlowCache::forget(const model::FlowKey& key, int32_t revision) {
  std::lock_guard lock(mutex_);
  revisions_.erase({key, revision});
}

void FlowCache::note_listener(const LoadedFlow& flow) {
  const bool listens = !flow.deleted && !flow.disabled;
  listeners_.set(*flow.key, listens ? flow.compiled.get() : nullptr);
}

base::Result<void> FlowCache::read_listeners(store::Reader& reader) {
  GYR_CHECK(namespaces_.read(reader));
  return find_listeners(reader);
}

base::Result<void> FlowCache::defaults_changed(store::Reader& reader, const std::string& tenant, const std::string& namespace_) {
  {
    std::lock_guard lock(mutex_);
    std::erase_if(revisions_, [&](const auto& entry) {
      const model::FlowKey& flow = entry.first.flow;
      return flow.tenant == tenant && (flow.namespace_ == namespace_ || flow.namespace_.starts_with(namespace_ + '.'));
    });
  }
  return find_listeners(reader);
}

base::Result<void> FlowCache::find_listeners(store::Reader& reader) {
  GYR_TRY(auto rows, reader.flows_holding(FlowListeners::pieces()));
  for (const auto& row : rows) {
    LoadedFlowPtr flow = load(row);
    note_listener(*flow);
    keep(flow, true);
  }
  return {};
}

}  // namespace gyr::executor
