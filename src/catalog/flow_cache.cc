#include "catalog/flow_cache.h"

#include <algorithm>

#include "base/log.h"
#include "engine/execution_state.h"
#include "model/flow.h"
#include "model/template_expansion.h"
#include "syntax/yaml.h"

namespace gyr::executor {

FlowCache::FlowCache(const plugin::Registry& registry, model::ParseOptions options, size_t capacity)
    : registry_(registry), options_(std::move(options)), capacity_(capacity) {
  options_.namespaces = &namespaces_;
}

namespace {

std::shared_ptr<LoadedFlow> loaded_of(const store::FlowRow& row, uint64_t definitions) {
  auto loaded = std::make_shared<LoadedFlow>();
  loaded->key = std::make_shared<const model::FlowKey>(row.key);
  loaded->revision = row.revision;
  loaded->deleted = row.deleted;
  loaded->draft = row.draft;
  loaded->disabled = row.disabled || row.draft;
  loaded->definitions = definitions;
  return loaded;
}

}  // namespace

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

LoadedFlowPtr FlowCache::cached(const model::FlowKey& key, int32_t revision, const std::string& templates) {
  if (auto flow = cached(key, revision); flow != nullptr && flow->templates == templates) return flow;
  if (templates.empty()) return nullptr;
  std::lock_guard lock(mutex_);
  auto found = revisions_.find({key, revision, templates});
  if (found == revisions_.end()) return nullptr;
  found->second.used = ++clock_;
  return found->second.flow;
}

base::Result<LoadedFlowPtr> FlowCache::get(store::Reader& reader, const model::FlowKey& key, int32_t revision,
                                           const std::optional<std::string>& templates) {
  GYR_TRY(LoadedFlowPtr newest, get(reader, key, revision));
  if (!templates || newest == nullptr || newest->templates == *templates) return newest;
  if (auto flow = cached(key, revision, *templates)) return flow;
  GYR_TRY(auto row, reader.flow(key, revision));
  if (!row) return LoadedFlowPtr();
  GYR_TRY(const auto versions, templates_.versions(reader, key.tenant, *templates));
  LoadedFlowPtr flow = load(*row, [&versions](std::string_view namespace_, std::string_view id) {
    const auto found = std::ranges::find_if(versions, [&](const auto& version) {
      return version.first.namespace_ == namespace_ && version.first.id == id;
    });
    return found == versions.end() ? nullptr : found->second;
  });
  if (templates->empty()) return flow;  // started when templates were off: rare, so it is compiled each time
  std::lock_guard lock(mutex_);
  revisions_.insert_or_assign(Key{key, revision, *templates}, Entry{flow, ++clock_});
  return flow;
}

base::Result<LoadedFlowPtr> FlowCache::of_execution(store::Reader& reader, const store::ExecutionRow& row) {
  return get(reader, *row.execution.flow, row.execution.revision,
             engine::ExecutionState::templates_of(row.engine_state));
}

LoadedFlowPtr FlowCache::load(const store::FlowRow& row) const {
  if (!templates_.enabled()) return load(row, nullptr);
  return load(row, [this, &row](std::string_view namespace_, std::string_view id) {
    return templates_.find(row.key.tenant, namespace_, id);
  });
}

/// The flow with the tasks of its templates; where they do not fit into it, it is parsed without, and the tasks say
/// why.
model::ParsedFlow FlowCache::parse(const store::FlowRow& row, const FindTemplate& find, std::string& templates) const {
  model::ParseOptions options = options_;
  options.tenant = row.key.tenant;
  if (!find || !model::may_use_templates(row.source)) return model::parse_flow(row.source, registry_, options);
  auto document = syntax::parse_yaml(row.source);
  if (!document) return model::parse_flow(row.source, registry_, options);
  const auto expanded = model::expand_templates(*document, find);
  templates = model::to_text(expanded.used);
  auto parsed = model::parse_flow(expanded.node, registry_, options);
  if (parsed.flow || expanded.used.empty()) return parsed;
  return model::parse_flow(
      model::without_templates(*document, "Cannot insert the templates into the flow: " + parsed.first_error()),
      registry_, options);
}

LoadedFlowPtr FlowCache::load(const store::FlowRow& row, const FindTemplate& find) const {
  auto loaded = loaded_of(row, definitions());
  if (find && model::may_use_templates(row.source)) loaded->generation = templates_.generation();
  auto parsed = parse(row, find, loaded->templates);
  if (!parsed.flow) {
    loaded->exception = row.exception.empty() ? parsed.first_error() : row.exception;
    return loaded;
  }
  make_ready(*loaded, std::move(parsed.flow));
  return loaded;
}

void FlowCache::make_ready(LoadedFlow& loaded, std::shared_ptr<model::Flow> flow) const {
  flow->revision = loaded.revision;
  flow->templates = loaded.templates;
  loaded.disabled = loaded.disabled || flow->disabled;
  loaded.refers_to_inputs = model::refer_to_sets(flow->inputs);
  if (loaded.refers_to_inputs) reusable_inputs_.place(flow->inputs, *loaded.key, registry_);
  auto compiled = engine::CompiledFlow::compile(std::move(flow), loaded.key, registry_);
  if (compiled) {
    loaded.compiled = *std::move(compiled);
  } else {
    loaded.exception = compiled.error().message();
  }
}

base::Result<std::optional<store::FlowRow>> newest_revision(store::Reader& reader,
                                                            const std::optional<store::FlowRow>& current) {
  if (!current || current->deleted) return std::optional<store::FlowRow>();
  if (current->newest == current->revision) return current;
  GYR_TRY(auto newest, reader.flow(current->key, current->newest));
  // A draft that was deleted again.
  return newest ? std::move(newest) : current;
}

base::Result<LoadedFlowPtr> FlowCache::prepare(store::Reader& reader, store::FlowRow& row,
                                               std::shared_ptr<model::Flow> parsed) {
  GYR_TRY(const auto current, reader.flow(row.key, 0));
  GYR_TRY(const auto newest, newest_revision(reader, current));
  if (newest && newest->source == row.source && newest->draft == row.draft) return LoadedFlowPtr();
  row.revision = current ? current->newest + 1 : 1;
  if (templates_.enabled() && model::may_use_templates(row.source)) return load(row);
  auto loaded = loaded_of(row, definitions());
  make_ready(*loaded, std::move(parsed));
  return loaded;
}

void FlowCache::keep(const LoadedFlowPtr& flow, bool current) {
  std::lock_guard lock(mutex_);
  if (current) {
    // A concurrent save has already set a newer revision.
    auto [entry, added] = current_.emplace(*flow->key, flow->revision);
    if (!added && entry->second < flow->revision) entry->second = flow->revision;
  }
  // Plugin defaults or templates have changed in the meantime: it is compiled again when it is requested.
  if (flow->definitions != definitions()) return;
  if (flow->generation != 0 && flow->generation != templates_.generation()) return;
  revisions_.insert_or_assign(Key{*flow->key, flow->revision}, Entry{flow, ++clock_});
  if (revisions_.size() <= capacity_) return;
  // Rare: drops the older half at once, instead of maintaining an order at every use.
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
  std::erase_if(revisions_,
                [&](const auto& entry) { return entry.first.revision == revision && entry.first.flow == key; });
}

void FlowCache::note_listener(const LoadedFlow& flow) {
  const bool listens = !flow.deleted && !flow.disabled;
  listeners_.set(*flow.key, listens ? flow.compiled.get() : nullptr);
}

base::Result<void> FlowCache::read_listeners(store::Reader& reader) {
  GYR_CHECK(namespaces_.read(reader));
  GYR_CHECK(templates_.read(reader));
  GYR_CHECK(reusable_inputs_.read(reader));
  return find_listeners(reader);
}

base::Result<void> FlowCache::defaults_changed(store::Reader& reader, const std::string& tenant,
                                               const std::string& namespace_) {
  {
    std::lock_guard lock(mutex_);
    definitions_.fetch_add(1, std::memory_order_acq_rel);
    std::erase_if(revisions_, [&](const auto& entry) {
      const model::FlowKey& flow = entry.first.flow;
      return flow.tenant == tenant && (flow.namespace_ == namespace_ || flow.namespace_.starts_with(namespace_ + '.'));
    });
  }
  return find_listeners(reader);
}

base::Result<void> FlowCache::reusable_inputs_changed(store::Reader& reader) {
  GYR_CHECK(reusable_inputs_.read(reader));
  {
    std::lock_guard lock(mutex_);
    definitions_.fetch_add(1, std::memory_order_acq_rel);
    std::erase_if(revisions_, [](const auto& entry) { return entry.second.flow->refers_to_inputs; });
  }
  return find_listeners(reader);
}

base::Result<void> FlowCache::templates_changed(store::Reader& reader) {
  GYR_CHECK(templates_.read(reader));
  std::lock_guard lock(mutex_);
  const uint64_t now = templates_.generation();
  std::erase_if(revisions_, [now](const auto& entry) {
    return entry.first.templates.empty() && entry.second.flow->generation != 0 && entry.second.flow->generation != now;
  });
  return {};
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
